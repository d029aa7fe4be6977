"""Hardware samples and facts: what the machine does while a run is training."""
