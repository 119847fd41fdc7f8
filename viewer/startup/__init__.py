"""Finds the bundle and starts the viewer.

`options` and `locate` decide what to open; `refusal` explains in plain words why nothing opens, in the texts that `qm`
reads without Qt; `selftest` and `report` are the self-test without its window; `clock` records the phases of the start;
`resident` brings the program into memory.
"""
