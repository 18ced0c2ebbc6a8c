"""A data set from its YAML file: its description, its files, its records and their encoding."""
