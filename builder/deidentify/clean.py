"""Walks a data set and builds a new one from what may stay; nothing is edited in place, so nothing can be forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
import math
import re

from pydicom import DataElement, Dataset, Sequence
from pydicom._uid_dict import UID_dictionary
from pydicom.datadict import keyword_for_tag
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.uid import UID
from pydicom.valuerep import DSfloat, format_number_as_ds

from builder.deidentify import allowlist, dates
from builder.deidentify.codes import published_code
from builder.deidentify.pseudonyms import new_uid
from builder.deidentify.vocabulary import WORDS
from builder.source import ENHANCED, sop_class, text

# CID 7050: what was applied, as (0012,0064) has to say it.
METHODS = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
)
METHOD_TEXT = "mkbundle: allowlist, PS3.15 Basic Profile, modified dates"

_DS = re.compile(r" *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *")
_PIXELS = {0x7FE00010, 0x7FE00008, 0x7FE00009}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and what an instance becomes: the pseudonym, the new UIDs, and the patient's offset of dates."""

    pseudonym: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    offset_seconds: int
    uid_secret: bytes


_Rule = Callable[[DataElement, Identity], DataElement | None]


def clean(source: Dataset, identity: Identity) -> Dataset:
    """A new data set without pixel data and file meta that holds only what may stay. Source: PS3.15 Annex E."""
    kept = _clean_items(source, identity)
    _shift_dates(source, kept, identity.offset_seconds)
    _set_identity(kept, identity)
    _state_methods(kept)
    _fill_gaps(source, kept)
    return kept


def _fill_gaps(source: Dataset, kept: Dataset) -> None:
    """Empty values for type 2 attributes and dummies for type 1 ones, as PS3.15 Table E.1-1a asks for."""
    for keyword in allowlist.EMPTIED:
        setattr(kept, keyword, "")
    for keyword in allowlist.EMPTIED_IF_PRESENT:
        if keyword in source and keyword not in kept:
            setattr(kept, keyword, [] if keyword.endswith("Sequence") else "")
    if sop_class(source) in ENHANCED:
        _fill_enhanced(source, kept)
    elif "BodyPartExamined" not in kept and "Laterality" not in kept:  # type 2C: PS3.3 C.7.3.1
        kept.Laterality = ""


def _fill_enhanced(source: Dataset, kept: Dataset) -> None:
    for keyword in allowlist.DUMMIES_IF_ENHANCED:
        if keyword in source or keyword in kept:
            setattr(kept, keyword, allowlist.DUMMY)
    if text(source, "BurnedInAnnotation") == "NO":  # type 1C there; a YES is not taken at all
        kept.BurnedInAnnotation = "NO"


def _clean_items(source: Dataset, identity: Identity) -> Dataset:
    kept = Dataset()
    for tag in source.keys():  # noqa: SIM118  (iterating over a Dataset parses every element)
        if int(tag) in _PIXELS or (not allowlist.is_allowed(BaseTag(tag)) and not _is_time(BaseTag(tag))):
            continue
        try:
            element = _clean_element(source[tag], identity)
        except Exception:  # a broken value cannot be judged, so it goes; the error would carry the value with it
            continue
        if element is not None:
            kept.add(element)
    return kept


def _is_time(tag: BaseTag) -> bool:
    keyword = keyword_for_tag(tag)
    return keyword in allowlist.DATETIMES or keyword in allowlist.TIMES


def _clean_element(element: DataElement, identity: Identity) -> DataElement | None:
    """One attribute held to its form, by the VR that PS3.6 gives it; None where nothing may stay."""
    keyword, vr = element.keyword, allowlist.standard_vr(element.tag)
    if _is_time(element.tag):
        return _moved(element, vr, identity.offset_seconds)
    if keyword in allowlist.FIXED:
        return DataElement(element.tag, vr, allowlist.FIXED[keyword])
    if keyword in allowlist.TEXTS:
        return _held_to(element, allowlist.TEXTS[keyword])
    rules: dict[str, _Rule] = {"SQ": _clean_sequence, "UI": _replace_uids, "CS": _known_words}
    return rules.get(vr, _numbers)(element, identity)


def _moved(element: DataElement, vr: str, offset_seconds: int) -> DataElement | None:
    shift = dates.shift_datetime if vr == "DT" else dates.shift_time
    moved = shift(str(element.value), offset_seconds)
    return DataElement(element.tag, vr, moved) if moved else None


def _values(element: DataElement) -> list[object]:
    value = element.value
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]


def _clean_sequence(element: DataElement, identity: Identity) -> DataElement | None:
    items = element.value if isinstance(element.value, Sequence) else Sequence()
    cleaned = Sequence(kept for item in items if (kept := _clean_item(item, identity)) is not None)
    if not cleaned and element.keyword not in allowlist.MAY_BE_EMPTY:
        return None
    return DataElement(element.tag, "SQ", cleaned)


def _clean_item(item: Dataset, identity: Identity) -> Dataset | None:
    """A sequence item; None for one that lost what it is for: its code, its reference, or everything."""
    kept = _clean_items(item, identity)
    if "CodeValue" in item:
        code = published_code(item)
        if code is None:
            return None
        kept.update(code)
    if "ReferencedSOPInstanceUID" in item and not kept.get("ReferencedSOPClassUID"):
        return None
    return kept if len(kept) else None


def _held_to(element: DataElement, form: re.Pattern[str]) -> DataElement | None:
    values = [str(value).strip() for value in _values(element)]
    good = [value for value in values if form.fullmatch(value)]
    return DataElement(element.tag, allowlist.standard_vr(element.tag), good) if good else None


def _replace_uids(element: DataElement, identity: Identity) -> DataElement:
    values = [_replace_uid(str(value), element.keyword, identity) for value in _values(element)]
    return DataElement(element.tag, "UI", [value for value in values if value])


def _replace_uid(value: str, keyword: str, identity: Identity) -> str:
    if keyword.endswith("ClassUID") or value in UID_dictionary:
        # Classes, transfer syntaxes and well-known frames are structure; what is not registered names somebody.
        return value if UID(value) in UID_dictionary else ""
    return new_uid(identity.uid_secret, value)


def _known_words(element: DataElement, _: Identity) -> DataElement | None:
    values = [str(value).strip().upper() for value in _values(element)]
    if not values or not any(value in WORDS for value in values):
        return DataElement(element.tag, "CS", "") if not any(values) else None
    # The place of a value has a meaning (Image Type: PS3.3 C.7.6.1.1.2), so an unknown one leaves a gap filler.
    return DataElement(element.tag, "CS", [value if value in WORDS else "OTHER" for value in values])


def _numbers(element: DataElement, _: Identity) -> DataElement | None:
    vr = allowlist.standard_vr(element.tag)
    written = element.VR if " or " in vr else vr
    if written not in allowlist.NUMBERS:
        return None
    values = [_number(value, written) for value in _values(element)]
    if None in values:
        return None
    return DataElement(element.tag, written, values if len(values) != 1 else values[0])


def _number(value: object, vr: str) -> object | None:
    if isinstance(value, str | DSfloat) and vr == "DS":
        return _decimal_string(value)
    if isinstance(value, int):
        return value
    return value if isinstance(value, float) and math.isfinite(value) else None


def _decimal_string(value: str | DSfloat) -> str | None:
    """A DS value as it was written, or shortened to the sixteen characters that PS3.5 6.2 allows."""
    written = str(value).strip()
    if not _DS.fullmatch(written) or not math.isfinite(float(written)):
        return None
    return written if len(written) <= 16 else format_number_as_ds(float(written))


def _shift_dates(source: Dataset, kept: Dataset, offset_seconds: int) -> None:
    for date, time in allowlist.DATE_PAIRS.items():
        moved = dates.shift_date(text(source, date), text(source, time), offset_seconds)
        if moved:
            setattr(kept, date, moved)
    for keyword in ("StudyDate", "StudyTime"):  # type 2: PS3.3 C.7.2.1
        if keyword not in kept:
            setattr(kept, keyword, "")


def _set_identity(kept: Dataset, identity: Identity) -> None:
    kept.PatientName = kept.PatientID = identity.pseudonym
    kept.StudyInstanceUID = identity.study_instance_uid
    kept.SeriesInstanceUID = identity.series_instance_uid
    kept.SOPInstanceUID = identity.sop_instance_uid


def _state_methods(kept: Dataset) -> None:
    kept.PatientIdentityRemoved = "YES"
    kept.DeidentificationMethod = METHOD_TEXT
    kept.DeidentificationMethodCodeSequence = Sequence(_method(code, meaning) for code, meaning in METHODS)
    kept.LongitudinalTemporalInformationModified = "MODIFIED"


def _method(code: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, "DCM", meaning
    return item
