"""Looks at bundles; frozen onto the stick.

`state` is what is shown and how; `entries` are the rows of the case list; `annotation` is what is written on the
image; `words` has every text translated.
"""
