"""The search for originals on a medium: what is looked for, in which spellings, and where it hides.

`originals` says what is looked for, `spellings` how it may be written, `days` finds dates; `search` goes through
every byte, with `matcher` and `literals`, through `views` of bytes and packed `streams`.
"""
