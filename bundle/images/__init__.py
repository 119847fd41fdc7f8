"""Geometry of images, and the words that describe them.

`geometry` and `directions` calculate; `units`, `naming`, `loss` and `alterations` have the words for values, for
stacks, and for changes of pixels.
"""
