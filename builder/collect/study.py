"""The study as a whole: sessions and days between them, arms not read yet, names that may be one person, receipts.

And the screens that readers have judged by the test pattern, and the cases that they wrote for other programs.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from itertools import combinations, pairwise
import math
import re

from builder.collect.gather import Gathered
from bundle.reading.course import MonitorLook, handed_cases, monitor_looks
from bundle.reading.journal import reader_key
from bundle.reading.readings import Readings, SlotKey
from bundle.reading.receipts import receipts_in, same_code
from bundle.reading.study_session import StudySession, session_of

# Names whose letters agree to this share may be one person, mistyped.
_LIKE = 0.8
_SECONDS_OF_A_DAY = 86_400
# A clock that is set by the network may go back by less, in seconds.
_CLOCK_MAY_SLIP = 60


def study_remarks(gathered: Gathered, told: Sequence[str]) -> list[str]:
    """What to look at; `told` are the receipt codes that readers told."""
    return [
        *_one_person(gathered), *_one_number(gathered), *_unread(gathered), *_washout(gathered), *_clocks(gathered),
        *_receipts(gathered, told),
    ]  # fmt: skip


def study_lines(gathered: Gathered, told: Sequence[str]) -> list[str]:
    """The sessions of each reader, with the days between them; screens judged, cases written out, right receipts."""
    lines = []
    for readings in _by_reader(gathered):
        if len(readings) > 1:
            gaps = [_in_words(_days(*pair)) for pair in pairwise(readings)]
            named = [str(each.session) for each in readings]
            between = [f"{gap} to {name}" for gap, name in zip(gaps, named[1:], strict=True)]
            lines.append(f"{readings[0].reader}: {named[0]}, {', '.join(between)}")
    return [*lines, *_monitors(gathered), *_handed(gathered), *_right_receipts(gathered, told)]


def _monitors(gathered: Gathered) -> Iterator[str]:
    """When each reader judged which screen by the test pattern last."""
    found: dict[str, list[MonitorLook]] = {}
    for look in monitor_looks(gathered.merged.journals.values()):
        reader = str(gathered.merged.journals[look.entry.file].opening.get("reader", ""))
        found.setdefault(reader_key(reader), []).append(look)
    names = {key: readings.reader for (key, _), readings in gathered.readings.items()}
    for reader, looks in sorted(found.items()):
        if reader in names:
            last = max(looks, key=lambda look: look.entry.time)
            width, height = last.screen
            said = f"{len(looks)} times, last on" if len(looks) > 1 else "on"
            yield (
                f"{names[reader]}: looked at the test pattern {said} {last.entry.time[:10]}, on a screen of "
                f"{width} x {height} pixels, for {last.seconds:.0f} s"
            )


def _handed(gathered: Gathered) -> Iterator[str]:
    """Which cases left the medium as plain files, by whom and when."""
    for entry in handed_cases(gathered.merged.journals.values()):
        reader = gathered.merged.journals[entry.file].opening.get("reader", "")
        yield f"{reader}: began to write {entry.data['case']} as plain files for another program on {entry.time[:10]}"


def _by_reader(gathered: Gathered) -> list[list[Readings]]:
    """The sessions of each reader, in their order."""
    found: dict[str, list[Readings]] = {}
    for (reader, _), readings in sorted(gathered.readings.items(), key=lambda pair: pair[0]):
        found.setdefault(reader, []).append(readings)
    return list(found.values())


# Names


def _one_person(gathered: Gathered) -> Iterator[str]:
    """Names of a list of readers are chosen, not typed."""
    listed = {reader_key(name) for form in gathered.forms.values() for name in form.readers}
    names = {key: readings.reader for (key, _), readings in gathered.readings.items() if key not in listed}
    for first, second in combinations(sorted(names), 2):
        if may_be_one(first, second):
            counts = [_done(gathered, key) for key in (first, second)]
            yield (
                f"'{names[first]}' ({counts[0]} cases done) and '{names[second]}' ({counts[1]}) "
                "may be one person, whose name was typed in two ways; they count as two readers"
            )


def _done(gathered: Gathered, key: str) -> int:
    of_reader = [readings for (reader, _), readings in gathered.readings.items() if reader == key]
    return sum(reading.finished for readings in of_reader for reading in readings.cases.values())


def may_be_one(one: str, other: str) -> bool:
    """Whether two names may be one, mistyped; 'reader 1' and 'reader 2', or 'AB' and 'AC', are two codes."""
    first, second = (re.sub(r"[^\w ]", "", name).split() for name in (one, other))
    if "".join(first) == "".join(second):
        return True
    mine, others = set(first) - set(second), set(second) - set(first)
    codes = [word for word in mine | others if len(word) < 3 or any(sign.isdigit() for sign in word)]
    if mine and others and codes:
        return False
    return SequenceMatcher(None, " ".join(first), " ".join(second), autojunk=False).ratio() >= _LIKE


# Sessions


def _one_number(gathered: Gathered) -> Iterator[str]:
    """Two arms of a reader under one number: reader, session, case and occurrence would name two rows."""
    for readings in _by_reader(gathered):
        for earlier, later in pairwise(readings):
            if earlier.session.number == later.session.number:
                yield (
                    f"{later.reader}: two arms have one number: {earlier.session}; {later.session}. Distinguish their "
                    "rows by the column 'arm', and number sessions in the form of the next stick"
                )


def _unread(gathered: Gathered) -> Iterator[str]:
    """Sessions that a reader has not begun: those that the form gives to the reader, or else those of others.

    Who decides where others differ reads no other session, and the others do not read that one.
    """
    deciding = {session for session, form in gathered.forms.items() if form.given}
    of_anybody = sorted({session for _, session in gathered.readings} - deciding)
    for readings in _by_reader(gathered):
        begun = {each.session for each in readings}
        if begun <= deciding:
            continue
        for session in _planned(gathered, readings[0].reader) or of_anybody:
            if session not in begun:
                yield f"{readings[0].reader}: {session} has not been begun"


def _planned(gathered: Gathered, reader: str) -> list[StudySession]:
    arms = [form.sessions.arms.get(reader_key(reader), ()) for form in gathered.forms.values()]
    longest = max(arms, key=len, default=())
    return [StudySession(number, arm) for number, arm in enumerate(longest, start=1)]


def _washout(gathered: Gathered) -> Iterator[str]:
    for readings in _by_reader(gathered):
        for earlier, later in pairwise(readings):
            form = gathered.form_of(later)
            wanted = form.sessions.washout if form is not None else 0
            days = _days(earlier, later)
            if days < wanted or days < 0:
                yield (
                    f"{later.reader}: {_in_words(days)} lie between {earlier.session} and {later.session}"
                    + (f"; the form asks for {wanted}" if wanted else "")
                )


def _in_words(days: float) -> str:
    """Rounded down: 27.96 days are not 28. Fewer than none: the later session is the earlier one by the clock."""
    if math.isinf(days):
        return "no common case"
    said = f"{math.floor(days * 10) / 10:g} days"
    return f"{said} (by the PCs' clocks the later session came first, or one of them was wrong)" if days < 0 else said


def _clocks(gathered: Gathered) -> Iterator[str]:
    """Clocks that were set back while somebody read: the order holds, but not what times are compared across it."""
    for name, journal in gathered.merged.journals.items():
        back = [(_between(later.time, earlier.time), later) for earlier, later in pairwise(journal.entries)]
        jumps = [(days, entry) for days, entry in back if days * _SECONDS_OF_A_DAY > _CLOCK_MAY_SLIP]
        if jumps:
            days, entry = max(jumps, key=lambda jump: jump[0])
            said = f"{days:.1f} days" if days >= 1 else f"{days * _SECONDS_OF_A_DAY / 60:.0f} minutes"
            yield (
                f"{journal.opening.get('reader', '')}: the PC's clock was set back by {said} ({name}, line "
                f"{entry.number}); times and days across it are wrong, seconds are not"
            )


def _days(earlier: Readings, later: Readings) -> float:
    """The fewest days from the end of a case in one session to its first look in the next; infinite without any.

    By the clocks of the PCs; negative if the later session began first.
    """
    common = earlier.cases.keys() & later.cases.keys()
    return min((_between(_end(earlier, slot), _start(later, slot)) for slot in common), default=math.inf)


def _end(readings: Readings, slot: SlotKey) -> str:
    reading = readings.cases[slot]
    times = [answer.entry.time for history in reading.history.values() for answer in history]
    return max([reading.submitted, *times, *(look.time for look in reading.course.looks)])


def _start(readings: Readings, slot: SlotKey) -> str:
    course = readings.cases[slot].course
    return course.first_look or course.first_answer


def _between(earlier: str, later: str) -> float:
    if not earlier or not later:
        return math.inf
    gap = datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    return gap.total_seconds() / _SECONDS_OF_A_DAY


# Receipts


def _receipts(gathered: Gathered, told: Sequence[str]) -> Iterator[str]:
    """Codes that no journal has now, journals that are not as they were, and sessions without any of the codes."""
    known = list(receipts_in(gathered.merged.journals))
    for code in told:
        of_code = [wrong for _, computed, wrong in known if same_code(code, computed)]
        if not of_code:
            yield f"receipt {code}: no journal here has it: journals were cut or made again, or the code was misheard"
        yield from (f"receipt {code}: {wrong}" for wrong in of_code if wrong)
    for (key, session), readings in gathered.readings.items() if told else ():
        codes = [computed for entry, computed, _ in known if _whose(gathered, entry.file) == (key, session)]
        if not any(same_code(code, computed) for code in told for computed in codes):
            yield f"{readings.reader}, {readings.session}: none of the receipts that were told is of this session"


def _right_receipts(gathered: Gathered, told: Sequence[str]) -> Iterator[str]:
    for entry, code, wrong in receipts_in(gathered.merged.journals):
        if not wrong and any(same_code(each, code) for each in told):
            reader = gathered.readings[_whose(gathered, entry.file)].reader
            yield f"receipt {code}: {reader}, {_whose(gathered, entry.file)[1]}, as it was on {entry.time[:10]}"


def _whose(gathered: Gathered, file: str) -> tuple[str, StudySession]:
    journal = gathered.merged.journals[file]
    return reader_key(str(journal.opening.get("reader", ""))), session_of(journal)
