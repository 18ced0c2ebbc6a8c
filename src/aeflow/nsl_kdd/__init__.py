"""The NSL-KDD data set: where it comes from, what its columns mean, how it is read and encoded."""
