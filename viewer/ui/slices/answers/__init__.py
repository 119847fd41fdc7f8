"""The answers of the form on the slices.

`answered` has the answers, and the question that waits for a click; `hand` drags them; `hint` says what the question
waits for; `jump` goes to their slices.
"""
