"""Curved planar reformation: the reader sets points on the planes, and sees the volume straightened along them.

`tracing` has the points and their curve, `drawing` shows them on the planes, `pane` the straightened picture with its
`words`, `fused` a PET over it.
"""
