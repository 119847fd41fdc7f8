"""Readings: the form, the order of the cases, the journals, and the answers that result from them.

`form` is a form, `questions` its questions, `marks` are places as answers; `form_file` and `form_questions` read a form
from TOML; `order` is the order of the cases; `journal` keeps answers, `sound_entries` judges them, `merge` combines
journals, `readings` decides which answers count.
"""
