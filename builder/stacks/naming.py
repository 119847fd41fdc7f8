"""The names of the stacks of a series: stacks with one name get the words that distinguish them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from builder.stacks.stacks import OrderedStack, describe_stack
from builder.traits import DELAYS, MOMENTS, Traits, Value
from bundle.images.naming import PLAIN_TERMS, SHAPES, WORDS, number, word_of

# For each of several stacks with one name, a distinguishing word; empty if the stack has none.
Words = list[str]
# Numbers in one stack that differ by a smaller share are one number.
_ONE_SHARE = 0.005


def stack_names(stacks: Sequence[OrderedStack], modality: str) -> list[str]:
    """The name of each stack of a series, with distinguishing words if several would have the same name."""
    names = [describe_stack(stack, modality) for stack in stacks]
    for words_of in _ASKED:
        for members in _of_one_name(names):
            words = words_of([stacks[k] for k in members])
            if len(set(words)) > 1:
                for member, word in zip(members, words, strict=True):
                    names[member] = ", ".join(filter(None, (names[member], word)))
    return names


def _of_one_name(names: Sequence[str]) -> list[list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for member, name in enumerate(names):
        found[name].append(member)
    return [members for members in found.values() if len(members) > 1]


# The distinguishing attributes


def _shapes(stacks: Sequence[OrderedStack]) -> Words:
    return [SHAPES.get(stack.geometry.not_volume_reason, "") for stack in stacks]


def _terms(keyword: str) -> Callable[[Sequence[OrderedStack]], Words]:
    """The values of a type that not all stacks have."""

    def words(stacks: Sequence[OrderedStack]) -> Words:
        told = [str(_kind(stack, keyword) or "").split("\\") for stack in stacks]
        count = Counter(term for terms in told for term in set(terms))
        own = [[term for term in terms if count[term] < len(stacks) and term not in PLAIN_TERMS] for terms in told]
        return [", ".join(dict.fromkeys(map(word_of, terms))) for terms in own]

    return words


def _value(keyword: str, form: str) -> Callable[[Sequence[OrderedStack]], Words]:
    """A value that all frames of a stack share."""

    def words(stacks: Sequence[OrderedStack]) -> Words:
        return [_said(_kind(stack, keyword), form) for stack in stacks]

    return words


def _said(value: Value, form: str) -> str:
    if value is None or isinstance(value, tuple):
        return ""
    return form.format(number(value) if isinstance(value, float) else value.replace("\\", "+").replace(",", " "))


def _ranks(
    word: str, key: Callable[[OrderedStack], float | tuple[float, ...] | None]
) -> Callable[[Sequence[OrderedStack]], Words]:
    """The rank among so many; of directions, in the order of the stacks."""

    def words(stacks: Sequence[OrderedStack]) -> Words:
        found = [key(stack) for stack in stacks]
        known = dict.fromkeys(value for value in found if value is not None)
        if None in found or len(known) < 2:
            return [""] * len(stacks)
        order = list(known) if isinstance(found[0], tuple) else sorted(known)
        return [f"{word} {order.index(value) + 1} of {len(order)}" for value in found if value is not None]

    return words


def _kind(stack: OrderedStack, keyword: str) -> Value:
    """The value of one of KINDS or LATER_KINDS that all frames share; None if they differ."""
    return _common([slice_.traits.told(keyword) for slice_ in stack.slices])


def _common(values: Sequence[Value]) -> Value:
    first = values[0]
    if isinstance(first, float):
        numbers = [value for value in values if isinstance(value, float)]
        near = len(numbers) == len(values) and max(numbers) - min(numbers) <= _ONE_SHARE * max(map(abs, numbers))
        return first if near else None
    return first if all(value == first for value in values) else None


def _rank_value(keyword: str) -> Callable[[OrderedStack], float | None]:
    def value(stack: OrderedStack) -> float | None:
        found = _kind(stack, keyword)
        return found if isinstance(found, float) else None

    return value


def _direction(stack: OrderedStack) -> tuple[float, ...] | None:
    found = _kind(stack, "DiffusionGradientOrientation")
    return found if isinstance(found, tuple) else None


def _first_moment(place: int) -> Callable[[OrderedStack], float | None]:
    """The time of the first frame, by one of the time attributes."""

    def moment(stack: OrderedStack) -> float | None:
        times = [_time(slice_.traits, place) for slice_ in stack.slices]
        return None if None in times else min(time for time in times if time is not None)

    return moment


def _time(traits: Traits, place: int) -> float | None:
    return traits.times[place] if place < len(traits.times) else None


def _acquisition(stacks: Sequence[OrderedStack]) -> Words:
    return [
        _said(_common([slice_.traits.acquisition for slice_ in stack.slices]), "acquisition {}") for stack in stacks
    ]


def _matrix(stacks: Sequence[OrderedStack]) -> Words:
    return [f"{stack.slices[0].instance.columns} x {stack.slices[0].instance.rows}" for stack in stacks]


def _first_image(stacks: Sequence[OrderedStack]) -> Words:
    return [f"from image {min(slice_.instance.instance_number for slice_ in stack.slices)}" for stack in stacks]


def _first_frame(stacks: Sequence[OrderedStack]) -> Words:
    return [f"from frame {min(slice_.frame.frame_index for slice_ in stack.slices) + 1}" for stack in stacks]


_ASKED: tuple[Callable[[Sequence[OrderedStack]], Words], ...] = (
    _shapes,
    _terms("ComplexImageComponent"),
    _terms("FrameType"),
    _terms("ImageType"),
    *(_value(keyword, form) for keyword, form in WORDS.items()),
    _ranks("direction", _direction),
    _ranks("time", _rank_value("TemporalPositionIndex")),
    _ranks("time", _rank_value("TemporalPositionIdentifier")),
    _acquisition,
    *(_ranks("time", _first_moment(place)) for place in range(MOMENTS + len(DELAYS))),
    _matrix,
    _first_image,
    _first_frame,
)
