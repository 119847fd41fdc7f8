"""What lies over a picture, in slices as in planes.

`folding` arranges the texts in the corners, `labels` finds room beside them, `space_drawing` draws measurements in the
patient, `arrow` the heads of arrows, `clipping` keeps within polygons of a plane; a reader writes texts in a
`note_field`.
"""
