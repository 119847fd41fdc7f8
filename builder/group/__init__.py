"""Sorts scanned files into patients, studies and series."""
