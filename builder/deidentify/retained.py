"""The additions to the allowlist by options that retain or clean (columns of PS3.15 Table E.1-1)."""

from importlib.resources import files
import re

FORMS = {
    "PatientSex": re.compile("[MFO]"),
    "PatientSexNeutered": re.compile("ALTERED|UNALTERED"),
    "PatientAge": re.compile(r"\d{3}[DWMY]"),
    "SmokingStatus": re.compile("YES|NO|UNKNOWN"),
}
PATIENT_TEXTS = frozenset({"EthnicGroup"})
PATIENT = frozenset(FORMS) | PATIENT_TEXTS | {"PatientSize", "PatientWeight", "PregnancyStatus"}
# From these, the dose and the times, SUV by weight, by lean mass and by surface are computed.
SUV = frozenset({"PatientWeight", "PatientSize", "PatientSex"})

# Manufacturer, model and software are not in the table, but they are free text: they belong to the device.
DEVICE = frozenset({
    "Manufacturer", "ManufacturerModelName", "SoftwareVersions", "DeviceSerialNumber", "StationName", "DeviceUID",
    "GantryID", "GeneratorID", "DetectorID", "PlateID", "CassetteID", "DeviceDescription", "XRayDetectorID",
    "XRayDetectorLabel", "XRaySourceID", "ManufacturerDeviceClassUID",
})  # fmt: skip
INSTITUTION = frozenset({"InstitutionName", "InstitutionAddress", "InstitutionalDepartmentName"})
DESCRIPTORS = frozenset({"StudyDescription", "SeriesDescription", "ProtocolName"})

# Ages above this single people out; 45 CFR 164.514(b) combines them as '90 or older'.
OLDEST = "090Y"

# Private attributes that hold only numbers: creator -> (group, element in the block) -> VR. Those of PS3.15 Table
# E.3.10-1 that a reader or a quantification needs.
SAFE_PRIVATE: dict[str, dict[tuple[int, int], str]] = {
    "Philips PET Private Group": {(0x7053, 0x00): "DS", (0x7053, 0x09): "DS"},
    "SIEMENS MR HEADER": {(0x0019, 0x0C): "IS", (0x0019, 0x0E): "FD", (0x0019, 0x27): "FD"},
    "GEMS_ACQU_01": {(0x0019, 0x23): "DS", (0x0019, 0x24): "DS", (0x0019, 0x27): "DS"},
    "GEMS_PARM_01": {(0x0043, 0x39): "IS"},
    "GEMS_HELIOS_01": {(0x0045, 0x01): "SS", (0x0045, 0x02): "FL"},
    "ELSCINT1": {(0x00E1, 0x21): "DS", (0x01E1, 0x50): "DS", (0x01F1, 0x07): "DS", (0x01F1, 0x26): "DS"},
    "Philips Imaging DD 001": {(0x2001, 0x03): "FL"},
}

_PARTS = re.compile(r"[A-Za-z0-9]+(?:[.,][0-9]+)*")
# A word such as T2w, a number, or a number with its unit.
_PART = re.compile(r"(\d+(?:[.,]\d+)?)?([A-Za-z]+\d?[A-Za-z]*)?")
# Longer numbers could be an ID or a date.
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")
_UNITS = frozenset({"mm", "cm"})


def _words() -> frozenset[str]:
    lines = files(__package__).joinpath("descriptor_words.txt").read_text(encoding="ascii").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


WORDS = _words()


def clean_descriptor(text: str) -> str:
    """The words of a description that are in the reviewed list, and short numbers; everything else is dropped.

    A number stays only if it is alone between such words, or before its unit: several in a row are a date or a
    telephone number, and a number beside an unknown word may be somebody's.
    """
    # Each part is a number or a word; None is an unknown word.
    parts: list[str | None] = []
    for part in _PARTS.findall(text):
        if part.casefold() in WORDS:
            parts.append(part)
        elif split := _PART.fullmatch(part):
            number, word = split.groups(default="")
            parts += [part if part == number or part.casefold() in WORDS else None for part in (number, word) if part]
        else:
            parts.append(None)
    around = [*parts, ""]  # nothing before the first and nothing after the last
    kept = (part for k, part in enumerate(parts) if part and _may_stay(part, around[k - 1], around[k + 1]))
    return " ".join(_anew(part) if _NUMBER.fullmatch(part) else part for part in kept)


def _anew(number: str) -> str:
    """The same value without zeros before it."""
    return re.sub(r"^0+(?=\d)", "", number)


def _may_stay(part: str, before: str | None, behind: str | None) -> bool:
    if not part[0].isdigit() or part.casefold() in WORDS:
        return True
    alone = not any(
        neighbour and neighbour[0].isdigit() and neighbour.casefold() not in WORDS for neighbour in (before, behind)
    )
    explained = (behind or "").casefold() in _UNITS or (before is not None and behind is not None)
    return bool(_NUMBER.fullmatch(part)) and alone and explained
