"""What is said and reckoned of images.

`geometry` and `directions` reckon; `units`, `naming`, `loss` and `alterations` have the words for values, for stacks,
and for what was done to pixels.
"""
