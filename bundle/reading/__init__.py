"""Readings: the form, the order of the cases, the journals, and what they come to."""
