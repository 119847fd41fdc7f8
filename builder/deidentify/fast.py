"""The policy on bytes: cleans the header of a usual file at little cost; leaves doubtful cases to `clean`."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pydicom import DataElement, Dataset, Sequence
from pydicom.datadict import keyword_for_tag
from pydicom.filewriter import correct_ambiguous_vr
from pydicom.tag import BaseTag

from builder.content import ENHANCED
from builder.deidentify import allowlist, dates
from builder.deidentify.clean import METHOD_TEXT, dummy_dates, identifying_values
from builder.deidentify.held import LOOKED_INTO, held_in, held_uids
from builder.deidentify.own import Own
from builder.deidentify.own_values import empty, encode_element, methods, own_value, put_values, tag_of
from builder.deidentify.policy import JUDGED, Action, Option, Policy
from builder.deidentify.rules import NOBODY, RULES, Identity, shift_of
from builder.deidentify.shortcuts import SHORT_WAYS, Key
from builder.dicom.byte_walker import Unsure, WalkedHeader, dictionary_vr
from builder.dicom.common_runs import CommonRun, Element
from builder.dicom.source_file import sop_class, text
from builder.plan import TimeShift

# Cleaned results are cached: the slices of a series differ in a dozen values. Beyond this many the cache starts anew.
_MOST_KEPT = 8_000
_MOST_RUNS_KEPT = 250

_Context = tuple[bool, tuple[str, ...], int | None]
# The kept elements, and the tags of broken ones that were dropped.
_Cleaned = tuple[dict[int, bytes], set[int]]
# The tag of a date, and the date and its time as written in a header.
_Day = tuple[int, Element | None, Element | None]


class ByteEngine:
    """Cleans headers for one policy, one secret for UIDs, one shift of dates and one person's `own` identifiers."""

    def __init__(self, policy: Policy, shift: TimeShift, uid_secret: bytes, own: Own = NOBODY) -> None:
        # No rule for an element depends on more of the patient.
        self._identity = Identity("", "", "", "", shift, uid_secret, policy, own)
        self._temporal = policy.temporal
        self._actions = _Actions(policy)
        # Written anew regardless of the source.
        self._actions.update(dict.fromkeys(map(tag_of, identifying_values(self._identity)), Action.REMOVED))
        self._known: dict[_Context, _Memory] = {}

    def clean(
        self, source: WalkedHeader, identity: Identity, described: Mapping[str, object]
    ) -> tuple[bytes, tuple[str, ...]]:
        """The same result as `clean_and_encode`; raises Unsure if only that can decide."""
        options, kind = identity.policy.options, sop_class(source)
        if Option.SAFE_PRIVATE in options or kind in ENHANCED or _EVIDENCE in source.elements:
            raise Unsure
        known = self._memory(source)
        kept, lost = self._clean_elements(source, known)
        lost -= self._move_dates(source, kept, known.days)
        if self._temporal == "REMOVED":
            put_values(kept, dummy_dates(source, self._temporal))
        put_values(kept, identifying_values(identity))
        kept[_METHODS] = methods(identity.policy)
        if held := self._held(source, known):
            kept[_METHOD] = own_value("DeidentificationMethod", "\\".join((METHOD_TEXT, *held)))
        _fill_gaps(source, kept)
        put_values(kept, described)
        return b"".join([kept[tag] for tag in sorted(kept)]), tuple(map(keyword_for_tag, sorted(lost)))

    def _clean_elements(self, source: WalkedHeader, known: "_Memory") -> _Cleaned:
        runs = tuple(source.runs)
        common = known.runs.get(runs)
        if common is None:
            tags = [tag for run in runs for tag in run.elements]
            common = known.runs[runs] = self._clean_some(source, tags, known)
        own = self._clean_some(source, source.singles, known)
        return common[0] | own[0], common[1] | own[1]

    def _clean_some(self, source: WalkedHeader, tags: Iterable[int], known: "_Memory") -> _Cleaned:
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

    def _held(self, source: WalkedHeader, known: "_Memory") -> list[str]:
        """What is said of attributes that held an identifier of their own patient."""
        if self._identity.own == NOBODY:
            return []
        said = set(held_uids(source, self._identity))
        for tag, element in source.elements.items():
            if self._actions[tag] in LOOKED_INTO:
                key = (tag, *element)
                if key not in known.held:
                    known.held[key] = self._held_in(source, tag)
                said.update(known.held[key])
        return sorted(said)

    def _held_in(self, source: WalkedHeader, tag: int) -> tuple[str, ...]:
        try:
            return tuple(held_in(_parsed(source, tag), self._identity))
        except Unsure:
            raise
        except Exception:  # as in `clean`: a broken value is dropped
            return ()

    def _memory(self, source: WalkedHeader) -> "_Memory":
        """The cache of results for the same circumstances."""
        sign = source.get("PixelRepresentation")
        if source.implicit and sign not in (0, 1):
            raise Unsure
        context = (source.implicit, source.character_set, sign if source.implicit else None)
        known = self._known.setdefault(context, _Memory())
        known.forget_some()
        return known

    def _clean_one(self, source: WalkedHeader, key: Key, action: Action) -> bytes:
        """One encoded element; empty if it is dropped."""
        short = SHORT_WAYS.get(action)
        encoded = short(key, self._identity) if short else None
        return self._by_the_rule(source, key[0], action) if encoded is None else encoded

    def _by_the_rule(self, source: WalkedHeader, tag: int, action: Action) -> bytes:
        try:
            element = RULES[action](_parsed(source, tag), self._identity)
        except Unsure:
            raise
        except Exception:  # as in `clean`: a broken value is dropped
            return b""
        if element is None:
            return b""
        if action in (Action.TEXT, Action.CLEANED_TEXT) and not str(element.value).isascii():
            raise Unsure  # the character set of the whole file depends on it
        return encode_element(element)

    def _move_dates(self, source: WalkedHeader, kept: dict[int, bytes], days: dict[_Day, bytes]) -> set[int]:
        """The tags of the dates that are kept; `days` is the cache of shifted dates."""
        moved_tags = set()
        if self._temporal != "REMOVED":
            for pair in _DATE_PAIRS:
                tag = pair.date_tag
                day = (tag, source.elements.get(tag), source.elements.get(pair.time_tag))
                moved = days.get(day)
                if moved is None:
                    moved = days[day] = self._moved_day(source, pair)
                if moved:
                    kept[tag] = moved
                    moved_tags.add(tag)
        for tag in _DAY_OF_STUDY:
            kept.setdefault(tag, empty(tag))
        return moved_tags

    def _moved_day(self, source: WalkedHeader, pair: "_Pair") -> bytes:
        """An encoded date; empty if there is no valid one."""
        moved = dates.shift_date(text(source, pair.date), text(source, pair.time), shift_of(self._identity))
        return own_value(pair.date, moved) if moved else b""


class _Memory:
    """Cached results: single elements, runs of them, and dates with their times."""

    def __init__(self) -> None:
        self.elements: dict[Key, bytes] = {}
        self.days: dict[_Day, bytes] = {}
        self.runs: dict[tuple[CommonRun, ...], _Cleaned] = {}
        self.held: dict[Key, tuple[str, ...]] = {}

    def forget_some(self) -> None:
        """Keep the cache small: a study may have a hundred thousand slices."""
        if len(self.elements) > _MOST_KEPT:
            self.elements.clear()
            self.days.clear()
            self.held.clear()
        if len(self.runs) > _MOST_RUNS_KEPT:
            self.runs.clear()


class _Actions(dict[int, Action]):
    """The policy's action for each tag, looked up once."""

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self._policy = policy

    def __missing__(self, tag: int) -> Action:
        action = self[tag] = self._policy.action(BaseTag(tag))
        return action


def _parsed(source: WalkedHeader, tag: int) -> DataElement:
    element = source.parsed(tag)
    if not source.implicit:
        return element
    if element.VR == "SQ" and not _plainly_typed(element.value):
        raise Unsure  # the pixel format of an item may differ from that of the data set
    # If the dictionary leaves a choice of VRs, the sign of the pixels decides (PS3.5 A.1).
    around = Dataset()
    around.PixelRepresentation = source.get("PixelRepresentation")
    around.add(element)
    return correct_ambiguous_vr(around, is_little_endian=True)[tag]


def _plainly_typed(items: Sequence) -> bool:
    """Whether the dictionary gives every nested element one VR."""
    try:
        return all(b" or " not in dictionary_vr(nested.tag) for item in items for nested in item.iterall())
    except Exception:  # a broken value: `clean` drops only that value
        return False


def _fill_gaps(source: WalkedHeader, kept: dict[int, bytes]) -> None:
    for tag in _EMPTIED:
        if tag not in kept:
            kept[tag] = empty(tag)
    for tag in _EMPTIED_IF_PRESENT:
        if tag in source and tag not in kept:
            kept[tag] = empty(tag)
    if _BODY_PART not in kept and _LATERALITY not in kept:
        kept[_LATERALITY] = empty(_LATERALITY)


class _Pair(NamedTuple):
    """A date with its time."""

    date_tag: int
    time_tag: int
    date: str
    time: str


# Tags that every header needs.
_METHODS, _BODY_PART, _LATERALITY = map(
    tag_of, ("DeidentificationMethodCodeSequence", "BodyPartExamined", "Laterality")
)
_METHOD, _EVIDENCE = tag_of("DeidentificationMethod"), tag_of("ReferencedImageEvidenceSequence")
_DAY_OF_STUDY = tuple(map(tag_of, ("StudyDate", "StudyTime")))
_DATE_PAIRS = tuple(_Pair(tag_of(date), tag_of(time), date, time) for date, time in allowlist.DATE_PAIRS.items())
_EMPTIED = tuple(map(tag_of, allowlist.EMPTIED))
_EMPTIED_IF_PRESENT = tuple(map(tag_of, allowlist.EMPTIED_IF_PRESENT))
