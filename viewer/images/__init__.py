"""Pixels: read into memory, kept there, and turned into grey levels.

`volume` is a stack in memory, in a `block`; `loading` reads slice by slice, within `memory`; `windowing` defines how
values become grey levels, `grey` computes them with NumPy and `early` without; `padding` finds padding,
`missing_slices` finds gaps between slices, `hot_iron` has colours for what lies over another picture, `suv` the
uptake of a PET by body weight; `difference` is one stack minus another.
"""
