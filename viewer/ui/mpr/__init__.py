"""The page of planes through a stack: axial, coronal, sagittal and oblique, with one cross-hair.

`page` holds four of `pane` above `bar`; `planes` is the state that they share, and `place` where they open and what
they hand back; `picture` and `paint` show a plane, `words` has the texts on it, `mouse` turns drags into planes,
`measures` into measurements; `answers` are those of the form,
`fused` lays a PET over a plane, `segmented` a segmentation, `curved` straightens the
volume along points.
"""
