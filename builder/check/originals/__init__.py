"""The search for originals on a medium: what to search for, in which spellings, and in which places.

`originals` lists the identifiers, `spellings` their possible spellings, `days` finds dates; `search` goes through every
byte, with `matcher` and `literals`, through `views` of bytes and compressed `streams`.
"""
