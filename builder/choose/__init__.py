"""Chooses what of the scans goes on the medium, before case numbers are given.

`selection` leaves out images and series by their kind, number of slices and thickness; `rows` describes every series.
"""
