"""One class for each failure that a researcher can meet; each message ends in what to do.

`build` while a bundle is made, `change` while a finished one is changed, `media` with discs and several media,
`decisions` with a table of decisions, `register` with the study's memory beside its key.
"""
