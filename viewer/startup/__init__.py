"""Finds the bundle and starts the viewer: options, self-test, and what it says when it cannot start."""
