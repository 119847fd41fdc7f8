"""Decides the fate of pictures in which text was found: decisions, masks, and the page for review.

`decisions` reads --decide; `fates` decides the fate of each image, `masking` blanks within limits, `patient_outline`
marks what a mask must not touch. `picture_records` and `series_counts` are for reports; `look_files` keeps page and
table beside the key, `look_page` is the page, with `crops`.
"""
