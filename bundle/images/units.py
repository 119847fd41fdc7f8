"""The units of pixel values as the image shows them: from the Defined Terms of the standard, never from free text."""

# Rescale Type (0028,1054), PS3.3 C.11.1.1.2. US means that the unit is unspecified.
_RESCALE_TYPES = {
    "HU": "HU", "HU_MOD": "HU mod", "MGML": "mg/ml", "PCT": "%", "Z_EFF": "Z eff", "ED": "ED", "EDW": "EDW", "OD": "OD",
}  # fmt: skip
# Units (0054,1001), PS3.3 C.8.9.1.1.3.
_PET_UNITS = {
    "BQML": "Bq/ml", "GML": "g/ml", "CNTS": "counts", "CPS": "cps", "PROPCNTS": "prop cnts", "PROPCPS": "prop cps",
    "PCNT": "%", "CM2": "cm2", "CM2ML": "cm2/ml", "MGMINML": "mg/min/ml", "UMOLMINML": "umol/min/ml",
    "MLMING": "ml/min/g", "MLG": "ml/g", "1CM": "1/cm", "UMOLML": "umol/ml", "MLMINML": "ml/min/ml", "MLML": "ml/ml",
    "STDDEV": "std dev",
}  # fmt: skip


def of_rescale_type(term: str) -> str:
    """The unit of a Rescale Type; empty for a term that names none."""
    return _RESCALE_TYPES.get(term, "")


def of_pet(term: str) -> str:
    """The unit of a PET image's Units; empty for a term that names none."""
    return _PET_UNITS.get(term, "")
