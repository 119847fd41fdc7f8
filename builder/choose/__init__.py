"""Chooses what of the scans goes on the medium, before case numbers are given.

`selection` leaves out images and series by their kind, number of slices and thickness; `rows` describes every
series. `plan_table` writes them as a plan, `plan_file` reads one that was filled in, `planned` carries it out;
`arranged_form` writes its order into a reading form.
"""
