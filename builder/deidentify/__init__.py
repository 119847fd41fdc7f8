"""De-identifies a data set by an allowlist: the Basic Profile (PS3.15 Annex E) with its options.

`policy` is the policy in force, built from Table E.1-1 (`profile`) and the attributes that options keep (`retained`).
`allowlist` decides which attributes may stay, `numbers`, `codes` and `vocabulary` which values. `clean` walks a data
set, `rules` treats each element; `fast` does the same on bytes, with `shortcuts`; `dates` shifts dates, `own_values`
writes new values; `own` finds the patient's identifiers in what an option keeps, and `held` tells of them; `explain`
prints the policy.
"""

from builder.deidentify.clean import clean, clean_and_encode
from builder.deidentify.fast import ByteEngine
from builder.deidentify.own import Own, own_of
from builder.deidentify.policy import NO_DATES, Action, Option, Policy
from builder.deidentify.rules import Identity
from builder.key.pseudonyms import StudyKey

__all__ = [
    "NO_DATES", "Action", "ByteEngine", "Identity", "Option", "Own", "Policy", "StudyKey", "clean", "clean_and_encode",
    "own_of",
]  # fmt: skip
