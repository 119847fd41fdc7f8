"""De-identifies a data set by an allowlist: the Basic Application Level Confidentiality Profile with its options."""

from builder.deidentify.clean import Identity, clean
from builder.deidentify.policy import NO_DATES, Action, Option, Policy
from builder.deidentify.pseudonyms import StudyKey

__all__ = ["NO_DATES", "Action", "Identity", "Option", "Policy", "StudyKey", "clean"]
