"""Metrics out of what a program prints, where it does not log them itself."""
