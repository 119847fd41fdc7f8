"""Checks of what the papers of a bundle say.

`sentences` compares README.TXT, INDEX.HTM and MANUAL.PDF with every image, by the list in `claims`; `case_lists` the
lists of cases in INDEX.HTM and MEDIA.CSV.
"""
