"""What becomes of pictures in which text was found: decisions, masks, and the page to look at.

`decisions` reads --decide; `fates` says what becomes of each image, `masking` blanks within limits, `patient_outline`
tells what a mask may not touch. `picture_records` and `series_counts` are what is reported; `look_files` keeps page
and table beside the key, `look_page` is the page, with `crops`.
"""
