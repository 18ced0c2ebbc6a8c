"""What every stage needs: errors, parameters, files and parallel fits."""
