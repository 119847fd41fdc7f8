"""What is hidden of a body in 3D: its table, and what the reader cuts away. NumPy only.

`sculpture` hides voxels; `cuts` are those of the scissors; `table` finds table and head-holder with `hulls`,
`windows` (narrowed and widened masks) and `components`.
"""
