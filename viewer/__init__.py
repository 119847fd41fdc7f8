"""Shows bundles; frozen onto the stick.

`state` is the state of a pane; `entries` are the rows of the case list; `annotation` has the texts on the image;
`words` translates every text.
"""
