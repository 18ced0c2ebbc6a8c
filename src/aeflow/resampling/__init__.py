"""Making classes larger and smaller, and the training set that results."""
