"""Encrypted media: `work` has the folder beside the key in which the plain bundle grows, `seal` moves it onto the drive
as ciphertext, `sealed_build` does both, `sealed_media` for several at once; `in_plain` brings the plain bundle back to
be changed, `sealed_change` says how: adds, removes, renews; `unseal` writes the plain bundle again.
"""
