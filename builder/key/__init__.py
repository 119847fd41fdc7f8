"""The study key and the crosswalk, which stay with the researcher.

`crosswalk` reads and writes the private files; `pseudonyms` makes pseudonyms, UIDs and date offsets from the key.
"""
