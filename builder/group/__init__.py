"""Sorts scanned files into patients, studies and series.

`group` settles what is missing, doubled or contradictory; `people` tells who is who, `same_name` whether two
spellings are one name; `single_slice_series` undoes exports with a series for each slice.
"""
