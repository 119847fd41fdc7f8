"""What is said and reckoned of images.

`geometry` and `directions` reckon; `units`, `loss` and `alterations` have the words for values and for what was done
to pixels.
"""
