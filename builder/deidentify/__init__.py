"""De-identifies a data set by an allowlist: the Basic Application Level Confidentiality Profile with its options."""

from builder.deidentify.clean import clean, clean_and_encode
from builder.deidentify.fast import ByteEngine
from builder.deidentify.policy import NO_DATES, Action, Option, Policy
from builder.deidentify.rules import Identity
from builder.key.pseudonyms import StudyKey

__all__ = ["NO_DATES", "Action", "ByteEngine", "Identity", "Option", "Policy", "StudyKey", "clean", "clean_and_encode"]
