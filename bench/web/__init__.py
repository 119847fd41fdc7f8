"""How fast the reader in a browser is: real browsers, a stick held down to 30 MB/s, and plain reads of the same bytes.

`scene` makes the media, `watch` the scripts that note what a page costs, `rows` measures, `__main__` runs the rows and
prints them: python -m bench.web.
"""
