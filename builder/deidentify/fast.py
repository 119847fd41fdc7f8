"""The policy on bytes: cleans the header of a usual file at little cost; what it is not sure of is for `clean`."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
import re

from pydicom import DataElement, Dataset, Sequence
from pydicom.datadict import dictionary_VM, dictionary_VR, keyword_for_tag, tag_for_keyword
from pydicom.dataelem import DataElement as Element
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import correct_ambiguous_vr, write_data_element
from pydicom.tag import BaseTag

from builder.deidentify import allowlist, dates
from builder.deidentify.clean import identifying_values, method_items
from builder.deidentify.numbers import number_text
from builder.deidentify.policy import JUDGED, Action, Option, Policy
from builder.deidentify.rules import RULES, Identity, replace_uid
from builder.element import element as encode
from builder.element import text as encode_text
from builder.raw import Header, Unsure, dictionary_vr
from builder.runs import Run
from builder.source import ENHANCED, sop_class, text

# What was cleaned before is kept: the slices of a series differ in a dozen values. Beyond this many it starts anew.
_MOST_KEPT = 50_000
_MOST_RUNS_KEPT = 1_000
_DECIMAL = re.compile(rb"[+-]?\d{1,9}(?:\.\d{1,9})?")
_WHOLE = re.compile(rb"[+-]?\d{1,9}")
_UID = re.compile(rb"[0-9.]{1,64}\0?")
_CLOCK = re.compile(rb"[0-9.]+ ?")

# What is written of these is a text of our own, short enough and sound already.
_PLAIN_TEXTS = frozenset({"CS", "DA", "IS", "LO", "PN", "TM", "UI"})

_Context = tuple[bool, tuple[str, ...], int | None]
_Key = tuple[int, bytes, bytes]


class ByteEngine:
    """Cleans headers for one policy, one secret of UIDs and one offset of dates."""

    def __init__(self, policy: Policy, offset_seconds: int, uid_secret: bytes) -> None:
        # No rule for an element depends on whose it is, only on these three.
        self._identity = Identity("", "", "", "", offset_seconds, uid_secret, policy)
        self._actions = _Actions(policy)
        self._known: dict[_Context, _Memory] = {}

    def clean(
        self, source: Header, identity: Identity, described: Mapping[str, object]
    ) -> tuple[bytes, tuple[str, ...]]:
        """What `clean_and_encode` makes; raises Unsure where only that can tell."""
        if Option.SAFE_PRIVATE in identity.policy.options or sop_class(source) in ENHANCED:
            raise Unsure
        kept, lost = self._clean_elements(source)
        lost -= self._move_dates(source, kept)
        _put(kept, identifying_values(identity))
        kept[_tag("DeidentificationMethodCodeSequence")] = _methods(identity.policy)
        _fill_gaps(source, kept)
        _put(kept, described)
        return b"".join([kept[tag] for tag in sorted(kept)]), tuple(map(keyword_for_tag, sorted(lost)))

    def _clean_elements(self, source: Header) -> tuple[dict[int, bytes], set[int]]:
        """What is kept, and the tags of what was dropped as it was broken."""
        known, kept, lost = self._memory(source), dict[int, bytes](), set[int]()
        for run in source.runs:
            clean = known.runs.get(run)
            if clean is None:
                clean = known.runs[run] = self._clean_some(source, run.elements, known)
            kept.update(clean[0])
            lost |= clean[1]
        clean = self._clean_some(source, source.singles, known)
        kept.update(clean[0])
        return kept, lost | clean[1]

    def _clean_some(self, source: Header, tags: Iterable[int], known: "_Memory") -> tuple[dict[int, bytes], set[int]]:
        kept, lost, actions, elements = dict[int, bytes](), set[int](), self._actions, source.elements
        for tag in tags:
            action = actions[tag]
            if action is Action.REMOVED:
                continue
            key = (tag, *elements[tag])
            encoded = known.elements.get(key)
            if encoded is None:
                encoded = known.elements[key] = self._clean_one(source, key, action)
            if encoded:
                kept[tag] = encoded
            elif action in JUDGED and key[2].strip(b" \0"):
                lost.add(tag)
        return kept, lost

    def _memory(self, source: Header) -> "_Memory":
        """What was cleaned before under the same circumstances."""
        sign = source.get("PixelRepresentation")
        if source.implicit and sign not in (0, 1):
            raise Unsure
        context = (source.implicit, source.character_set, sign if source.implicit else None)
        known = self._known.setdefault(context, _Memory())
        known.forget_some()
        return known

    def _clean_one(self, source: Header, key: _Key, action: Action) -> bytes:
        """One encoded element; empty where it is dropped."""
        short = _SHORT_WAYS.get(action)
        encoded = short(key, self._identity) if short else None
        return self._by_the_rule(source, key[0], action) if encoded is None else encoded

    def _by_the_rule(self, source: Header, tag: int, action: Action) -> bytes:
        try:
            element = RULES[action](_parsed(source, tag), self._identity)
        except Unsure:
            raise
        except Exception:  # as in `clean`: a broken value goes
            return b""
        if element is None:
            return b""
        if action in (Action.TEXT, Action.CLEANED_TEXT) and not str(element.value).isascii():
            raise Unsure  # the character set of the whole file depends on it
        return _encoded(element)

    def _move_dates(self, source: Header, kept: dict[int, bytes]) -> set[int]:
        """The tags of the dates that are kept."""
        moved_tags = set()
        if self._identity.policy.temporal != "REMOVED":
            offset = self._identity.offset_seconds if self._identity.policy.temporal == "MODIFIED" else 0
            for date, time in allowlist.DATE_PAIRS.items():
                moved = dates.shift_date(text(source, date), text(source, time), offset)
                if moved:
                    kept[_tag(date)] = _value(date, moved)
                    moved_tags.add(_tag(date))
        for keyword in ("StudyDate", "StudyTime"):
            kept.setdefault(_tag(keyword), _value(keyword, ""))
        return moved_tags


class _Memory:
    """What was cleaned before: single elements, and runs of them."""

    def __init__(self) -> None:
        self.elements: dict[_Key, bytes] = {}
        self.runs: dict[Run, tuple[dict[int, bytes], set[int]]] = {}

    def forget_some(self) -> None:
        """Keeps it small: a study may have a hundred thousand slices."""
        if len(self.elements) > _MOST_KEPT:
            self.elements.clear()
        if len(self.runs) > _MOST_RUNS_KEPT:
            self.runs.clear()


class _Actions(dict[int, Action]):
    """The policy's action for each tag, asked for once."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self._policy = policy

    def __missing__(self, tag: int) -> Action:
        action = self[tag] = self._policy.action(BaseTag(tag))
        return action


def _parsed(source: Header, tag: int) -> Element:
    element = source.parsed(tag)
    if not source.implicit:
        return element
    if element.VR == "SQ" and not _plainly_typed(element.value):
        raise Unsure  # what an item says of its pixels may differ from what the data set says
    # Where the dictionary leaves a choice of VRs, the sign of the pixels decides (PS3.5 A.1).
    around = Dataset()
    around.PixelRepresentation = source.get("PixelRepresentation")
    around.add(element)
    return correct_ambiguous_vr(around, is_little_endian=True)[tag]


def _plainly_typed(items: Sequence) -> bool:
    """Whether the dictionary gives every nested element one VR."""
    try:
        return all(b" or " not in dictionary_vr(nested.tag) for item in items for nested in item.iterall())
    except Exception:  # a broken value, which only costs itself in `clean`
        return False


def _encoded(element: DataElement) -> bytes:
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, False
    write_data_element(buffer, element)
    return buffer.getvalue()


@cache
def _tag(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    assert tag is not None, keyword
    return tag


def _put(kept: dict[int, bytes], values: Mapping[str, object]) -> None:
    for keyword, value in values.items():
        kept[_tag(keyword)] = _value(keyword, value)


_values: dict[tuple[str, object], bytes] = {}


def _value(keyword: str, value: object) -> bytes:
    """An encoded element with a value of our own."""
    encoded = _values.get((keyword, value))
    if encoded is None:
        if len(_values) > _MOST_KEPT:
            _values.clear()
        tag = _tag(keyword)
        vr = dictionary_VR(tag)
        plain = vr in _PLAIN_TEXTS and isinstance(value, str) and value.isascii()
        encoded = encode_text(tag, vr.encode("ascii"), str(value)) if plain else _encoded(DataElement(tag, vr, value))
        _values[keyword, value] = encoded
    return encoded


@cache
def _methods(policy: Policy) -> bytes:
    return _encoded(DataElement(_tag("DeidentificationMethodCodeSequence"), "SQ", method_items(policy)))


def _fill_gaps(source: Header, kept: dict[int, bytes]) -> None:
    for keyword in allowlist.EMPTIED:
        if _tag(keyword) not in kept:
            kept[_tag(keyword)] = _empty(keyword)
    for keyword in allowlist.EMPTIED_IF_PRESENT:
        if keyword in source and _tag(keyword) not in kept:
            kept[_tag(keyword)] = _empty(keyword)
    if _tag("BodyPartExamined") not in kept and _tag("Laterality") not in kept:
        kept[_tag("Laterality")] = _empty("Laterality")


@cache
def _empty(keyword: str) -> bytes:
    vr = dictionary_VR(_tag(keyword))
    return _encoded(DataElement(_tag(keyword), vr, Sequence() if vr == "SQ" else ""))


# Short ways for the values that differ from slice to slice; None where the rule itself has to judge.


def _short_number(key: _Key, _: Identity) -> bytes | None:
    tag, vr, value = key
    standard, multiplicity, keyword = _facts(tag)
    form = {b"DS": _DECIMAL, b"IS": _WHOLE}.get(vr)
    if form is None or vr != standard:
        return None
    parts = [part.strip(b" ") for part in value.split(b"\\")]
    if not all(form.fullmatch(part) and len(part) <= 16 for part in parts):
        return None
    if not allowlist.fits(multiplicity, len(parts)):
        return b""
    kept = [number_text(part.decode("ascii"), standard.decode("ascii"), keyword) for part in parts]
    return b"" if None in kept else encode(tag, vr, "\\".join(map(str, kept)).encode("ascii"))


def _short_uid(key: _Key, identity: Identity) -> bytes | None:
    tag, vr, value = key
    if vr != b"UI" or not _UID.fullmatch(value):
        return None
    new = replace_uid(value.rstrip(b"\0").decode("ascii"), keyword_for_tag(tag), identity)
    return encode(tag, vr, new.encode("ascii"))


def _short_time(key: _Key, identity: Identity) -> bytes | None:
    tag, vr, value = key
    shift = {b"TM": dates.shift_time, b"DT": dates.shift_datetime}.get(vr)
    if shift is None or vr != _facts(tag)[0] or not _CLOCK.fullmatch(value):
        return None
    moved = shift(value.decode("ascii").rstrip(" "), identity.offset_seconds)
    return encode(tag, vr, moved.encode("ascii")) if moved else b""


_SHORT_WAYS: dict[Action, Callable[[_Key, Identity], bytes | None]] = {
    Action.NUMBER: _short_number,
    Action.UID: _short_uid,
    Action.MOVED: _short_time,
}


@cache
def _facts(tag: int) -> tuple[bytes, str, str]:
    """Standard VR, value multiplicity, and keyword."""
    return dictionary_VR(tag).encode("ascii"), dictionary_VM(tag), keyword_for_tag(tag)
