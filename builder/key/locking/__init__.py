"""A study locked with a passphrase: what names people lies beside the key as ciphertext.

`lock` opens and makes locks, encrypts and decrypts; `locked` is the register of a locked study, in memory; `lock_study`
locks a study that is there, and exports its lists on request.
"""
