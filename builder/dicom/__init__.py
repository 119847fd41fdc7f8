"""DICOM files, independent of the rest of this program.

`source_file` opens a file even if its preamble or meta information is missing; `byte_walker` finds elements by their
bytes, `common_runs` elements that the headers of a series share, `memo` caches earlier results; `element` encodes.
`pixels` returns native bytes, `decoding` decompresses them in a separate process, which runs `decoder`; `jpeg` decodes
lossy JPEG; `unused_bits` clears the bits above Bits Stored. `character_sets` teaches pydicom two of them.
"""

from builder.dicom.character_sets import teach_pydicom

teach_pydicom()
