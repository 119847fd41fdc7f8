"""The page that shows a series as a body: rendered from any side, clipped, in several looks.

`page` holds `pane`, whose picture at rest is made by `fine`.
"""
