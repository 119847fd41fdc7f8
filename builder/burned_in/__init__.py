"""Finds text burned into the pixels of CT, MR and PET images: first candidates, then a reading of them.

`looking` searches the slices in a worker: by `candidates` and, for marks that one slice has and its neighbours lack, by
`alone`, both with `opencv`. `views` makes pictures for the reader, `throughout` those of a whole series, with anything
that looks like text in all of it. `letter_rows` finds pieces in a line. `text_search` has the pictures read series by
series by `reader`, a process that runs `reading`. `verdict` decides which readings are text. `found` has the types that
these modules exchange.
"""
