"""Values of `log` that are more than a number: one file per kind, `kinds.py` is their table."""
