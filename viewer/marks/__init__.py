"""A reader's marks on slices, and measurements.

`measure` has measurements on slices, `in_space` those on planes through the patient, `roi` the `statistics` of areas,
`markings` the marks of a case, `history` what was done, to undo it.
"""
