"""Faces in head CT: tells whether one can be reconstructed from a stack, and removes it."""
