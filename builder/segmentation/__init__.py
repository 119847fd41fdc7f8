"""Segmentations of images on the medium (PS3.3 A.51), each written anew with its own masks.

`attached` finds the series of each among the patients; `masks` reads the masks of a file; `grid` proves on which
voxels they lie; `labels` names segments from a reviewed list; `header` builds the new data set; `writing` does all of
it for one file, and `of_build` for all of a build; `compact` makes the form that viewers read; `colours` turns
colours into those of a screen.
"""
