"""The check's own proof of segmentations: object, compact form, index and images against each other.

`segmentations` calls the others: `mask_file` reads the object, `compact_file` the compact form, `placing` proves on
which voxels the masks lie, `figures` counts voxels and measures volumes, `screen` turns colours into those of a screen.
"""
