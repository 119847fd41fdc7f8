"""No examination passes midnight on the medium, and whoever is known keeps the shift of the first time."""

from collections.abc import Iterator, Sequence
import sqlite3

from hypothesis import given
from hypothesis import strategies as st
import pytest

from builder.key.pseudonyms import StudyKey
from builder.key.tables import CREATE, SINCE_2
from builder.key.time_shifts import give_shifts
from builder.plan import Person, ScannedFile, SourceInstance, SourcePatient, SourceSeries, SourceStudy, TimeShift

DAY, HOUR = 86_400, 3600
Span = tuple[int, int]


@pytest.fixture
def register() -> Iterator[sqlite3.Connection]:
    with made() as connection:
        yield connection


def made(*known: str) -> sqlite3.Connection:
    """A register of version 2 that came from one of version 1 with these pseudonyms."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(CREATE)
    connection.executemany("INSERT INTO patient VALUES (?, '', '', '', '')", [(name,) for name in known])
    connection.executescript(SINCE_2)
    return connection


def patient(*spans: Span | None, name: str = "Brackwater", first: int = 0) -> SourcePatient:
    """A patient with an examination for each span of seconds."""
    studies = []
    for number, span in enumerate(spans, start=first):
        begin, end = span or (-1, -1)
        files = [scanned(number, second) for second in (begin, end)]
        instances = [SourceInstance(file, f"{number}.{k}") for k, file in enumerate(files)]
        studies.append(SourceStudy(str(number), [SourceSeries(f"{number}.1", "CT", instances=instances)]))
    return SourcePatient(name, Person("1", name, "19530418"), studies)


def scanned(number: int, second: int) -> ScannedFile:
    return ScannedFile(
        f"/scans/{number}/I1", str(number), 1, 1, Person("1", "Brackwater", "19530418"), str(number), f"{number}.1",
        f"{number}.1.1", "CT", "20240229", "", "", "", "1", "1", 1, 1, 1, 16, first_second=second, last_second=second,
    )  # fmt: skip


def key(letter: str = "k") -> StudyKey:
    return StudyKey(letter.encode() * 32)


def crosses(span: Span, shift: TimeShift) -> bool:
    return (span[0] + shift.seconds) // DAY != (span[1] + shift.seconds) // DAY


spans = st.tuples(st.integers(0, DAY - 1), st.integers(0, 20 * HOUR)).map(lambda two: (two[0], min(sum(two), DAY - 1)))
keys = st.binary(min_size=32, max_size=32).map(StudyKey)


@given(st.lists(spans, min_size=1, max_size=8), keys)
def test_no_examination_crosses_midnight_and_the_time_of_day_is_not_the_true_one(several: Sequence[Span], any_key):
    who = patient(*several)
    found = give_shifts(made(), [who], any_key)
    further = {shifted.study.uid_key for shifted in found}
    for study, span in zip(who.studies, several, strict=True):
        assert not crosses(span, study.shift)
        assert study.uid_key in further or HOUR <= study.shift.seconds % DAY <= DAY - HOUR
    assert not any(shifted.crosses for shifted in found)
    if len(several) == 1:  # one examination always finds an offset that suits it
        assert not found


@given(st.lists(spans, min_size=1, max_size=6), st.lists(spans, min_size=1, max_size=6), keys)
def test_what_comes_later_has_the_same_offset_and_moves_nothing(first: Sequence[Span], later: Sequence[Span], any_key):
    register, before = made(), patient(*first)
    give_shifts(register, [before], any_key)
    after = patient(*first, *later)
    give_shifts(register, [after], any_key)
    assert [study.shift for study in after.studies[: len(first)]] == [study.shift for study in before.studies]
    assert not any(crosses(span, study.shift) for study, span in zip(after.studies, [*first, *later], strict=True))
    days = {study.shift.seconds // DAY for study in after.studies}
    assert max(days) - min(days) <= 1


def test_an_examination_that_is_known_stays_where_it_is_even_if_it_grows_past_midnight(register):
    span = (10 * HOUR, 11 * HOUR)
    who = patient(span)
    give_shifts(register, [who], key())
    grown = patient((0, DAY - 1))
    (found,) = give_shifts(register, [grown], key())
    assert grown.studies[0].shift == who.studies[0].shift
    assert (found.further, found.crosses) == (0, True)


def test_whoever_version_1_met_keeps_offset_and_fractions():
    who, other = patient((10 * HOUR, 11 * HOUR)), patient((10 * HOUR, 11 * HOUR), name="Quillfeather", first=1)
    give_shifts(made(key().pseudonym(who.key)), [who, other], key())
    assert who.studies[0].shift == TimeShift(key().offset_seconds(who.key))
    assert other.studies[0].shift.secret


def test_an_examination_without_times_has_the_offset_of_its_patient(register):
    who = patient(None, (10 * HOUR, 11 * HOUR))
    assert give_shifts(register, [who], key()) == []
    assert len({study.shift for study in who.studies}) == 1


def test_nothing_but_the_key_the_patient_and_the_examinations_decides(register):
    several = [(9 * HOUR, 12 * HOUR), (15 * HOUR, 16 * HOUR)]
    one, again, other = patient(*several), patient(*several), patient(*several)
    give_shifts(register, [one], key())
    give_shifts(made(), [again], key())
    give_shifts(made(), [other], key("o"))
    assert one == again and one.studies[0].shift != other.studies[0].shift
