"""Segmentations of images on the medium (PS3.3 A.51), each written anew with its own masks.

`attached` finds the series of each among the patients; `masks` reads the masks of a file; `grid` proves on which
voxels they lie; `labels` names segments from a reviewed list; `header` builds the new data set; `writing` does all of
it for one file, and `of_build` for all of a build; `structures` reads the contours of a structure set, `contours` fills
them on the voxels of a stack, and `structure_set` makes a segment of each; `made_masks` is the form of such masks;
`label_map` parts label maps, and `volumes` reads those of other formats; `compact` makes the form that
viewers read; `colours` turns colours into those of a screen, and back.
"""
