"""Treats one element by the action of the policy: it comes out clean, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass

from pydicom import DataElement, Dataset, Sequence
from pydicom._uid_dict import UID_dictionary
from pydicom.datadict import dictionary_VM
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.uid import UID

from builder.deidentify import allowlist, dates, numbers, retained
from builder.deidentify.codes import published_code
from builder.deidentify.own import Own
from builder.deidentify.policy import Action, Option, Policy
from builder.deidentify.vocabulary import WORDS
from builder.key.pseudonyms import is_uid, new_uid
from builder.plan import NO_SHIFT, TimeShift

# PS3.5 6.2: the longest value of each VR that an option can retain.
LONGEST = {"SH": 16, "LO": 64, "ST": 1024, "CS": 16, "UC": 1024, "UT": 1024, "LT": 1024}

# A person of whom nothing is known.
NOBODY = Own()
_PIXELS = {0x7FE00010, 0x7FE00008, 0x7FE00009}


@dataclass(frozen=True, slots=True)
class Identity:
    """The new identity of an instance: the pseudonym, the new UIDs, and the shift of dates and times.

    `own` are the old identifiers of the patient, which may not be in anything that an option keeps. `renamed` gives for
    keyword and old UID of its study and series the new one, for references to them.
    """

    pseudonym: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    shift: TimeShift
    uid_secret: bytes
    policy: Policy
    own: Own = NOBODY
    renamed: tuple[tuple[tuple[str, str], str], ...] = ()


Rule = Callable[[DataElement, Identity], DataElement | None]


def clean_items(source: Dataset, identity: Identity) -> Dataset:
    kept = Dataset()
    for tag in source.keys():  # noqa: SIM118  (iterating over a Dataset parses every element)
        action = identity.policy.action(BaseTag(tag))
        if action is Action.REMOVED or int(tag) in _PIXELS:
            continue
        try:
            element = RULES[action](source[tag], identity)
        except Exception:  # a broken value cannot be judged, so it is dropped; the error would contain it
            continue
        if element is not None:
            kept.add(element)
    return kept


def values_of(element: DataElement) -> list[object]:
    """The values of an element, none if it is empty."""
    value = element.value
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, MultiValue | list | tuple) else [value]


# One function for each action of the policy


def _fixed(element: DataElement, _: Identity) -> DataElement | None:
    return DataElement(element.tag, allowlist.standard_vr(element.tag), allowlist.FIXED[element.keyword])


def _time(element: DataElement, identity: Identity) -> DataElement | None:
    vr = allowlist.standard_vr(element.tag)
    if vr == "DA":  # shifted with its time: `_move_dates`
        return None
    shifted = dates.shift_datetime if vr == "DT" else dates.shift_time
    moved = shifted(str(element.value), shift_of(identity))
    return DataElement(element.tag, vr, moved) if moved else None


def shift_of(identity: Identity) -> TimeShift:
    return identity.shift if Option.MODIFIED_DATES in identity.policy.options else NO_SHIFT


def _clean_sequence(element: DataElement, identity: Identity) -> DataElement | None:
    items = element.value if isinstance(element.value, Sequence) else Sequence()
    cleaned = Sequence(kept for item in items if (kept := _clean_item(item, identity)) is not None)
    if items and not cleaned and element.keyword not in allowlist.MAY_BE_EMPTY:
        return None
    return DataElement(element.tag, "SQ", cleaned)


def _clean_item(item: Dataset, identity: Identity) -> Dataset | None:
    """A sequence item; None if it lost its purpose: its code, its reference, or everything."""
    kept = clean_items(item, identity)
    if "CodeValue" in item:
        code = published_code(item)
        if code is None:
            return None
        kept.update(code)
    _fill_item(item, kept, identity)
    if "ReferencedSOPInstanceUID" in item and not kept.get("ReferencedSOPClassUID"):
        return None
    return kept if len(kept) else None


def _fill_item(item: Dataset, kept: Dataset, identity: Identity) -> None:
    """Dummies for type 1 attributes, and empty values for type 2 ones (PS3.15 E.1.1, table E.1-1a)."""
    undated = allowlist.UNDATED_ITEMS if identity.policy.temporal == "REMOVED" else {}
    for keyword, dummy in (allowlist.DUMMIES_IN_ITEMS | undated).items():
        if keyword in item and not kept.get(keyword):
            setattr(kept, keyword, dummy)


def _held_to_form(element: DataElement, _: Identity) -> DataElement | None:
    form = allowlist.TEXTS.get(element.keyword) or retained.FORMS[element.keyword]
    given = [text for value in values_of(element) if (text := str(value).strip(" \0"))]
    good = [text for text in given if form.fullmatch(text)]
    if given and not good and element.keyword in allowlist.OTHERWISE:
        good = [allowlist.OTHERWISE[element.keyword]]
    if element.keyword == "PatientAge":
        good = [retained.OLDEST if age.endswith("Y") and age > retained.OLDEST else age for age in good]
    return DataElement(element.tag, allowlist.standard_vr(element.tag), good) if good else None


def _as_it_is(element: DataElement, identity: Identity) -> DataElement | None:
    vr = allowlist.standard_vr(element.tag)
    values = ["".join(filter(str.isprintable, str(value))).strip() for value in values_of(element)]
    short = [value[: LONGEST.get(vr, 64)] for value in values]
    if identity.own.is_in(" ".join(values)):
        return None
    return DataElement(element.tag, vr, short if len(short) != 1 else short[0]) if any(short) else None


def _only_known_words(element: DataElement, identity: Identity) -> DataElement | None:
    words = retained.clean_descriptor(" ".join(map(str, values_of(element)))).split()
    kept = " ".join(word for word in words if not identity.own.is_word(word))
    if identity.own.is_in(kept):
        return None
    return DataElement(element.tag, "LO", kept[: LONGEST["LO"]].strip()) if kept else None


def _kept_uids(element: DataElement, identity: Identity) -> DataElement | None:
    values = [str(value) for value in values_of(element)]
    uids = [value for value in values if is_uid(value)]
    good = [replace_uid(uid, element.keyword, identity) if identity.own.is_in_uid(uid) else uid for uid in uids]
    return DataElement(element.tag, "UI", good) if good and _fits(element, good) else None


def _replace_uids(element: DataElement, identity: Identity) -> DataElement | None:
    values = [replace_uid(str(value), element.keyword, identity) for value in values_of(element)]
    kept = [value for value in values if value]
    return DataElement(element.tag, "UI", kept) if not kept or _fits(element, kept) else None


def _fits(element: DataElement, values: list[str]) -> bool:
    """Whether the attribute may have this many values (PS3.5 6.4): of two frames of reference, neither counts."""
    return allowlist.fits(dictionary_VM(element.tag), len(values))


def replace_uid(value: str, keyword: str, identity: Identity) -> str:
    if keyword.endswith("ClassUID") or value in UID_dictionary:
        # Classes, transfer syntaxes and well-known frames are structure; an unregistered UID names somebody.
        return value if UID(value) in UID_dictionary else ""
    return dict(identity.renamed).get((keyword, value)) or new_uid(identity.uid_secret, value)


def _known_words(element: DataElement, _: Identity) -> DataElement | None:
    values = [str(value).strip().upper() for value in values_of(element)]
    if not values or not any(value in WORDS for value in values):
        if any(values) and element.keyword in allowlist.OTHER_IF_UNKNOWN:
            return DataElement(element.tag, "CS", "OTHER")
        return DataElement(element.tag, "CS", "") if not any(values) else None
    # The position of a value has a meaning (Image Type: PS3.3 C.7.6.1.1.2), so a filler replaces an unknown value.
    return DataElement(element.tag, "CS", [value if value in WORDS else "OTHER" for value in values])


def _numbers(element: DataElement, _: Identity) -> DataElement | None:
    return numbers_as(element, allowlist.standard_vr(element.tag), dictionary_VM(element.tag))


def numbers_as(element: DataElement, standard: str, multiplicity: str = "1-n") -> DataElement | None:
    """Numbers that may stay, with one of the VRs of the standard; None if they may not."""
    values, vr = values_of(element), _number_vr(element, standard)
    if not vr or not allowlist.fits(multiplicity, len(values)):
        return None
    kept = _number_values(values, vr, element.keyword)
    return None if kept is None else DataElement(element.tag, vr, kept if len(kept) != 1 else kept[0])


def _number_vr(element: DataElement, standard: str) -> str:
    """The VR under which numbers stay; empty if the file claims another kind.

    Numbers in text are numbers under either text VR. Bytes interpreted as another binary VR could be text.
    """
    choices = [vr for vr in standard.split(" or ") if vr in allowlist.NUMBERS]
    if element.VR in choices:
        return element.VR
    both_text = bool(choices) and choices[0] in numbers.TEXT and element.VR in numbers.TEXT
    return choices[0] if both_text or (choices and element.is_empty) else ""


def _number_values(values: list[object], vr: str, keyword: str) -> list[object] | None:
    if vr in numbers.TEXT:
        texts = [numbers.number_text(str(value), vr, keyword) for value in values]
        return None if None in texts else [*texts]
    if vr == "AT":
        tags = [BaseTag(value) for value in values if isinstance(value, int) and allowlist.is_published(BaseTag(value))]
        return [*tags] if len(tags) == len(values) else None
    sizes = [value for value in values if isinstance(value, int | float)]
    good = len(sizes) == len(values) and numbers.are_binary_numbers(sizes, vr, keyword)
    return values if good else None


RULES: dict[Action, Rule] = {
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
