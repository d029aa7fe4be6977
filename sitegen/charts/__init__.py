"""Facts to pictures: curve templates, data chunks, static pictures and run colours."""
