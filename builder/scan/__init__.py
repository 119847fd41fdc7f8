"""Finds image files below the sources and reads their headers."""
