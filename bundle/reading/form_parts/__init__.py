"""Parts of a form, each read from its own keys.

`conditions` say when a question is asked; `scales` have points with anchors, sliders and the rating of each mark too;
`of_readers` are questions about the reader; `feedback` is what is said after a training case; `sessions` has what a
form says of the sessions of its study.
"""
