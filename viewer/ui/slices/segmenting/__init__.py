"""Segmentations over the slices of their stack.

`showing` is the state: which segmentation, which of its segments, in which colours; `arriving` reads them in a thread
of its own, `arrived` is what it has of one of them; `over_slice` paints them in a pane of slices, `layer` over planes;
`words` has the texts about them, `panel` lists the segments beside the images.
"""
