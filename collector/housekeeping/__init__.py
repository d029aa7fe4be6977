"""What changes a folder of run logs: corrections, the trash, limits, copies, redaction; and checks of it."""
