"""Colours, icons, type and the language.

`theme`, `icons` from a sheet read by `svg`, `emblem`, `stamp` (words drawn once); `flow` and `bar` lay out, `message`
is a window with one message; `language` loads the translations.
"""
