"""From lines of run logs to typed tables, one set per run."""
