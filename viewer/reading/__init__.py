"""One reader at work, without a window: which case comes next, the answers, and where they are kept.

`session` is a reader's session; `blind` hides the case's identity; `closing` says which cases stay closed; `marks` has
places as answers, `shapes` what they look like, `asking` a question that waits for them; `places` where journals lie,
`keeping` writes there, `unwritten` is what lies nowhere yet, `names` whether two names are one reader; `handing` takes
a case out for another program, with a `directory` of its own.
"""
