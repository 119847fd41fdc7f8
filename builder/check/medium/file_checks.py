"""The checks of a single DICOM file: format, pixels, and identifiers that must be gone."""

from collections.abc import Callable, Iterable, Iterator, Set
import re

from pydicom.charset import python_encoding

from builder.check.findings import Finding, finding
from builder.check.medium.dicom_file import (
    EXPLICIT_LITTLE_ENDIAN,
    DicomFile,
    Opened,
    Unsound,
    facts,
    open_file,
    pixel_length,
)
from builder.check.medium.elements import UNDEFINED, Element, tag_text
from builder.check.medium.frames import altered, integer
from builder.check.medium.parsed_header import HeaderReader, ParsedHeader, PersonName, Values

BASIC_PROFILE = "113100"

_UID = re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+")
_UIDS = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")
# Attributes that no option of PS3.15 keeps with the patient's own value, and that the Basic Profile empties or removes.
_DIRECT = (
    "PatientBirthDate", "PatientBirthTime", "OtherPatientIDs", "IssuerOfPatientID", "PatientAddress",
    "PatientTelephoneNumbers", "MilitaryRank", "PatientComments", "AdditionalPatientHistory", "AccessionNumber",
    "AdmissionID", "InstitutionName", "InstitutionAddress", "InstitutionalDepartmentName", "ReferringPhysicianAddress",
    "PatientInsurancePlanCodeSequence", "PersonIdentificationCodeSequence",
)  # fmt: skip
_SUSPECTS = frozenset(_DIRECT)
_INSTITUTION = ("InstitutionName", "InstitutionAddress", "InstitutionalDepartmentName")
# CID 7050: the permitted content of a file depends on the options that it states.
RETAIN_SAFE_PRIVATE, RETAIN_INSTITUTION = "113111", "113112"
_SAFE_PRIVATE_VRS = frozenset({"DS", "IS", "US", "SS", "UL", "SL", "FL", "FD"})
_SHOWN = 3


def examine(
    path: str, head: bytes, size: int, reader: HeaderReader, *, others: bool = False
) -> tuple[DicomFile | None, list[Finding]]:
    """The facts of a file (None if it is unreadable), and everything that is wrong with it by itself.

    A file that `others` made only has to meet DICOM's general requirements.
    """
    checks = _OF_OTHERS if others else FILE_CHECKS
    try:
        opened = open_file(path, head, size, reader, others=others)
        found = [finding(name, path, text) for name, check in checks for text in check(opened)]
        return facts(opened), found
    except Unsound as fault:
        return None, [finding(fault.check, path, str(fault))]
    except Exception as error:  # one odd file must not end the check of all the others
        return None, [finding("dicom.structure", path, f"the file cannot be read ({type(error).__name__}: {error})")]


def some(names: list[str]) -> str:
    """The first few of a list, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


# Format


def _preamble(file: Opened) -> Iterator[str]:
    preamble = file.header[:128]
    if preamble != bytes(128):
        program = preamble[:2] == b"MZ" or preamble[:4] == b"\x7fELF"
        yield "the preamble is the beginning of a program" if program else "the preamble is not empty"


def _program_in_preamble(file: Opened) -> Iterator[str]:
    """PS3.10 7.1 lets a preamble make the file one of another format too, such as TIFF."""
    yield from (text for text in _preamble(file) if "program" in text)


def _meta(file: Opened) -> Iterator[str]:
    pairs = ((0x00020002, "SOPClassUID"), (0x00020003, "SOPInstanceUID"))
    for tag, keyword in pairs:
        if file.meta[tag] != file.values[keyword]:
            yield f"{tag_text(tag)} is not the {keyword} of the data set"


def _values(file: Opened) -> Iterator[str]:
    if wrong := file.parsed.malformed:
        yield some(wrong)


def _character_set(file: Opened) -> Iterator[str]:
    yield from strange_texts(file.parsed.character_set, file.parsed.foreign)


def strange_texts(character_set: bytes, foreign: Iterable[tuple[int, bytes]]) -> Iterator[str]:
    """Unknown character sets, and non-ASCII texts that are not written in the stated one."""
    named = [term.strip() for term in character_set.decode("latin-1").split("\\")]
    unknown = [term for term in named if term not in python_encoding]
    if unknown:
        yield f"Specific Character Set (0008,0005) is {some(unknown)}"
        return
    wrong = [tag_text(tag) for tag, text in foreign if not _is_text(text, named)]
    if wrong:
        yield f"not in {', '.join(filter(None, named)) or 'ASCII, and no set is named'}: {some(wrong)}"


def _is_text(value: bytes, named: list[str]) -> bool:
    """PS3.5 6.1.2.3: only with code extensions may a text hold more than one set; such texts are not examined."""
    if len(named) > 1:
        return True
    try:
        value.decode(python_encoding[named[0]] if named[0] else "ascii")
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _uids(file: Opened) -> Iterator[str]:
    """PS3.5 9.1: components of digits without leading zeros, at most 64 characters."""
    for keyword in _UIDS:
        value = str(file.values.get(keyword) or "")
        if value and (len(value) > 64 or not _UID.fullmatch(value)):
            yield f"{keyword} is no UID"


def _pixels(file: Opened) -> Iterator[str]:
    if file.pixels is None:
        yield "there are no pixel data (7FE0,0010)"
        return
    expected = pixel_length(file.values)
    if file.pixels.length == UNDEFINED:
        yield "the pixel data are encapsulated, but the transfer syntax is not a compressed one"
    elif file.pixels.length != expected + expected % 2:
        yield f"expected {expected + expected % 2:,} bytes, found {file.pixels.length:,}"
    elif file.pixels.vr not in _pixel_vrs(file.values):
        yield f"the value representation is {file.pixels.vr}"


def _pixels_of_others(file: Opened) -> Iterator[str]:
    """Native pixels, if there are any; PS3.3 C.7.6.3.1.2: with 422 there are fewer samples than pixels."""
    native = file.pixels is not None and file.meta[0x00020010] == EXPLICIT_LITTLE_ENDIAN
    if native and "422" not in str(file.values.get("PhotometricInterpretation")):
        yield from _pixels(file)


def _pixel_vrs(values: Values) -> tuple[str, ...]:
    """PS3.5 A.2: samples of more than eight bits are OW."""
    return ("OB", "OW") if values["BitsAllocated"] <= 8 else ("OW",)


def _trailing(file: Opened) -> Iterator[str]:
    if file.pixels is not None and file.pixels.length != UNDEFINED:
        rest = file.size - file.pixels.value - file.pixels.length
        if rest:
            yield f"{rest:,} bytes stand behind the pixel data"


def _padding(file: Opened) -> Iterator[str]:
    """PS3.3 C.7.5.1.1.2: padding values are stored values."""
    stored, signed = file.values["BitsStored"], file.values["PixelRepresentation"] == 1
    low, high = (-(1 << (stored - 1)), (1 << (stored - 1)) - 1) if signed else (0, (1 << stored) - 1)
    for keyword in ("PixelPaddingValue", "PixelPaddingRangeLimit"):
        value = integer(file.values, keyword)
        if value is not None and not low <= value <= high:
            yield f"{keyword} is {value}, which {stored} bits cannot hold"


# Identity


def _derivation(file: Opened) -> Iterator[str]:
    if altered(file.values) is None:
        yield "what stands there is not in these words"


def _removed(file: Opened) -> Iterator[str]:
    value = file.values.get("PatientIdentityRemoved")
    if value != "YES":
        yield "it is missing" if value is None else f"expected YES, found {value!r}"


def _method(file: Opened) -> Iterator[str]:
    named = file.parsed.methods
    if ("DCM", BASIC_PROFILE) not in ((code.scheme, code.value) for code in named):
        codes = ", ".join(code.value for code in named)
        yield f"expected {BASIC_PROFILE} (DCM), found {codes or 'no code'}"


def _dates(file: Opened) -> Iterator[str]:
    value = file.values.get("LongitudinalTemporalInformationModified")
    if value not in ("REMOVED", "MODIFIED", "UNMODIFIED"):
        yield "it is missing" if not value else f"expected REMOVED, MODIFIED or UNMODIFIED, found {value!r}"


def _agreement(file: Opened) -> Iterator[str]:
    """The methods in (0012,0064) go with the attributes that say the same, once each of these is valid by itself."""
    if not any(_method(file)) and not any(_dates(file)) and altered(file.values) is not None:
        yield from _at_odds(_stated(file.parsed), file.values)


def _at_odds(codes: Set[str], values: Values) -> Iterator[str]:
    dates = values.get("LongitudinalTemporalInformationModified")
    expected = {"113106": "UNMODIFIED", "113107": "MODIFIED"}
    named = sorted(expected.keys() & codes)
    if dates != (expected[named[0]] if named else "REMOVED") or len(named) > 1:
        yield f"(0028,0303) is {dates}, but (0012,0064) names {' and '.join(named) or 'no option for dates'}"
    if "113101" in codes and values.get("BurnedInAnnotation") != "NO":
        yield "(0012,0064) names 113101, but (0028,0301) is not NO"
    features = values.get("RecognizableVisualFeatures") or ""
    if features != ("NO" if "113102" in codes else ""):
        yield f"(0028,0302) is {'NO' if features == 'NO' else 'not NO'}, and (0012,0064) does not agree on 113102"


def _stated(header: ParsedHeader) -> set[str]:
    """The codes of CID 7050 that the file states."""
    return {code.value for code in header.methods}


def _private(file: Opened) -> Iterator[str]:
    allowed = _SAFE_PRIVATE_VRS if RETAIN_SAFE_PRIVATE in _stated(file.parsed) else frozenset()
    tags = sorted(
        {element.tag for element in file.parsed.special if element.tag >> 16 & 1 and not _is_safe(element, allowed)}
    )
    if tags:
        yield f"private elements: {some([tag_text(tag) for tag in tags])}"


def _is_safe(element: Element, allowed: frozenset[str]) -> bool:
    """Whether a private element is a number, or the name of a private creator (PS3.5 7.8.1)."""
    creator = 0x10 <= element.tag & 0xFFFF <= 0xFF and element.vr == "LO"
    return element.vr in allowed or (creator and bool(allowed))


def _overlay(file: Opened) -> Iterator[str]:
    tags = sorted(
        {
            element.tag
            for element in file.parsed.special
            if element.tag >> 24 in (0x50, 0x60) and not element.tag >> 16 & 1
        }
    )
    if tags:
        yield f"overlays or curves: {some([tag_text(tag) for tag in tags])}"


def _burned_in(file: Opened) -> Iterator[str]:
    if str(file.values.get("BurnedInAnnotation") or "").strip().upper() == "YES":
        yield "the file says that text is burned into its picture"


def names(pseudonym: str, persons: Iterable[PersonName]) -> Iterator[str]:
    """Persons' names at any depth that are neither empty nor the pseudonym."""
    for person in persons:
        if person.name not in ("", pseudonym):
            yield f"{person.keyword} is neither empty nor the Patient ID"


def direct(filled: Set[str], stated: Set[str] = frozenset()) -> Iterator[str]:
    """Attributes that identify directly and have a value, at any depth."""
    retained = _INSTITUTION if RETAIN_INSTITUTION in stated else ()
    found = _SUSPECTS.intersection(filled).difference(retained)
    if found:
        yield f"{some(sorted(found))} with a value"


FILE_CHECKS: tuple[tuple[str, Callable[[Opened], Iterator[str]]], ...] = (
    ("dicom.preamble", _preamble),
    ("dicom.meta", _meta),
    ("dicom.value", _values),
    ("dicom.character_set", _character_set),
    ("dicom.uid", _uids),
    ("dicom.pixels", _pixels),
    ("dicom.trailing", _trailing),
    ("dicom.padding", _padding),
    ("identity.derivation", _derivation),
    ("identity.removed", _removed),
    ("identity.method", _method),
    ("identity.dates", _dates),
    ("identity.stated", _agreement),
    ("identity.private", _private),
    ("identity.overlay", _overlay),
    ("identity.burned_in", _burned_in),
    ("identity.name", lambda file: names(str(file.values.get("PatientID") or ""), file.parsed.persons)),
    ("identity.direct", lambda file: direct(file.parsed.filled, _stated(file.parsed))),
)
_OF_OTHERS: tuple[tuple[str, Callable[[Opened], Iterator[str]]], ...] = (
    ("dicom.preamble", _program_in_preamble),
    ("dicom.meta", _meta),
    ("dicom.value", _values),
    ("dicom.character_set", _character_set),
    ("dicom.uid", _uids),
    ("dicom.pixels", _pixels_of_others),
)
