"""Separates frames at one place that no kind distinguishes: by settings, by time, and finally by number."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise, product
from statistics import median

from builder.stacks.same_value import Labels, labels_of
from builder.traits import MOMENTS, SETTINGS, Traits, Value

# The note on frames that nothing distinguishes for certain.
UNDECIDED = "the files do not say which images belong together"
# A delay belongs to the usual delay that is nearer than this share of the least difference between two of these.
_NEAR = 0.3
# A pause between two stacks is this many times as long as any step within them.
PAUSE = 2.0
_HALF_A_DAY, _DAY = 43_200.0, 86_400.0

# For each frame, the stack that it belongs to.
Parts = list[int]
# For each frame, its sort key; the same for all frames if nothing is known.
Order = Sequence[float | tuple[float, int]]


def told_apart(traits: Sequence[Traits], places: Sequence[int]) -> tuple[list[list[int]], str]:
    """The frames (by their indices here) of each stack, no two of which are at one place, and a note."""
    for parts in _answers(traits, places):
        if parts is not None:
            return _members(parts), ""
    return _members(_guess(traits, places)), UNDECIDED


def _answers(traits: Sequence[Traits], places: Sequence[int]) -> Iterator[Parts | None]:
    """The groupings that the files suggest, the most certain first."""
    times = _times(traits)
    numbers = [frame.number for frame in traits]
    delays = _times(traits, slice(MOMENTS, None))
    for place in range(len(SETTINGS)):
        yield _by_value([frame.settings[place] if frame.settings else None for frame in traits], places)
    for time in times:
        yield _by_moment(time, places)
    for counted in (_runs(numbers, places), _counted(numbers, places)):
        if counted is not None and all(_rises(counted, time, places) for time in times):
            yield counted
    yield from (_nearest(delay, places) for delay in delays)
    acquisitions = _whole([frame.acquisition for frame in traits])
    yield from (_pauses(time, places) for time in times if _is_telling(time, places))
    orders: tuple[Order, ...] = (acquisitions, *times, numbers)
    for order in orders:
        if order and _is_telling(order, places):
            yield _runs(order, places)
            yield _sure_sweeps(order, places)
            yield _ranks(order, places) if _is_complete(places) else None


def in_time(traits: Sequence[Traits], *, by_number: bool = False) -> list[int]:
    """The order of frames at one place: by the first time that all have, then Instance Number and frame.

    Without any position, the Instance Number alone decides (`by_number`).
    """
    times = [] if by_number else _times(traits)
    time: Sequence[float] = times[0] if times else [0.0] * len(traits)
    return sorted(range(len(traits)), key=lambda i: (time[i], *traits[i].number))


def _times(traits: Sequence[Traits], which: slice = slice(None)) -> list[list[float]]:
    """Each time attribute that all frames have, with different values."""
    found = (_whole(values) for values in zip(*(frame.times[which] for frame in traits), strict=True))
    return [_unwrapped(clock) for clock in found if clock]


def _whole(values: Sequence[Value]) -> list[float]:
    """The values, if every frame has a number and not all have the same; else empty."""
    numbers = [value for value in values if isinstance(value, float)]
    return numbers if len(numbers) == len(values) and len(set(numbers)) > 1 else []


def _unwrapped(times: list[float]) -> list[float]:
    """Times of day without a date may pass midnight."""
    if max(times) < _DAY and max(times) - min(times) > _HALF_A_DAY:
        return [time + _DAY if time < _HALF_A_DAY else time for time in times]
    return times


def _most(places: Sequence[int]) -> int:
    return max(Counter(places).values())


def _is_complete(places: Sequence[int]) -> bool:
    return len(set(Counter(places).values())) == 1


def _is_telling(order: Order, places: Sequence[int]) -> bool:
    """Whether no two frames at one place are equal in it."""
    return len(set(zip(order, places, strict=True))) == len(places)


def _by_value(values: Sequence[Value], places: Sequence[int]) -> Parts | None:
    """One stack for each value, if each value occurs once at a place and there are as many as frames at a place."""
    labels: Labels = labels_of(values)
    if None in labels or len(set(labels)) != _most(places) or not _is_telling([label or 0 for label in labels], places):
        return None
    return [label or 0 for label in labels]


def _by_moment(time: Sequence[float], places: Sequence[int]) -> Parts | None:
    """The same for moments, each of which counts as it is."""
    ranks = {moment: rank for rank, moment in enumerate(sorted(set(time)))}
    parts = [ranks[moment] for moment in time]
    return parts if len(ranks) == _most(places) and _is_telling(parts, places) else None


def _counted(numbered: Sequence[tuple[float, int]], places: Sequence[int]) -> Parts | None:
    """From numbers that count places within stacks, or stacks within places, with or without gaps.

    They begin at 1, or at the least number present if no frame can be missing before it.
    """
    one_file = len({number for number, _ in numbered}) == 1
    numbers = [frame + 1 if one_file else int(number) for number, frame in numbered]
    firsts = {1, min(numbers)} if _is_complete(places) else {1}
    most, count = _most(places), len(set(places))
    for first, (size, outer) in product(sorted(firsts), ((count, True), (most, False))):
        pairs = [divmod(number - first, size) for number in numbers]
        parts = [pair[0] if outer else pair[1] for pair in pairs]
        within = [pair[1] if outer else pair[0] for pair in pairs]
        if _is_telling(parts, places) and len(set(parts)) == most and _one_to_one(within, places):
            return parts
    return None


def _one_to_one(a: Sequence[Hashable], b: Sequence[Hashable]) -> bool:
    return len(set(a)) == len(set(b)) == len(set(zip(a, b, strict=True)))


def _rises(parts: Parts, time: Sequence[float], places: Sequence[int]) -> bool:
    """Whether later stacks were acquired later at each place, or a time does not contradict it."""
    at: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for part, moment, place in zip(parts, time, places, strict=True):
        at[place].append((part, moment))
    return all(a[1] <= b[1] for some in at.values() for a, b in pairwise(sorted(some)))


def _nearest(delays: Sequence[float], places: Sequence[int]) -> Parts | None:
    """From trigger delays, which vary a little from place to place: each belongs to the nearest usual delay."""
    at: dict[int, list[float]] = defaultdict(list)
    for delay, place in zip(delays, places, strict=True):
        at[place].append(delay)
    whole = [sorted(some) for some in at.values() if len(some) == _most(places)]
    usual = [median(some) for some in zip(*whole, strict=True)]
    near = _NEAR * min((b - a for a, b in pairwise(usual)), default=0.0)
    parts = [min(range(len(usual)), key=lambda k: abs(usual[k] - delay)) for delay in delays]
    fits = all(abs(usual[part] - delay) < near for part, delay in zip(parts, delays, strict=True))
    return parts if fits and _is_telling(parts, places) else None


def _pauses(order: Sequence[float], places: Sequence[int]) -> Parts | None:
    """From pauses that are much longer than any step between two frames of one stack."""
    turn = sorted(range(len(places)), key=lambda i: order[i])
    steps = sorted(((order[b] - order[a], k) for k, (a, b) in enumerate(pairwise(turn))), reverse=True)
    cuts, rest = steps[: _most(places) - 1], steps[_most(places) - 1 :]
    if rest and cuts[-1][0] < PAUSE * rest[0][0]:
        return None
    behind = {k for _, k in cuts}
    parts, part = [0] * len(places), 0
    for k, index in enumerate(turn):
        parts[index] = part
        part += k in behind
    return parts if _is_telling(parts, places) else None


def _runs(order: Order, places: Sequence[int]) -> Parts | None:
    """From an order in which the places rise, or fall, once for each stack, even if frames at its ends are lost."""
    turn = sorted(range(len(places)), key=lambda i: (order[i], places[i]))
    for way in (1, -1) if _is_telling(order, places) else ():
        parts, part = [0] * len(places), 0
        for before, index in pairwise(turn):
            part += way * (places[index] - places[before]) <= 0
            parts[index] = part
        if part + 1 == _most(places):
            return parts
    return None


def _sure_sweeps(order: Order, places: Sequence[int]) -> Parts | None:
    """Sweeps over the places that are the same from either end: if a lost frame makes them ambiguous, they differ."""
    ranks = {key: rank for rank, key in enumerate(sorted(set(order)))}
    onward = _sweeps([ranks[key] for key in order], places)
    back = _sweeps([-ranks[key] for key in order], [-place for place in places])
    count = max(onward) + 1
    same = all(a == count - 1 - b for a, b in zip(onward, back, strict=True))
    return onward if same and count == _most(places) else None


def _sweeps(order: Order, places: Sequence[int]) -> Parts:
    """A new stack begins where a place recurs."""
    parts, seen, part = [0] * len(places), set[int](), 0
    for index in sorted(range(len(places)), key=lambda i: (order[i], places[i])):
        if places[index] in seen:
            part, seen = part + 1, set()
        seen.add(places[index])
        parts[index] = part
    return parts


def _ranks(order: Order, places: Sequence[int]) -> Parts:
    """The first at each place, the second, ...: more than a guess only if all places have equally many."""
    parts, taken = [0] * len(places), Counter[int]()
    for index in sorted(range(len(places)), key=lambda i: order[i]):
        parts[index] = taken[places[index]]
        taken[places[index]] += 1
    return parts


def _guess(traits: Sequence[Traits], places: Sequence[int]) -> Parts:
    """Sweeps in the first order that distinguishes all frames at a place; without such an order, by turns."""
    orders: tuple[Order, ...] = (*_times(traits), [frame.number for frame in traits])
    for order in orders:
        parts = _sweeps(order, places)
        if _is_telling(order, places) and max(parts) + 1 == _most(places):
            return parts
    return _ranks(_fallback(traits), places)


def _fallback(traits: Sequence[Traits]) -> list[tuple[float, int]]:
    """A number for each frame in the order of time and Instance Number."""
    ranks = {index: rank for rank, index in enumerate(in_time(traits))}
    return [(float(ranks[index]), 0) for index in range(len(traits))]


def _members(parts: Parts) -> list[list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for index, part in enumerate(parts):
        found[part].append(index)
    return [found[part] for part in sorted(found)]
