"""De-identifies a data set by an allowlist: the Basic Application Level Confidentiality Profile with modified dates."""

from builder.deidentify.clean import Identity, clean
from builder.deidentify.pseudonyms import StudyKey

__all__ = ["Identity", "StudyKey", "clean"]
