"""Encrypted media: `work` has the folder beside the key in which the plain bundle grows, `seal` moves it onto the drive
as ciphertext, `sealed_build` does both, `sealed_add` adds to one, and `unseal` writes the plain bundle again.
"""
