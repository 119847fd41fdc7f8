"""The study key, and the register beside it, the study's memory: both stay with the researcher.

`key_file` makes and reads the key, `private_files` writes the files beside it; `pseudonyms` makes pseudonyms, UIDs
and date offsets from the key.

A build calls `memory`. `register` opens the database and makes its `tables`; `takeover` fills a new register from an
old key folder. `case_numbers` gives numbers, `time_shifts` shifts examinations, `sticks` records the content of each
stick, `handed` its manifest; `remembered` makes these entries from the results of a build, `known_people` reads the
patients of earlier builds; `originals` keeps the identifiers that the checker searches for, and old names of
segments; `crosswalk` exports who is who, `lookup` answers questions. `safekeeping` copies and locks a study.
"""
