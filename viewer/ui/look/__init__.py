"""Colours, icons, type and the language.

`theme`, `icons` from a sheet read by `svg`, `emblem`, `stamp` (cached words); `flow` and `bar` lay out, `message` is a
window with one message, `asking` has parts of those that ask; `language` loads the translations.
"""
