"""Walks a data set and builds a new one from what may stay; nothing is edited in place, so nothing can be forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
import math
import re

from pydicom import DataElement, Dataset, Sequence
from pydicom._uid_dict import UID_dictionary
from pydicom.datadict import dictionary_has_tag, dictionary_VM
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.uid import UID
from pydicom.valuerep import DSfloat, format_number_as_ds

from builder.deidentify import allowlist, dates, retained
from builder.deidentify.codes import published_code
from builder.deidentify.policy import Action, Option, Policy
from builder.deidentify.pseudonyms import new_uid
from builder.deidentify.vocabulary import WORDS
from builder.source import ENHANCED, sop_class, text

METHOD_TEXT = "mkbundle: allowlist on top of PS3.15 Basic Profile"

_DS = re.compile(r" *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *")
_PIXELS = {0x7FE00010, 0x7FE00008, 0x7FE00009}
# PS3.5 6.2: the longest value of each VR that an option can retain.
_LONGEST = {"SH": 16, "LO": 64, "ST": 1024, "CS": 16, "UC": 1024, "UT": 1024, "LT": 1024}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who and what an instance becomes: the pseudonym, the new UIDs, and the patient's offset of dates."""

    pseudonym: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    offset_seconds: int
    uid_secret: bytes
    policy: Policy


_Rule = Callable[[DataElement, Identity], DataElement | None]


def clean(source: Dataset, identity: Identity) -> Dataset:
    """A new data set without pixel data and file meta that holds only what may stay. Source: PS3.15 Annex E."""
    kept = _clean_items(source, identity)
    _move_dates(source, kept, identity)
    _set_identity(kept, identity)
    _state_methods(kept, identity.policy)
    _fill_gaps(source, kept)
    if Option.SAFE_PRIVATE in identity.policy.options:
        _keep_safe_private(source, kept)
    if any(not str(element.value).isascii() for element in kept if element.VR in _LONGEST):
        kept.SpecificCharacterSet = "ISO_IR 192"
    return kept


def _fill_gaps(source: Dataset, kept: Dataset) -> None:
    """Empty values for type 2 attributes and dummies for type 1 ones, as PS3.15 Table E.1-1a asks for."""
    for keyword in allowlist.EMPTIED:
        if keyword not in kept:
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
        if (keyword in source or keyword in kept) and not kept.get(keyword):
            setattr(kept, keyword, allowlist.DUMMY)
    if text(source, "BurnedInAnnotation") == "NO":  # type 1C there; a YES is not taken at all
        kept.BurnedInAnnotation = "NO"


def _clean_items(source: Dataset, identity: Identity) -> Dataset:
    kept = Dataset()
    for tag in source.keys():  # noqa: SIM118  (iterating over a Dataset parses every element)
        action = identity.policy.action(BaseTag(tag))
        if action is Action.REMOVED or int(tag) in _PIXELS:
            continue
        try:
            element = _RULES[action](source[tag], identity)
        except Exception:  # a broken value cannot be judged, so it goes; the error would carry the value with it
            continue
        if element is not None:
            kept.add(element)
    return kept


def _values(element: DataElement) -> list[object]:
    value = element.value
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]


# One function for each action of the policy


def _fixed(element: DataElement, _: Identity) -> DataElement | None:
    return DataElement(element.tag, allowlist.standard_vr(element.tag), allowlist.FIXED[element.keyword])


def _time(element: DataElement, identity: Identity) -> DataElement | None:
    vr = allowlist.standard_vr(element.tag)
    if vr == "DA":  # with the time that belongs to it: `_move_dates`
        return None
    shift = dates.shift_datetime if vr == "DT" else dates.shift_time
    moved = shift(str(element.value), _offset(identity))
    return DataElement(element.tag, vr, moved) if moved else None


def _offset(identity: Identity) -> int:
    return identity.offset_seconds if Option.MODIFIED_DATES in identity.policy.options else 0


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


def _held_to_form(element: DataElement, _: Identity) -> DataElement | None:
    form = allowlist.TEXTS.get(element.keyword) or retained.FORMS[element.keyword]
    good = [value for value in (str(value).strip() for value in _values(element)) if form.fullmatch(value)]
    if element.keyword == "PatientAge":
        good = [retained.OLDEST if age.endswith("Y") and age > retained.OLDEST else age for age in good]
    return DataElement(element.tag, allowlist.standard_vr(element.tag), good) if good else None


def _as_it_is(element: DataElement, _: Identity) -> DataElement | None:
    vr = allowlist.standard_vr(element.tag)
    values = ["".join(filter(str.isprintable, str(value))).strip() for value in _values(element)]
    short = [value[: _LONGEST.get(vr, 64)] for value in values]
    return DataElement(element.tag, vr, short if len(short) != 1 else short[0]) if any(short) else None


def _only_known_words(element: DataElement, _: Identity) -> DataElement | None:
    kept = retained.clean_descriptor(" ".join(map(str, _values(element))))
    return DataElement(element.tag, "LO", kept[: _LONGEST["LO"]].strip()) if kept else None


def _kept_uids(element: DataElement, _: Identity) -> DataElement | None:
    values = [str(value) for value in _values(element)]
    good = [value for value in values if UID(value).is_valid]
    return DataElement(element.tag, "UI", good) if good else None


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
    return _numbers_as(element, element.VR if " or " in vr else vr, dictionary_VM(element.tag))


def _numbers_as(element: DataElement, vr: str, multiplicity: str = "1-n") -> DataElement | None:
    values = _values(element)
    if vr not in allowlist.NUMBERS or not allowlist.fits(multiplicity, len(values)):
        return None
    large = element.keyword in allowlist.LARGE_NUMBERS
    kept = [_number(value, vr, large) for value in values]
    if None in kept:
        return None
    return DataElement(element.tag, vr, kept if len(kept) != 1 else kept[0])


_RULES: dict[Action, _Rule] = {
    Action.NUMBER: _numbers,
    Action.WORDS: _known_words,
    Action.FORM: _held_to_form,
    Action.FIXED: _fixed,
    Action.TEXT: _as_it_is,
    Action.CLEANED_TEXT: _only_known_words,
    Action.UID: _replace_uids,
    Action.KEPT_UID: _kept_uids,
    Action.MOVED: _time,
    Action.KEPT_TIME: _time,
    Action.ITEMS: _clean_sequence,
}


def _number(value: object, vr: str, large: bool) -> object | None:
    """A number that may stay; a long whole number only where the attribute measures something large."""
    if vr == "AT":
        tag = BaseTag(value) if isinstance(value, int) else None
        return tag if tag is not None and dictionary_has_tag(tag) else None
    size = float(value) if isinstance(value, int | float | str) else math.nan
    if not math.isfinite(size) or not allowlist.is_plausible(size, large):
        return None
    return _decimal_string(value) if isinstance(value, str | DSfloat) else value


def _decimal_string(value: str | DSfloat) -> str | None:
    """A DS value as it was written, or shortened to the sixteen characters that PS3.5 6.2 allows."""
    written = str(value).strip()
    if not _DS.fullmatch(written) or not math.isfinite(float(written)):
        return None
    return written if len(written) <= 16 else format_number_as_ds(float(written))


def _move_dates(source: Dataset, kept: Dataset, identity: Identity) -> None:
    """The dates, each with the time of day that belongs to it, so that midnight is passed rightly."""
    if identity.policy.temporal != "REMOVED":
        for date, time in allowlist.DATE_PAIRS.items():
            moved = dates.shift_date(text(source, date), text(source, time), _offset(identity))
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


def _state_methods(kept: Dataset, policy: Policy) -> None:
    kept.PatientIdentityRemoved = "YES"
    kept.DeidentificationMethod = METHOD_TEXT
    kept.DeidentificationMethodCodeSequence = Sequence(_method(code, meaning) for code, meaning in policy.methods)
    kept.LongitudinalTemporalInformationModified = policy.temporal


def _method(code: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, "DCM", meaning
    return item


def _keep_safe_private(source: Dataset, kept: Dataset) -> None:
    """Private numbers of the reviewed list, found by their creator and never by the tag alone (PS3.15 E.3.10)."""
    for creator, elements in retained.SAFE_PRIVATE.items():
        for (group, element), vr in elements.items():
            try:
                number = _numbers_as(source.private_block(group, creator).__getitem__(element), vr)
            except Exception:  # not there, or broken: either way nothing to keep
                continue
            if number is not None and number.VM:
                kept.private_block(group, creator, create=True).add_new(element, vr, number.value)
