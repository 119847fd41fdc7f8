"""Colours, icons and type.

`theme`, `icons` from a sheet read by `svg`, `emblem`, `stamp` (words drawn once); `flow` and `bar` lay out, `message`
is a window with one message, `language` brings translations.
"""
