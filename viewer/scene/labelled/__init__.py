"""Segmentations on planes and in 3D.

`planes` cuts labels; `mixed` makes voxels of colours and opacities from a body and the labels in it.
"""
