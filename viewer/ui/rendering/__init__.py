"""The 3D page: a series as a solid, rendered from any side, clipped, cut, with several presets.

`page` holds `pane` above `bar` and `clip`; `hand` turns mouse and keys into views, `jobs` run in the thread that casts:
`fine` makes the picture at rest, `previews` those of the presets, `sculptor` finds the table and keeps the cuts of the
`scissors`; `turntable` saves pictures of a whole turn; `words` has the texts on the picture,
`labelled` the segments in it.
"""
