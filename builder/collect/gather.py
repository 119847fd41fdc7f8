"""Finds the journals in sticks, folders and sent files, and brings together what belongs to one bundle."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
import sqlite3

from builder.collect.errors import NoReadings
from bundle.errors import BundleError
from bundle.form import Form, digest_of
from bundle.formfile import FormMistaken, read_form
from bundle.index import Catalog
from bundle.journal import Journal, journal_paths, parse_journal, read_journal
from bundle.layout import FORM, INDEX, READINGS_FOLDER
from bundle.merge import Merged, merge
from bundle.readings import Readings, bundle_id, readings_by_reader, unpack_journals
from bundle.records import Study


@dataclass
class Gathered:
    """Everything that was found: readings by reader, the form they answer, the bundle's studies by case, and remarks.

    Without a stick there are no studies; journals name theirs.
    """

    merged: Merged
    readings: dict[str, Readings]
    form: Form | None = None
    studies: dict[str, Study] = field(default_factory=dict)
    roots: list[Path] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def gather(sources: Sequence[Path]) -> Gathered:
    """Read all sources; raises NoReadings. Of several bundles, that of a stick counts, else the one most read."""
    remarks: list[str] = []
    journals: list[Journal] = []
    roots: list[Path] = []
    for source in sources:
        found = list(_journals(source, remarks))
        journals += found
        if (source / INDEX).is_file():
            roots.append(source)
        if not found:
            remarks.append(f"{source}: there is no reading in it")
    sound = [journal for journal in journals if journal.entries]
    if not sound:
        raise NoReadings(list(sources))
    bundles = _bundles(roots, remarks)
    bundle, mine = _of_one_bundle(sound, bundles.keys(), remarks)
    merged = merge(mine)
    remarks += [f"{problem.file}: {_line(problem.line)}{problem.text}" for problem in merged.problems]
    gathered = Gathered(merged, readings_by_reader(merged), remarks=remarks)
    for root, studies in bundles.get(bundle, []):
        gathered.roots.append(root)
        gathered.studies = {study.case: study for study in studies}
    _add_form(gathered)
    return gathered


def _line(number: int) -> str:
    return f"line {number}: " if number else ""


def _journals(source: Path, remarks: list[str]) -> Iterator[Journal]:
    """A stick, a folder with journals, a file that was sent, or a single journal."""
    if source.is_dir():
        for folder in (source, source / READINGS_FOLDER):
            yield from map(read_journal, journal_paths(folder))
        return
    try:
        content = source.read_bytes()
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


def _of_one_bundle(
    journals: Iterable[Journal], named: Collection[str], remarks: list[str]
) -> tuple[str, list[Journal]]:
    by_bundle: dict[str, list[Journal]] = {}
    for journal in journals:
        by_bundle.setdefault(str(journal.opening.get("bundle", "")), []).append(journal)
    bundle = max(by_bundle, key=lambda one: (one in named, sum(len(journal.entries) for journal in by_bundle[one])))
    for other, left in by_bundle.items():
        if other != bundle:
            names = ", ".join(sorted(journal.name for journal in left))
            remarks.append(f"{names}: of another bundle, not used; collect it by itself")
    return bundle, by_bundle[bundle]


def _bundles(roots: Sequence[Path], remarks: list[str]) -> dict[str, list[tuple[Path, Sequence[Study]]]]:
    """Bundle -> the sticks that hold it, with its studies."""
    found: dict[str, list[tuple[Path, Sequence[Study]]]] = {}
    for root in roots:
        try:
            with Catalog(root) as catalog:
                studies = catalog.studies()
        except (BundleError, sqlite3.Error):
            remarks.append(f"{root}: its index cannot be read; the readings are used without it")
            continue
        found.setdefault(bundle_id(studies), []).append((root, studies))
    return found


def _add_form(gathered: Gathered) -> None:
    """The form on a stick, else the one that the journals carry; where readers answered several, the latest."""
    texts: dict[str, str] = {}
    for readings in gathered.readings.values():
        texts |= readings.form_texts
    for root in gathered.roots:
        with suppress(OSError, UnicodeDecodeError):
            text = (root / FORM).read_text(encoding="utf-8")
            texts[digest_of(text)] = text
    used = [digest for readings in gathered.readings.values() for digest in readings.forms]
    if len(set(used)) > 1:
        gathered.remarks.append(
            f"the readers answered {len(set(used))} versions of the form; columns follow the latest, all answers are "
            "in the long table"
        )
    for digest in [*reversed(used), *texts]:
        with suppress(FormMistaken, KeyError):
            gathered.form = read_form(texts[digest])
            return
    gathered.remarks.append("no form is known; the columns are the questions that were answered")
