"""Combines readings from sticks and sent files into one table: merged, checked, resolved, and summarised.

`gather` finds the journals of one bundle; `answers` decides which count and how each is written, `table` makes the
rows, `columns` explains them; `remarks` names what to look at in a reading, `study` in the study as a whole;
`about_readers` has what readers said of themselves; `case_words` adds labels and groups; `files` writes tables,
`exchange` those of other systems, `sr` DICOM reports, with their `content`, `images` and the `headers` of these;
`formats` names what can be written; `errors` are its failures. `analysis` holds agreement and accuracy, `statistics`
their formulas. Nothing is imported here: the command line can name the formats without loading the libraries that
write them.
"""
