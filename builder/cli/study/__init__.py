"""The commands on the memory of a study: which case is which patient, on which stick; and changes of a stick.

`who` is the command that searches, `who_text` its output; `upgrade` renews a finished bundle, `change_text` reports
that and a removal; `key` copies, restores and hands over a study; `copy` makes identical sticks. `handed_out` tells the
check what the register keeps of a medium; `passphrase` opens a locked study, and `register_html` fills the page with
the whole register.
"""
