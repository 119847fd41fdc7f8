"""Readings: the form, the order of the cases, the journals, and the answers that result from them.

`study_session` tells the sessions of a study apart, `form_session` reads what a form says of them; `form_table` is a
table of a form; `course` is when a case was looked at and how long; `receipts` are codes of finished sessions; `units`
of lengths.
`form` is a form, `questions` its questions; `form_file` and `form_questions` read them from TOML; `order` is the
order of the cases; `journal` keeps answers, `sound_entries` judges them, `merge` combines journals, `readings`
decides which answers count.
"""
