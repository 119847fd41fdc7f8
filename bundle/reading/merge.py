"""Combines journals into one list of entries by time; recognises copies of one file and names missing files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bundle.reading.journal import Flaw, Journal, JournalEntry, Problem, is_journal_name


@dataclass(slots=True)
class Merged:
    """All sound entries in the order of their time, their journals by name, and all problems."""

    journals: dict[str, Journal] = field(default_factory=dict)
    entries: list[JournalEntry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def knew(self, later: JournalEntry, earlier: JournalEntry) -> bool:
        """Whether the writer of `later` knew `earlier`: it is in the same file, or the file saw it at its start."""
        if later.file == earlier.file:
            return earlier.number <= later.number
        seen = _seen(self.journals[later.file]).get(earlier.file)
        return seen is not None and earlier.number <= seen[0]


def merge(journals: Iterable[Journal]) -> Merged:
    """Merge by time; an entry comes after all that its writer knew, whatever the clocks of the PCs said."""
    merged = Merged()
    copies: dict[str, list[Journal]] = {}
    for journal in journals:
        said = journal.opening.get("file")
        name = said if isinstance(said, str) and is_journal_name(said) else journal.name
        copies.setdefault(name, []).append(journal)
    for name in sorted(copies):
        merged.journals[name] = _one_of(name, copies[name], merged.problems)
    merged.problems += [problem for name in sorted(copies) for problem in _against_seen(name, merged.journals)]
    clock = _Clock(merged.journals)
    merged.entries = sorted(
        (entry for journal in merged.journals.values() for entry in journal.entries), key=clock.place_of
    )
    return merged


class _Clock:
    """When each entry was written: by the PC's clock, but never before an entry that its writer knew.

    A clock may be wrong by years, or be set back between two sessions; the later session still counts as later. If
    times are equal, a file's depth decides: one more than that of any file it has seen.
    """

    def __init__(self, journals: Mapping[str, Journal]) -> None:
        self._journals = journals
        self._times: dict[str, dict[int, str]] = {}
        self._depths: dict[str, int] = {}
        for name in journals:
            self._wind(name)

    def place_of(self, entry: JournalEntry) -> tuple[str, int, str, int]:
        """The key to sort entries by."""
        return self._times[entry.file][entry.number], self._depths[entry.file], entry.file, entry.number

    def _wind(self, name: str) -> None:
        """Files that a file has seen come first; a stack, not recursion: a reader may begin a thousand files."""
        stack, begun = [name], set[str]()
        while stack:
            seen = _seen(self._journals[stack[-1]]).keys() & self._journals.keys()
            waiting = sorted(seen - self._times.keys() - begun)  # forged files may have seen each other
            begun.add(stack[-1])
            if waiting:
                stack.append(waiting[0])
            elif (done := stack.pop()) not in self._times:
                self._set(done)

    def _set(self, name: str) -> None:
        journal, latest, depth = self._journals[name], "", 0
        for other, (number, _) in _seen(journal).items():
            latest = max(latest, self._time_of(other, number))
            depth = max(depth, self._depths.get(other, -1) + 1)
        self._times[name], self._depths[name] = {}, depth
        for entry in journal.entries:
            latest = self._times[name][entry.number] = max(latest, entry.time)

    def _time_of(self, name: str, number: int) -> str:
        times = self._times.get(name, {})
        return times.get(number) or max((time for at, time in times.items() if at <= number), default="")


def _one_of(name: str, copies: Sequence[Journal], problems: list[Problem]) -> Journal:
    """One journal from all copies of it: the union of the entries, since one copy may be older or damaged.

    A problem of one copy that another copy resolves is not reported.
    """
    found: dict[int, JournalEntry] = {}
    forked = False
    for journal in sorted(copies, key=lambda journal: journal.head, reverse=True):
        for entry in journal.entries:
            kept = found.setdefault(entry.number, replace(entry, file=name))
            forked = forked or kept.digest != entry.digest
    whole = [journal for journal in copies if len(journal.entries) == len(found)]
    best = min(whole or copies, key=lambda journal: len(journal.problems))
    problems += [replace(problem, file=name) for problem in best.problems]
    if forked:
        text = "two copies of it differ although only one can have been written; the longer one counts"
        problems.append(Problem(Flaw.FORKED, name, 0, text))
    return Journal(name, [found[number] for number in sorted(found)], best.problems, best.torn)


def _seen(journal: Journal) -> dict[str, tuple[int, str]]:
    """The other files that a file has seen: how many entries, and the digest of the last."""
    listed = journal.opening.get("seen")
    found = {}
    for name, head in (listed if isinstance(listed, dict) else {}).items():
        if isinstance(head, list) and len(head) == 2 and type(head[0]) is int and isinstance(head[1], str):
            found[name] = (head[0], head[1])
    return found


def _against_seen(name: str, journals: dict[str, Journal]) -> Iterable[Problem]:
    """Entries of this file that other files saw and that are gone now, and seen files that are missing here."""
    journal = journals[name]
    for other, (number, digest) in _seen(journal).items():
        if other not in journals:
            text = f"{other}, which it continues, is not here; it may lie in the documents folder of the reader's PC"
            yield Problem(Flaw.ABSENT, name, 1, text)
            continue
        last = journals[other].head[0]
        same = [entry for entry in journals[other].entries if entry.number == number]
        if last < number and not any(_lost(problem) for problem in journals[other].problems):
            text = f"its end is missing: {name} has seen {number} lines of it, and {last} are here"
            yield Problem(Flaw.SHORTENED, other, last + 1, text)
        elif same and same[0].digest != digest:
            yield Problem(Flaw.FORKED, other, number, f"it is not the file that {name} has seen")


def _lost(problem: Problem) -> bool:
    """Whether the file itself already shows that lines are gone."""
    return problem.flaw in (Flaw.UNREADABLE, Flaw.ALTERED, Flaw.FORMAT)
