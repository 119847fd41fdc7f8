"""Further forms of the report of a build.

`outcome_json` is the report for programs.
"""
