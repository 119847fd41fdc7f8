"""Further forms of the report of a build.

`outcome_json` is the report for programs, `dry_run` shows the stick before it is made; `words` are numbers,
sizes and names as all reports say them.
"""
