"""The page of planes through a stack: axial, coronal, sagittal and oblique, with one cross-hair.

`page` holds four of `pane` above `bar`; `planes` is what they share; `picture` and `paint` show a plane, `words` says
what is written on it, `mouse` turns drags into planes.
"""
