"""Tests of functions: seconds in all, no DVC, no torch, no figure."""
