"""The wrapper in front of a training command: it watches, records, and stays out of the way."""
