"""Keeps a study safe: copies of it, and a passphrase under which what names people lies beside the key as ciphertext.

`safe_copy` copies and restores a study. `lock` opens and makes locks, encrypts and decrypts; `locked` is the register
of a locked study, in memory; `lock_study` locks a study that is there, and exports its lists on request.
"""
