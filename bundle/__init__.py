"""The bundle format: names, records, the index, the manifest and geometry, shared by builder and viewer.

`layout` has names and places; `manifest` the digests; `presets` windows for CT; `hanging_protocol` how cases open,
and `hanging_file` reads it; `bounded` and `toml_lines` read files that may be hostile or contain mistakes; `errors` are
the failures that both builder and viewer can meet.
"""

__version__ = "0.1.0"
