"""The page of planes through a stack: axial, coronal, sagittal and oblique, with one cross-hair.

`page` holds four of `pane` above `bar`; `planes` is the state that they share; `picture` and `paint` show a plane,
`words` has the texts on it, `mouse` turns drags into planes; `answers` are those of the form.
"""
