"""Readings: the form, the order of the cases, the journals, and what they come to.

`form` is a form, `questions` its questions; `form_file` and `form_questions` read them; `order` is the order of the
cases; `journal` keeps answers, `merge` brings journals together, `readings` says what counts.
"""
