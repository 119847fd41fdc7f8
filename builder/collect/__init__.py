"""Combines readings from sticks and sent files into one table: merged, checked, resolved, and summarised.

`gather` finds the journals of one bundle; `table` decides which answers count; `case_words` adds labels and groups;
`agreement` measures how far readers agree; `files` writes tables, `sr` writes DICOM reports, with their `content`,
`images` and the `headers` of these; `formats` names what can be written; `errors` are its failures. Nothing is imported
here: the command line can name the formats without loading the libraries that write them.
"""
