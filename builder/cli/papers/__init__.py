"""What reports say beside the findings, and how they are signed.

`cleaning_text` names the methods of de-identification, `kept_text` the files that a
build keeps, `media_text` the cases on several media, `returned_text` what
became of a medium since it was handed out; `signing` lets the user's own command sign a report.
"""
