"""Which runs there are and how they are, without importing anything heavy: read only."""
