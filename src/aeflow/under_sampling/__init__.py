"""Making classes smaller: samplers in the style of imbalanced-learn."""
