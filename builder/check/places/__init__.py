"""Where the files of a medium are: `place` reads a path of a folder or of an encrypted medium in the same way,
`sealed_place` is such a path on an encrypted one, whose plain bytes are in memory alone.
"""
