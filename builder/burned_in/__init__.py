"""Finds text burned into the pixels of CT, MR and PET images: first candidates, then a reading of them.

`looking` collects a worker's candidates, from `candidates` and, for marks that only one of several neighbouring slices
has, from `alone`, both based on `opencv`; `views` makes pictures for the reader; `text_search` submits them series by
series to `reader`, a process that runs `reading`; `verdict` decides what is text. `found` has the types between them.
"""
