"""A reader's marks on slices, and measurements.

`measure` has measurements on slices, `in_space` those on planes through the patient, `roi` the `statistics` of areas,
`outline` what an outline encloses, `histogram` how values are spread, `curves` the points of curves; `markings` are the
marks of a case, `history` is what was done, to undo it.
"""
