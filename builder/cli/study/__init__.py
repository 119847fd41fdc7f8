"""What a study remembers: who is who and where, and what changes of it.

`removal_text` reports a removal.
"""
