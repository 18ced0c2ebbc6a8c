"""What every stage needs: checked settings, files, parallel fits and one-line errors."""
