"""Recognises pictures of screens, paper and film that claim to be CT, MR or PET, by their headers."""

import re
from typing import NamedTuple

from builder.dicom.source_file import Values, text
from builder.reasons import Reason

_DEVICES = (
    "SecondaryCaptureDeviceID", "SecondaryCaptureDeviceManufacturer", "DateOfSecondaryCapture",
    "HardcopyCreationDeviceID",
)  # fmt: skip
# The attributes that `sign_of` uses: all of them are the same for a whole series.
LOOKED_AT = (
    "ImageType", "ConversionType", "Modality", "SeriesDescription", "Manufacturer", "ManufacturerModelName", *_DEVICES,
)  # fmt: skip
_SCREENS = frozenset({
    "SCREEN SAVE", "SCREENSAVE", "SCREEN SHOT", "SCREENSHOT", "SCREEN CAPTURE", "SCREEN", "CAPTURE", "SAVED SCREEN",
})  # fmt: skip
_PROTOCOLS = frozenset({"DOSE INFO", "DOSE REPORT", "DOSEREPORT", "DOSE SUMMARY", "DOSE", "PATIENT PROTOCOL"})
# Siemens gives this name to protocol pages among CT images.
_PROTOCOL_END = " PROT"
# PS3.3 C.8.6.1: the Conversion Types of paper, film or drawings, and those of a computer's screen.
_PAPER = {"SD": "scanned document", "SI": "scanned image", "DF": "digitized film", "DRW": "drawing"}
_COMPUTERS = {"WSD": "workstation", "DI": "digital interface", "DV": "digitized video", "SYN": "synthetic image"}
# PS3.3 C.7.3.1.1.1.
_DOCUMENTS = frozenset({"DOC", "HC", "SR"})
_DIGITIZERS = re.compile(r"vidar|lumisys|pacsgear|dx-?scanner|film ?scan", re.IGNORECASE)


def _words(*patterns: str) -> re.Pattern[str]:
    """Whole words; `-` stands for the separators between parts of a word."""
    either = "|".join(patterns).replace("-", "[ _-]?")
    return re.compile(f"(?<![a-z])(?:{either})(?![a-z])", re.IGNORECASE)


_SAY = (
    (_words("dose-(report|info|information|summary|record|sheet|page)s?", "patient-protocol", "patientenprotokoll",
            "protocol-(page|sheet|report)", "dosis-(bericht|protokoll|report)", "rapport-de-dose"),
     Reason.DOSE_REPORT),
    (_words("screen-(save|shot|capture|dump)s?", "saved?-screens?", "secondary-captures?"), Reason.SECONDARY_CAPTURE),
    (_words("scanned-(document|doc|image|film|paper)s?", "digiti[sz]ed-film"), Reason.SCANNED),
)  # fmt: skip
_PLACE = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")


class Sign(NamedTuple):
    """Why an image counts as such a picture; if not `certain`, an image with a position in the patient is exempt."""

    reason: Reason
    said: str
    certain: bool = True


def sign_of(header: Values) -> Sign | None:
    """The strongest sign, None if there is none."""
    looks = (_of_type, _of_words, _of_paper, _of_conversion)
    return next((sign for look in looks if (sign := look(header))), None)


def has_place(header: Values) -> bool:
    """Whether an image has a position in the patient, as no screen and no sheet of paper has."""
    return "SharedFunctionalGroupsSequence" in header or all(text(header, keyword) for keyword in _PLACE)


def _of_type(header: Values) -> Sign | None:
    for value in text(header, "ImageType").strip("[]").replace("'", "").split(","):
        plain = re.sub(r"[_-]", " ", value.strip().upper())
        if plain in _PROTOCOLS or plain.endswith(_PROTOCOL_END):
            return Sign(Reason.DOSE_REPORT, "Image Type")
        if plain in _SCREENS:
            return Sign(Reason.SECONDARY_CAPTURE, "Image Type")
    return None


def _of_words(header: Values) -> Sign | None:
    description = text(header, "SeriesDescription")
    return next((Sign(reason, "Series Description") for words, reason in _SAY if words.search(description)), None)


def _of_paper(header: Values) -> Sign | None:
    conversion, modality = text(header, "ConversionType").upper(), text(header, "Modality").upper()
    if conversion in _PAPER:
        return Sign(Reason.SCANNED, f"Conversion Type {conversion}, {_PAPER[conversion]}")
    if modality in _DOCUMENTS:
        return Sign(Reason.SCANNED, f"Modality {modality}")
    if _DIGITIZERS.search(f"{text(header, 'Manufacturer')} {text(header, 'ManufacturerModelName')}"):
        return Sign(Reason.SCANNED, "the maker's devices digitize films and documents")
    return None


def _of_conversion(header: Values) -> Sign | None:
    conversion, said = text(header, "ConversionType").upper(), ""
    if conversion in _COMPUTERS:
        said = f"Conversion Type {conversion}, {_COMPUTERS[conversion]}"
    elif text(header, "Modality").upper() == "OT":
        said = "Modality OT"
    elif any(text(header, keyword) for keyword in _DEVICES):
        said = "names a device that captures pictures"
    return Sign(Reason.SECONDARY_CAPTURE, said, certain=False) if said else None
