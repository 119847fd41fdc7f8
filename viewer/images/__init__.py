"""Pixels: read into memory, kept there, and turned into grey levels."""
