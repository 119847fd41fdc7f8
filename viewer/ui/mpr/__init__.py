"""The page of planes through a stack: axial, coronal, sagittal and oblique, with one cross-hair."""
