"""The draft of a data set's description, from its files."""
