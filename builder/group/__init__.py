"""Sorts scanned files into patients, studies and series.

`group` resolves missing, duplicate and contradictory identifiers; `people` decides who is who, `same_name` whether two
spellings are one name; `single_slice_series` undoes exports with a series for each slice.
"""
