"""The order of the cases: complete, the same every time, different for each reader, and repeats never side by side."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bundle.reading.form import Media, Order, counted
from bundle.reading.order import reading_order

CASES = [f"CASE-{n:03d}" for n in range(1, 101)]


@given(
    number=st.integers(2, 60), training=st.integers(0, 5), repeat=st.integers(0, 60), shuffle=st.booleans(),
    seed=st.integers(0, 2**63 - 1), reader=st.text(max_size=8),
)  # fmt: skip
def test_every_case_comes_once_or_twice_and_never_twice_in_a_row(number, training, repeat, shuffle, seed, reader):
    cases = CASES[:number]
    training = min(training, number - 2)
    repeat = min(repeat, number - training)
    order = Order(shuffle, seed, (), tuple(cases[:training]), repeat)
    slots = reading_order(order, cases, reader)
    assert [slot.number for slot in slots] == list(range(1, number + repeat + 1))
    assert [slot.case for slot in slots[:training]] == cases[:training]
    assert [slot.training for slot in slots] == [n < training for n in range(len(slots))]
    assert {slot.case for slot in slots} == set(cases)
    assert len({slot.key for slot in slots}) == len(slots)
    assert sum(slot.occurrence == 2 for slot in slots) == repeat
    assert all(a.case != b.case for a, b in pairwise(slots))
    assert slots == reading_order(order, cases, f" {reader} ")
    if not shuffle:
        once = [slot.case for slot in slots if slot.occurrence == 1 and not slot.training]
        rest = [case for case in once if sum(slot.case == case for slot in slots) == 1]
        assert rest == sorted(rest)


def test_repeats_are_far_apart_and_the_same_for_all_readers():
    order = Order(True, 7, repeat=10)
    orders = {reader: reading_order(order, CASES, reader) for reader in ("AB", "CD")}
    repeated = [{slot.case for slot in slots if slot.occurrence == 2} for slots in orders.values()]
    assert repeated[0] == repeated[1]
    for slots in orders.values():
        for case in repeated[0]:
            first, second = (slot.number for slot in slots if slot.case == case)
            assert second - first >= 25
    assert [slot.case for slot in orders["AB"]] != [slot.case for slot in orders["CD"]]


def test_the_order_is_written_down_here_so_that_no_later_version_changes_it():
    slots = reading_order(Order(True, 1, repeat=("CASE-002",), training=("CASE-005",)), CASES[:6], "Reader A")
    expected = [("5", 1), ("2", 1), ("6", 1), ("4", 1), ("2", 2), ("1", 1), ("3", 1)]
    assert [(slot.case[-1], slot.occurrence) for slot in slots] == expected


@given(
    counts=st.lists(st.integers(2, 12), min_size=1, max_size=5), training=st.integers(0, 1), repeat=st.integers(0, 12),
    shuffle=st.booleans(), reader=st.text(max_size=8),
)  # fmt: skip
def test_several_media_are_read_one_by_one_and_no_number_comes_twice(counts, training, repeat, shuffle, reader):
    media = Media("0" * 32, counted(counts))
    everything = [case for group in media.groups() for case in group]
    order = Order(shuffle, 3, (), tuple(everything[:training]), min(repeat, len(everything) - 2))
    whole = reading_order(order, everything, reader, media)
    each = [reading_order(order, group, reader, media) for group in media.groups()]
    assert [slot for slots in each for slot in slots] == list(whole)
    assert [slot.number for slot in whole] == list(range(1, len(whole) + 1))
    assert {slot.case for slot in whole} == set(everything)
    assert len({slot.key for slot in whole}) == len(whole)
    assert sum(slot.occurrence == 2 for slot in whole) == order.repeat
    assert all(a.case != b.case for slots in each for a, b in pairwise(slots))


def test_a_case_that_could_not_be_used_leaves_the_numbers_of_the_other_media_as_they_are():
    media = Media("0" * 32, counted([3, 4]))
    first, second = media.groups()
    order = Order(True, 3, repeat=2)
    here = reading_order(order, first[:-1], "AB", media)
    assert {slot.case for slot in here} == set(first[:-1])
    after = reading_order(order, second, "AB", media)
    assert not {slot.number for slot in here} & {slot.number for slot in after}
    assert reading_order(order, [*first[:-1], *second], "AB", media) == (*here, *after)
