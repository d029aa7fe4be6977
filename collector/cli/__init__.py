"""The `collect` command."""
