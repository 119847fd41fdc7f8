"""The bundle format: names, records, the index, the manifest and geometry, shared by builder and viewer.

`layout` has names and places; `manifest` the digests; `presets` windows for CT; `hanging_protocol` how cases open,
read by `hanging_file`; `bounded` and `toml_lines` read what may be hostile or mistaken, `mistakes` says what is wrong
in it; `errors` are what builder and viewer can both meet.
"""

__version__ = "0.1.0"
