"""The study key and the crosswalk, which stay with the researcher.

`key_file` makes and reads the key, `private_files` writes what is kept beside it; `crosswalk` says who is who;
`pseudonyms` makes pseudonyms, UIDs and date offsets from the key.
"""
