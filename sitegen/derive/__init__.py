"""Tables to facts: pure functions, no disk, no clock."""
