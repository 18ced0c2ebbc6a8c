"""Tests of the library, which need nothing of the study: they run on it alone, installed (`make test-lowest`)."""
