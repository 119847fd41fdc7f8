"""One reader at work, without a window: which case comes, what was answered, and where it is kept.

`session` is a reader's session; `blind` what a reader may see; `marks` places as answers; `places` where journals lie.
"""
