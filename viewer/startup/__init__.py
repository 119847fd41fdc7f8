"""Finds the bundle and starts the viewer.

`options` and `locate` say what to open; `refusal` says in plain words why nothing opens; `selftest` and `report` are
the self-test without its window; `clock` notes the phases of the start; `resident` brings the program into memory.
"""
