"""The 3D page: a series as a solid, rendered from any side, clipped, with several presets.

`page` holds `pane`; `fine` makes its picture at rest.
"""
