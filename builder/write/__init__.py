"""Gives every instance its place and new UIDs, writes it, and reads back what was written."""
