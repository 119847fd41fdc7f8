"""The bundle format: names, records, the index, the manifest and geometry, shared by builder and viewer.

`layout` has names and places; `manifest` the digests; `presets` windows for CT; `hanging_protocol` how cases open,
and `hanging_file` reads them; `held` has the words for attributes without their value; `web` names and format of the
reader in a browser, `web_form` its form; `segments` the compact form of segmentations; `bounded` and `toml_lines` read
files that may be hostile or have mistakes, `veiled` those that nobody should read by accident; `mistakes` describes
mistakes. `medium` is what lies beneath index, images and readings, `sealed` its encrypted side. `errors` are those that
builder and viewer share.
"""

__version__ = "0.1.0"
