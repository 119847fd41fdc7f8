"""The study key, and the register beside it, the study's memory: both stay with the researcher.

`key_file` makes and reads the key, `private_files` writes what is kept beside it; `pseudonyms` makes pseudonyms, UIDs
and date offsets from the key.

`memory` is what a build calls. `register` opens the database, whose `tables` it makes; `takeover` fills a new one
from an old key folder. `case_numbers` gives numbers, `sticks` keeps what lies on which stick, `remembered` makes its
entries from what a build did, `known_people` says whom it has met; `originals` keeps the identifiers that the checker
looks for; `crosswalk` exports who is who, `lookup` finds what somebody asks for.
"""
