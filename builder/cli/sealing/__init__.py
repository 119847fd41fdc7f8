"""Encrypted media on the command line: `passwords` asks for them, `strength` judges and proposes them, `commands` has
the commands password and unlock, and `options` what a build takes; `checking` opens one for a
check, and `beside` judges what lies beside it.
"""
