"""A fitted model in a folder, and what it says of flows that nobody has labelled."""
