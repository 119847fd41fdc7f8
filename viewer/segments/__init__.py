"""Segmentations of the open stack: numbers only, from the compact form on the medium.

`compact` reads the file, and refuses what is not exactly as it was written; `labels` has the masks of all segments as
voxels, slice by slice; `fractions` finds which stored value is all of a voxel; `picture` colours labels with their
outlines; `likeness` compares two segmentations of one stack.
"""
