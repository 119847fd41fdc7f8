"""Colours, icons and type."""
