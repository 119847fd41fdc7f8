"""A reader's marks on slices, and measurements.

`measure` has measurements, `roi` statistics, `markings` the marks of a case, `history` what was done, to undo it.
"""
