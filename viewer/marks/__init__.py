"""A reader's marks on slices, and measurements.

`measure` has measurements, `roi` statistics, `markings` the marks of a case.
"""
