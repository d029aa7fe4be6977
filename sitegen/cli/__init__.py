"""The `sitegen` command."""
