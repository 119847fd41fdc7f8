"""Gives every instance its place and new UIDs, writes it, and reads back the written file.

`assign` and `numbering` give pseudonyms, UIDs and places; `write` writes; `readback` makes the record of an instance
from its bytes, `units` determines the unit of its values, `stated` reads what it says of its de-identification,
`uptake` from what its SUV is computed;
`handover` has the types between writing and cleaning.
"""
