"""Encrypted media: the only room that knows cryptography, which it loads when a sealed medium is opened or made.

`primitives` are the algorithms, all of the package cryptography; `header` is the file with the slots, `slots` what a
password opens in it; `messages` are chunks under one key, cut as `chunking` says, `container` the files that hold
them, `catalogue` the names in it; `medium` is the sealed side of bundle.medium, `readings` its journals, `sent` those
of a file that was sent; `writing` makes a sealed medium; `errors` are what a user can meet.
"""
