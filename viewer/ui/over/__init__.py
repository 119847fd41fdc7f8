"""What lies over a picture, in slices as in planes.

`folding` arranges the texts in the corners, `space_drawing` draws measurements in the patient.
"""
