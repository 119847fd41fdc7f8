"""The answers of the form on the slices, and the list of all that the reader has marked.

`answered` has the answers, and the question that waits for a click; `hand` drags them; `hint` says what the question
waits for; `jump` goes to their slices; `listed` is the list.
"""
