"""De-identifies a data set by an allowlist: the Basic Profile (PS3.15 Annex E) with its options.

`policy` is what is in force, made of Table E.1-1 (`profile`) and what options keep (`retained`). `allowlist` says what
may stay, `numbers`, `codes` and `vocabulary` which values. `clean` walks a data set, `rules` says what becomes of an
element; `fast` does the same on bytes, with `shortcuts`; `dates` moves dates, `own_values` writes ours; `explain`
prints the policy.
"""

from builder.deidentify.clean import clean, clean_and_encode
from builder.deidentify.fast import ByteEngine
from builder.deidentify.policy import NO_DATES, Action, Option, Policy
from builder.deidentify.rules import Identity
from builder.key.pseudonyms import StudyKey

__all__ = ["NO_DATES", "Action", "ByteEngine", "Identity", "Option", "Policy", "StudyKey", "clean", "clean_and_encode"]
