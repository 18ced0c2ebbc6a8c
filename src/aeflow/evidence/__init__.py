"""What the results are: scores, the paper's own numbers, and the tables that set them side by side."""
