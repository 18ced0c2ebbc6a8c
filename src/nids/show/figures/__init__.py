"""The figures: the paper's, and those of the evidence."""
