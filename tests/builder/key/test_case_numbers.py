"""Case numbers, whatever is built, removed, added, given up or brought along from before there was a register."""

import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st

from builder.key.case_numbers import StudyOnStick, give_numbers
from builder.key.tables import CREATE

STUDIES = st.lists(st.integers(0, 8), min_size=1, max_size=5, unique=True)
# A build of some studies on a new stick, or on one of those before, from which some were taken.
STEPS = st.lists(st.tuples(STUDIES, st.none() | st.integers(0, 5), st.sets(st.integers(0, 8))), max_size=8)
# Sticks of before, each numbered from 1.
EARLIER = st.lists(STUDIES, max_size=3)


def new_register() -> sqlite3.Connection:
    register = sqlite3.connect(":memory:")
    for statement in CREATE.split(";\n"):
        register.execute(statement)
    return register


def build(register: sqlite3.Connection, studies: list[int], present: dict[str, int]) -> dict[str, int]:
    uids = [*present, *(f"2.25.{study}" for study in studies)]
    return give_numbers(register, [StudyOnStick(uid, uid) for uid in uids], present)


@settings(max_examples=300)
@given(STEPS)
def test_a_study_keeps_its_number_and_no_number_is_given_twice(steps):
    register, sticks = new_register(), list[dict[str, int]]()
    given_to: dict[int, str] = {}
    for studies, added_to, removed in steps:
        place = None if added_to is None or added_to >= len(sticks) else added_to
        gone = {f"2.25.{study}" for study in removed}
        present = {} if place is None else {uid: number for uid, number in sticks[place].items() if uid not in gone}
        numbers = build(register, studies, present)
        assert numbers.keys() == {*present, *(f"2.25.{study}" for study in studies)}
        assert numbers.items() >= present.items()
        for uid, number in numbers.items():
            assert given_to.setdefault(number, uid) == uid
        if place is None:
            sticks.append(numbers)
        else:
            sticks[place] = numbers
    assert len(set(given_to.values())) == len(given_to)  # one number for each study
    assert sorted(given_to) == list(range(1, len(given_to) + 1))


@settings(max_examples=300)
@given(EARLIER, STEPS)
def test_sticks_of_before_keep_their_numbers_and_nothing_new_gets_one_of_them(earlier, steps):
    register = new_register()
    sticks = [{f"2.25.{study}": number for number, study in enumerate(some, start=1)} for some in earlier]
    for stick in sticks:
        for uid, number in stick.items():
            register.execute("INSERT OR IGNORE INTO numbered VALUES (?, ?)", (number, uid))
            register.execute(
                "INSERT OR REPLACE INTO placed VALUES (0, ?, ?, ?, 'there', 0, 0, 0, 0, 0)", (uid, uid, number)
            )
    before = {
        number: {uid for stick in sticks for uid, given in stick.items() if given == number} for number in range(1, 6)
    }
    highest = max((number for stick in sticks for number in stick.values()), default=0)
    for studies, added_to, _ in steps:
        present = sticks[added_to] if added_to is not None and added_to < len(sticks) else {}
        numbers = build(register, studies, present)
        assert numbers.items() >= present.items()
        assert len(set(numbers.values())) == len(numbers)
        for uid, number in numbers.items():
            assert number > highest or uid in before[number]
