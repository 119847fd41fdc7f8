"""Segmentations over the slices of their stack.

`showing` is the state: which segmentation, which of its segments, in which colours; `comparing` is a second one beside
it; `arriving` reads them in a thread of its own; `over_slice` paints them in a pane of slices, `layer` over planes too;
`words` has the texts about them, `panel` lists the segments beside the images.
"""
