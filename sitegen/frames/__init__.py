"""Everything in run logs as Polars frames, for notebooks, scripts and other tools."""
