"""The search for originals on a medium: what to search for, in which spellings, and in which places.

`originals` lists the identifiers, `spellings` their possible spellings, `days` finds dates, `kept` tells what may
stand where an option keeps something, and `matchers` what is sought in each place. `search` goes through every byte of
a medium, with `matcher`, `literals` and `runs`, through `views` of bytes, compressed `streams` and `databases`;
`proof` is the search in every build. Both search `parts` of files, by their `headers`, and know their `places`;
`around` are the bytes of a disc image that belong to no file.
"""
