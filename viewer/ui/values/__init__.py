"""What was measured, for the eye and for other programs.

`areas` finds the area that a reader means, `histogram` shows how its values are spread, `table` copies all measurements
of a case, `kinds` names them.
"""
