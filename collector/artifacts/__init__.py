"""Named sets of files in versions that never change: what a run made, and what another one used."""
