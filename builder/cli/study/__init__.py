"""What a study remembers: who is who and where, and what changes of it.

`who` is the command that answers, `who_text` what it prints; `removal_text` reports a removal.
"""
