"""The page that shows a series as a body: rendered from any side, clipped, in several looks."""
