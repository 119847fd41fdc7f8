"""Label maps of other formats, NIfTI and NRRD, as masks on the voxels of a series.

`formats` reads them and where their voxels lie; `names` the table of names beside or within them; `lattice` proves on
which voxels of a stack they lie; `beside` finds the series of each among the scans; `filling` makes masks of one.
"""
