"""Readings: the form, the order of the cases, the journals, and the answers that result from them.

`form` is a form, `questions` its questions, `marks` are places as answers, `units` those of lengths; `form_file`,
`form_table` and `form_questions` read a form from TOML, with `form_parts`; `order` is the order of the cases;
`study_session` tells the sessions of a study apart; `journal` keeps answers, `sound_entries` judges them, `merge`
combines journals, `readings` decides which answers count; `course` is when a case was looked at, and how long;
`receipts` are codes of finished sessions, `sent` is a file of journals to send.
"""
