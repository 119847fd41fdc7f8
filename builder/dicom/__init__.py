"""DICOM files and nothing of this program.

`source_file` opens a file whatever is missing in front of it; `byte_walker` finds elements by their bytes,
`common_runs` what the headers of a series have in common, `memo` what was read before; `element` encodes. `pixels`
gives native bytes, `decoding` unpacks them in a process of its own, which runs `decoder`; `jpeg` decodes JPEG with
loss; `unused_bits` clears what stands above Bits Stored.
"""
