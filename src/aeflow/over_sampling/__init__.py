"""Over-samplers with imbalanced-learn's contract that learn a generative model of each class."""
