"""What a reader leaves on slices, and what is measured.

`measure` has measurements, `roi` statistics, `markings` what belongs to a case.
"""
