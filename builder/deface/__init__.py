"""Faces in head CT: decides whether a face can be reconstructed from a stack, and removes it.

`search` finds the faces of a build; `grid` makes a coarse grid of a stack, `face` finds the face in it, `cut` cuts.
"""
