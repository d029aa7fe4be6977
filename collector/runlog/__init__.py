"""The run log, format 1: what the collector writes and every reader may rely on."""
