"""Whether a stack is named by its own frames, and by words that distinguish it within its series."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
import re

from builder.check.medium.frame_traits import KINDS, TIMES, Value
from builder.check.medium.series_names import names
from builder.check.stacks.indexed_stack import IndexedStack
from bundle.images.naming import PLAIN_TERMS, SHAPES, WORDS, word_of

_TYPES = ("ComplexImageComponent", "FrameType", "ImageType")
_TEMPORAL = ("TemporalPositionIndex", "TemporalPositionIdentifier")
_RANK = re.compile(r"(time|direction) (\d+) of (\d+)")
_FIRST = re.compile(r"from (image|frame) (-?\d+)")
_MATRIX, _ACQUISITION = re.compile(r"(\d+) x (\d+)"), re.compile(r"acquisition (\S+)")
# A number in a name has four significant figures; the numbers of a stack may differ by this share.
_SHARE = 0.006
_ZONE = re.compile(r"[+-]\d{4}$")
# Attributes that increase from stack to stack: a time, or a date with its time.
_CLOCKS = (
    *((name,) for name in TIMES if not name.endswith("Date")),
    ("AcquisitionDate", "AcquisitionTime"), ("ContentDate", "ContentTime"),
)  # fmt: skip


def named(seen: IndexedStack) -> Iterator[str]:
    """The problems of the name; the first bundles have none."""
    said = seen.stack.description
    if not said:
        return
    files = [file for _, file, _ in seen.slices]
    bases = set(names((file.technique for file in files), seen.frames, seen.told, files[0].modality))
    if not any(_is_proven(seen, base) for base in bases):
        yield "description in the index: not one that its files give"
    for other in seen.siblings:
        if other is seen:
            return  # each pair once
        if other.stack.description == said and (name := _telling(seen, other)):
            yield f"description in the index: that of stack {other.stack.stack_id} too, though {name} tells them apart"
            return


def _is_proven(seen: IndexedStack, base: str) -> bool:
    """Whether the name is this, and each word after it is true."""
    said = seen.stack.description
    if not said.startswith(f"{base}, "):
        return said == base
    words = said.removeprefix(f"{base}, ").split(", ")
    return all(_is_true(seen, word, ", ".join([base, *words[:k]])) for k, word in enumerate(words))


def _is_true(seen: IndexedStack, word: str, before: str) -> bool:
    if rank := _RANK.fullmatch(word):
        return _is_rank(seen, before, rank[1], int(rank[2]), int(rank[3]))
    if matrix := _MATRIX.fullmatch(word):
        return (int(matrix[1]), int(matrix[2])) == (seen.stack.columns, seen.stack.rows)
    if acquisition := _ACQUISITION.fullmatch(word):
        return all(_says(acquisition[1], told.acquisition) for told in seen.told)
    if first := _FIRST.fullmatch(word):
        return int(first[2]) == min(pair[0] if first[1] == "image" else pair[1] + 1 for pair in seen.numbers)
    if word == SHAPES.get(seen.stack.not_volume_reason):
        return True
    return word in _words_of_types(seen) or any(
        (found := _pattern(form).fullmatch(word)) and all(_says(found[1], value) for value in _values(seen, keyword))
        for keyword, form in WORDS.items()
    )


def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(re.escape(form).replace(r"\{\}", "(.+)"))


def _values(seen: IndexedStack, keyword: str) -> set[Value]:
    place = KINDS.index(keyword)
    return {told.kinds[place] for told in seen.told}


def _terms(value: Value) -> set[str]:
    return {str(part) for part in (value if isinstance(value, tuple) else (value,)) if part is not None}


def _words_of_types(seen: IndexedStack) -> set[str]:
    """The words for the values of a type that every frame has."""
    common = (set.intersection(*(_terms(value) for value in _values(seen, keyword))) for keyword in _TYPES)
    return {word_of(term) for terms in common for term in terms - PLAIN_TERMS}


def _says(word: str, value: Value) -> bool:
    """Whether a word represents a value: a number to its significant figures, a text literally."""
    if isinstance(value, int | float):
        try:
            return abs(float(word) - value) <= _SHARE * abs(value)
        except ValueError:
            return False
    return value is not None and word == "+".join(map(str, value if isinstance(value, tuple) else (value,)))


# Ranks


def _is_rank(seen: IndexedStack, before: str, word: str, rank: int, of: int) -> bool:
    """Whether the stacks with that name are the first, second and so on of so many, in time or by direction."""
    pattern = re.compile(rf"{re.escape(before)}, {word} (\d+) of {of}(, .*)?")
    found: dict[int, list[IndexedStack]] = defaultdict(list)
    for sibling in seen.siblings:
        if match := pattern.fullmatch(sibling.stack.description):
            found[int(match[1])].append(sibling)
    complete = sorted(found) == [*range(1, of + 1)]
    if rank not in found or not (complete or len(seen.siblings) < seen.stacks):
        return False
    ranked = [found[k] for k in sorted(found)]
    return _are_directions(ranked) if word == "direction" else _follow_in_time(ranked)


def _are_directions(ranked: Sequence[Sequence[IndexedStack]]) -> bool:
    values = [[_values(stack, "DiffusionGradientOrientation") for stack in stacks] for stacks in ranked]
    return all(None not in directions for stacks in values for directions in stacks) and len(
        set(map(repr, values))
    ) == len(values)


def _follow_in_time(ranked: Sequence[Sequence[IndexedStack]]) -> bool:
    """Whether one of the clocks, or a temporal position, rises from rank to rank."""
    told = [[_moments(stack) for stack in stacks] for stacks in ranked]
    for clock in range(len(_CLOCKS) + len(_TEMPORAL)):
        firsts = [[moments[clock] for moments in stacks] for stacks in told]
        known = [[moment for moment in stacks if moment is not None] for stacks in firsts]
        if known == firsts and all(max(a) < min(b) for a, b in pairwise(known)):
            return True
    return False


def _moments(seen: IndexedStack) -> list[tuple[float, ...] | None]:
    """The first moment of a stack by each clock."""
    clocks = [
        _first([tuple(told.times[TIMES.index(name)] for name in names) for told in seen.told]) for names in _CLOCKS
    ]
    temporal = [_first([(told.kinds[KINDS.index(name)],) for told in seen.told]) for name in _TEMPORAL]
    return clocks + temporal


def _first(moments: Sequence[tuple[Value, ...]]) -> tuple[float, ...] | None:
    try:
        return min(tuple(float(_ZONE.sub("", str(value))) for value in moment) for moment in set(moments))
    except ValueError:
        return None


# Equal names


def _telling(a: IndexedStack, b: IndexedStack) -> str:
    """Which value distinguishes two stacks with one name; empty for none."""
    for keyword in (*_TYPES, *WORDS, *_TEMPORAL):
        one, other = _values(a, keyword), _values(b, keyword)
        if len(one) == len(other) == 1 and _differ(keyword, one.pop(), other.pop()):
            return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", keyword)
    return ""


def _differ(keyword: str, a: Value, b: Value) -> bool:
    if a is None or b is None:
        return False
    if keyword in _TYPES:
        return bool((_terms(a) ^ _terms(b)) - PLAIN_TERMS)
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) > _SHARE * max(abs(a), abs(b))
    return not isinstance(a, tuple) and a != b
