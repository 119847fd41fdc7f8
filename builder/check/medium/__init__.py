"""Reads a medium: its files, DICOM headers and DICOMDIR.

`medium` reads all of it once, as much as `reach` says, through `contents`, past the cache by `uncached`.
`dicom_file` reads one file: by `elements` and `values`, or as pydicom does (`parsed_header`, `plain_values`); `frames`,
`frame_traits` and `bits` say what its frames are, `series_names` how a series is called. `file_checks` has the checks
of a file by itself, made while it is read. `directory` reads the DICOMDIR, `spare_bytes`
finds what of the index holds nothing.
"""
