"""Tests of functions: seconds in all, no DVC."""
