"""Pixels: read into memory, kept there, and turned into grey levels.

`volume` is a stack in memory, in a `block`; `loading` reads slice by slice, within `memory`; `windowing` says what
turns values into greys, `grey` does it by NumPy and `early` without; `padding` finds padding, `missing_slices` where
slices are missing.
"""
