"""A test pattern on the whole screen, by which a reader judges the monitor.

`pattern` draws it, `screen` shows it.
"""
