"""Gives every instance its place and new UIDs, writes it, and reads back what was written.

`assign` and `numbering` give pseudonyms, UIDs and places; `write` writes; `readback` makes the record of an instance
from its bytes, `units` what its values are in; `handover` has the types between writing and cleaning.
"""
