"""Reads a medium: its files, DICOM headers and DICOMDIR.

`medium` reads everything once, as much as `reach` says, with `contents`, past the cache by `uncached`. `dicom_file`
reads one file: by `elements` and `values`, or like pydicom (`parsed_header`, `plain_values`); `frames`,
`frame_traits` and `bits` describe its frames, `series_names` names a series. `file_checks` has the checks of a single
file, made while it is read. `directory` reads the DICOMDIR, `spare_bytes` finds the unused bytes of the index.
"""
