"""Facts to pictures: curve templates, data chunks, sparklines, static pictures and run colours."""
