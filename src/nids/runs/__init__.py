"""Whole runs in memory: a method's training set, its classifiers, their probabilities."""
