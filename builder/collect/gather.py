"""Finds the journals in sticks, folders and sent files, and combines those of one bundle."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
import sqlite3
from types import MappingProxyType

from builder.cell_text import printable
from builder.collect.errors import NoReadings
from bundle.bounded import read_file
from bundle.errors import BundleError, PathLeavesBundle
from bundle.index.index import Catalog
from bundle.index.records import Study
from bundle.layout import FORM, INDEX, READINGS_FOLDER
from bundle.medium.plain import PlainMedium
from bundle.medium.port import BundleMedium
from bundle.reading.form import Form
from bundle.reading.form_file import MAX_FORM, FormMistaken, decode_form, read_form
from bundle.reading.journal import OPENING, Journal, Problem, is_journal_name, journals_in, parse_journal, read_journal
from bundle.reading.merge import Merged, merge
from bundle.reading.readings import Readings, name_of, of_bundle, readings_by_session, studies_in
from bundle.reading.sent import MOST_SENT, OpenedSent, unpack_journals
from bundle.reading.study_session import StudySession, session_of


@dataclass(frozen=True)
class Stick:
    """A stick or medium: the bundle's name in journals, its form, if it has one, and its studies."""

    medium: BundleMedium
    bundle: str
    form: Form | None
    studies: Sequence[Study]
    patients: Mapping[str, str]


@dataclass
class Gathered:
    """Everything found: readings by reader and session, their forms, the bundle's studies by case, and remarks.

    Without a stick there are no studies; the journals name theirs. `media` gives the stick or medium of each
    case, `patients` the pseudonym of its patient.
    """

    merged: Merged
    readings: dict[tuple[str, StudySession], Readings]
    forms: dict[StudySession, Form] = field(default_factory=dict)
    studies: dict[str, Study] = field(default_factory=dict)
    patients: dict[str, str] = field(default_factory=dict)
    media: dict[str, BundleMedium] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def form_of(self, readings: Readings) -> Form | None:
        """The form that these readings answer."""
        return self.forms.get(readings.session)

    @property
    def readers(self) -> int:
        """How many people read, in whatever sessions."""
        return len({reader for reader, _ in self.readings})


def gather(
    sources: Sequence[Path], opened: Mapping[Path, BundleMedium] = MappingProxyType({}),
    sent: Mapping[Path, OpenedSent] = MappingProxyType({}),
) -> Gathered:  # fmt: skip
    """Read all sources; raises NoReadings. Of several bundles, that of a stick counts, else the one read most.

    `opened` are the encrypted sticks among the sources, `sent` the encrypted files, both opened by a password.
    """
    remarks: list[str] = []
    journals: list[Journal] = []
    sticks: list[Stick] = []
    for source in sources:
        medium = opened.get(source)
        if source in sent:
            found = list(_of_sent(source, sent[source], remarks))
        else:
            found = list(_journals(source, remarks)) if medium is None else journals_in(medium.readings())
        journals += found
        if medium is not None or (source / INDEX).is_file():
            sticks += _stick(medium or PlainMedium(source), remarks)
        if not found:
            remarks.append(f"{source}: there is no reading in it")
    sound = [journal for journal in journals if journal.entries]
    remarks += [line for journal in journals if not journal.entries for line in _said_of(journal.problems)]
    if not sound:
        raise NoReadings(list(sources), remarks)
    bundle, mine = _of_one_bundle(sound, sticks, remarks)
    merged = merge(mine)
    remarks += _said_of(merged.problems)
    gathered = Gathered(merged, dict(sorted(readings_by_session(merged).items())), remarks=remarks)
    known = _uids(bundle, sticks, {bundle: mine})
    same = [stick for stick in sticks if stick.bundle == bundle or _has_cases(stick, known)]
    _add_studies(gathered, same)
    for session in sorted({session for _, session in gathered.readings}):
        _add_form(gathered, session, [stick.form for stick in same])
    return gathered


def _has_cases(stick: Stick, known: Mapping[str, str]) -> bool:
    """Whether a stick has cases of the study: one for another session may have fewer or more of them."""
    common = [study for study in stick.studies if study.case in known]
    return bool(common) and all(known[study.case] == study.study_instance_uid for study in common)


def _said_of(problems: Iterable[Problem]) -> list[str]:
    """One remark for each kind of problem of a file, with the first line that has it."""
    found: dict[tuple[str, str], list[int]] = {}
    for problem in problems:
        found.setdefault((problem.file, problem.text), []).append(problem.line)
    return [f"{printable(file)}: {_lines(lines)}{text}" for (file, text), lines in found.items()]


def _lines(numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - 1:,} more" if len(numbers) > 1 else ""
    return f"line {numbers[0]}{more}: " if numbers[0] else ""


def _journals(source: Path, remarks: list[str]) -> Iterator[Journal]:
    """A stick, a folder with journals, a file that was sent, or a single journal."""
    if source.is_dir():
        for folder in (source, source / READINGS_FOLDER):
            yield from map(read_journal, _in_folder(folder))
        return
    try:
        content = read_file(source, MOST_SENT)
    except OSError as error:
        remarks.append(f"{source}: it cannot be read ({error.strerror})")
        return
    if source.suffix.lower() == ".jsonl":
        yield parse_journal(source.name.upper(), content)
        return
    try:
        files = unpack_journals(content.decode("utf-8"))
    except (ValueError, RecursionError):
        remarks.append(f"{source}: it is no file that a viewer has saved to be sent")
        return
    for name, journal in files.items():
        yield parse_journal(name, journal)


def _of_sent(source: Path, sent: OpenedSent, remarks: list[str]) -> Iterator[Journal]:
    for name in sent.closed:
        remarks.append(f"{source}: {printable(name)} does not open: it is damaged, or of another stick")
    yield from (parse_journal(name, content) for name, content in sent.journals.items() if is_journal_name(name))


def _in_folder(folder: Path) -> list[Path]:
    """Journals under any name: copies may be called 'R-… (1).JSONL'."""
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".jsonl")
    return []


def _stick(medium: BundleMedium, remarks: list[str]) -> Iterator[Stick]:
    root, form = medium.root, _form_on(medium, remarks)
    try:
        with Catalog(medium.again()) as catalog:
            studies = catalog.studies()
            patients = {study.case: catalog.patient_of(study).pseudonym for study in studies}
    except (BundleError, sqlite3.Error):
        remarks.append(f"{root}: its index cannot be read; the readings are used without it")
        return
    yield Stick(medium, name_of(form, studies), form, studies, patients)


def _form_on(medium: BundleMedium, remarks: list[str]) -> Form | None:
    if not medium.has(FORM):
        return None
    try:
        return decode_form(medium.read(FORM, MAX_FORM), FORM, is_old=True)
    except (OSError, FormMistaken, PathLeavesBundle):
        remarks.append(f"{medium.root}: its form, {FORM}, cannot be read; the form is taken from the journals")
        return None


def _of_one_bundle(
    journals: Sequence[Journal], sticks: Sequence[Stick], remarks: list[str]
) -> tuple[str, list[Journal]]:
    by_bundle: dict[str, list[Journal]] = {}
    for journal in journals:
        by_bundle.setdefault(str(journal.opening.get("bundle", "")), []).append(journal)
    named = {stick.bundle for stick in sticks}
    candidates = sorted({*named, *by_bundle})

    def size(bundle: str) -> tuple[bool, int]:
        mine, _ = of_bundle(journals, bundle, _uids(bundle, sticks, by_bundle))
        return bundle in named and bool(mine), sum(len(journal.entries) for journal in mine)

    bundle = max(candidates, key=size)
    mine, others = of_bundle(journals, bundle, _uids(bundle, sticks, by_bundle))
    if others:
        names = ", ".join(sorted({journal.name for journal in others}))
        remarks.append(f"{names}: of another bundle, not used; collect it by itself")
    return bundle, mine


def _uids(bundle: str, sticks: Sequence[Stick], by_bundle: Mapping[str, list[Journal]]) -> dict[str, str]:
    """Case -> Study Instance UID, from the sticks of a bundle, else from its journals."""
    found: dict[str, str] = {}
    for journal in by_bundle.get(bundle, []):
        found |= studies_in(journal)
    for stick in sticks:
        if stick.bundle == bundle:
            found |= {study.case: study.study_instance_uid for study in stick.studies}
    return found


def _add_studies(gathered: Gathered, sticks: Sequence[Stick]) -> None:
    for stick in sticks:
        for study in stick.studies:
            gathered.studies[study.case] = study
            gathered.media[study.case] = stick.medium
        gathered.patients |= stick.patients
    forms = [stick.form for stick in sticks if stick.form is not None]
    missing = [group for group in _groups(forms) if not set(group) & gathered.studies.keys()]
    for group in missing:
        gathered.remarks.append(
            f"the medium with {group[0]} to {group[-1]} is not among what was named; of its cases only those "
            "that were answered are in the table"
        )


def _groups(forms: Sequence[Form]) -> list[list[str]]:
    return forms[0].media.groups() if forms and forms[0].media is not None else []


def _add_form(gathered: Gathered, session: StudySession, on_sticks: Sequence[Form | None]) -> None:
    """The form that was answered in a session, the latest of several; if its text is lost, that of the stick."""
    readings = [readings for (_, of), readings in gathered.readings.items() if of == session]
    names = [each.reader for each in readings]
    mine = [form for form in on_sticks if form and session in [form.sessions.of(name) for name in names]]
    known = {form.digest: form for form in mine}
    texts = {digest: text for each in readings for digest, text in each.form_texts.items()}
    journals = {name for name, journal in gathered.merged.journals.items() if session_of(journal) == session}
    openings = [entry for entry in gathered.merged.entries if entry.kind == OPENING and entry.file in journals]
    used = [str(entry.data.get("form")) for entry in openings]
    where = f"{session}: " if len({of for _, of in gathered.readings}) > 1 else ""
    if len(set(used)) > 1:
        gathered.remarks.append(
            f"{where}the readers answered {len(set(used))} versions of the form; columns follow the latest, all "
            "answers are in the long table"
        )
    elif used and known and not known.keys() & set(used):
        gathered.remarks.append(
            f"{where}the form on the stick is not the one that was answered; columns follow the answered one"
        )
    for digest in [*reversed(used), *known]:
        with suppress(FormMistaken, KeyError):
            gathered.forms[session] = form = known.get(digest) or read_form(texts[digest], is_old=True)
            gathered.remarks += [f"{where}{said}" for said in _refused_today(form)]
            return
    gathered.remarks.append(f"{where}no form is known; the columns are the questions that were answered")


def _refused_today(form: Form) -> Iterator[str]:
    """What an older version let pass, such as a measurement in inches, whose values are millimetres all the same."""
    try:
        read_form(form.text)
    except FormMistaken as error:
        listed = "; ".join(f"{mistake.question}: {mistake.text}" for mistake in error.mistakes)
        yield f"the form is of an older version and says what is refused today ({listed}); measurements are in mm"
