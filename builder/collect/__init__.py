"""Readings from sticks and sent files become one table: merged, checked, resolved, and summed up.

`gather` finds what belongs together; `table` decides what counts; `agreement` says how far readers agree; `files`
writes tables, `sr` reports as DICOM, of the `content` and the `images` they are about; `formats` names what can be
written; `errors` are its failures. Nothing is imported here, so that the command line can name the formats without
loading what makes them.
"""
