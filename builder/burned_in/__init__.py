"""Finds text burned into the pixels of CT, MR and PET images: first candidates, then a reading of them.

`looking` is what a worker sees of text, by `candidates` and, for marks that one slice has and its neighbours have not,
`alone`, both on `opencv`; `views` makes pictures for the reader, and `throughout` those of a whole series, with what
looks like text in all of it; `letter_rows` finds pieces in a line; `text_search` has the pictures read series by
series, by `reader`, a process that runs `reading`; `verdict` says what is text. `found` has the types between them.
"""
