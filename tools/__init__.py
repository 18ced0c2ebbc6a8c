"""What `make` runs beside the pipeline: `python -m tools.NAME`."""
