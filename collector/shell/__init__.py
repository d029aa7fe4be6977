"""A run recorded from a shell: one small process writes, and short commands hand it their records."""
