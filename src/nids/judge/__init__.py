"""What the results are: scores, tests of differences, and the tables that set them beside the paper's."""
