"""Reads the index, and checks it as a database: whether it opens, is sound, and holds only what it should."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import sqlite3

from builder.check.findings import Finding, finding
from builder.check.medium.dicom_file import DicomFile
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium, MediumFile, is_inside
from builder.check.medium.spare_bytes import FIRST_PAGES, spare_bytes
from builder.check.places.place import Place, bundle_of, content_of, database_of
from bundle.errors import BundleError, NewerFormat, UnreadableIndex
from bundle.index.database import FAULTS, Database
from bundle.index.index import LONGEST_VALUE, Catalog
from bundle.index.records import Segmentation
from bundle.index.schema import ADDED, TABLES
from bundle.layout import INDEX, is_file_id

_INSTANCES = "SELECT {columns} FROM instance ORDER BY id"
_FRAMES = """
SELECT {columns}, instance.path FROM frame LEFT JOIN instance ON instance.id = frame.instance_id
WHERE frame.stack_id = ? ORDER BY frame.position
"""
# Byte 18 and 19 of a SQLite file: 1 for a rollback journal, 2 for a write-ahead log.
_ROLLBACK = b"\x01\x01"

# The properties in the table `bundle`.
_PROPERTIES = frozenset({"format_version", "generator"})

Row = sqlite3.Row


@dataclass(frozen=True, slots=True)
class Index:
    """The index as read: the tree of records, the rows of instances, the segmentations, and the database's own state.

    Frames and previews are fetched stack by stack: together they would be most of a check's memory. `lacks` are the
    columns, such as `stack.units`, that the first bundles of this format do not have.
    """

    catalog: Catalog
    stored: Database
    instances: tuple[Row, ...]
    by_series: Mapping[int, list[Row]]
    segmentations: tuple[Segmentation, ...]
    digests: dict[int, str]
    database: tuple[tuple[str, str], ...]
    lacks: frozenset[str]

    def frames(self, stack_id: int) -> list[Row]:
        """The rows of a stack's slices in order, each with the path of its file."""
        return self.stored.rows(_query(_FRAMES, "frame", self.lacks), stack_id)

    def preview(self, stack_id: int) -> object:
        """The stored picture of a stack; None if there is none."""
        rows = self.stored.rows("SELECT png FROM preview WHERE stack_id = ? LIMIT 1", stack_id)
        return rows[0]["png"] if rows else None

    def close(self) -> None:
        """Close the database."""
        self.stored.close()
        self.catalog.close()


@dataclass(frozen=True, slots=True)
class IndexComparison:
    """The index beside the files: `files` are the sound files that a row of instances names and matches, by path."""

    index: Index
    medium: Medium
    files: dict[str, DicomFile]


def read_index(medium: Medium) -> tuple[Index | None, list[Finding]]:
    """Open and read the index; None with the reason if that fails, or if it is missing or changed."""
    if not medium.intact(INDEX):
        return None, []
    try:
        catalog = Catalog(bundle_of(medium.root))
    except NewerFormat as error:
        return None, [finding("index.newer", INDEX, str(error))]
    except BundleError as error:
        return None, [finding("index.unreadable", INDEX, str(error))]
    try:
        return _read(medium, catalog), []
    except (*FAULTS, UnreadableIndex) as error:
        catalog.close()
        return None, [finding("index.unreadable", INDEX, f"its rows cannot be read ({error})")]


def _read(medium: Medium, catalog: Catalog) -> Index:
    stored = Database(database_of(medium.root / INDEX), LONGEST_VALUE)
    try:
        lacks = frozenset(_lacking(stored))
        instances = tuple(stored.each(_query(_INSTANCES, "instance", lacks)))
        _try_all(stored, lacks)
        state = tuple(_state(stored, medium.root / INDEX, medium.files[INDEX]))
        digests, segmentations = dict(_digests(stored)), catalog.segmentations()
    except BaseException:
        stored.close()
        raise
    by_series: dict[int, list[Row]] = {}
    for row in instances:
        by_series.setdefault(row["series_id"], []).append(row)
    return Index(catalog, stored, instances, by_series, segmentations, digests, state, lacks)


def _try_all(stored: Database, lacks: frozenset[str]) -> None:
    """Read every row once that is fetched later, within the limit of one query: any problem appears here."""
    frames = _query(_FRAMES, "frame", lacks)
    with stored.together():
        for row in stored.rows("SELECT DISTINCT stack_id FROM frame"):
            deque(stored.each(frames, row["stack_id"]), maxlen=0)
        deque(stored.each("SELECT stack_id, png FROM preview"), maxlen=0)


def _lacking(stored: Database) -> Iterator[str]:
    for table, added in ADDED.items():
        found = {row["name"] for row in stored.rows(f"PRAGMA table_info({table})")}
        yield from (f"{table}.{column}" for column in added if column not in found)


def _query(query: str, table: str, lacks: frozenset[str]) -> str:
    """The query with all columns of a table except those that the first bundles lack."""
    columns = (f"{table}.{column}" for column in TABLES[table][0])
    return query.format(columns=", ".join(column for column in columns if column not in lacks))


def _digests(stored: Database) -> list[tuple[int, str]]:
    """Row of an instance -> SHA-256 of its whole file; the first bundles of this format have no such table."""
    if not stored.rows("SELECT name FROM sqlite_master WHERE name = 'digest'"):
        return []
    return [(row["instance_id"], row["sha256"]) for row in stored.rows("SELECT * FROM digest")]


def _state(stored: Database, path: Place, file: MediumFile) -> Iterator[tuple[str, str]]:
    """The problems of the database itself, as (check, message)."""
    if file.magic[18:20] != _ROLLBACK:
        yield "index.journal", "it was written with a write-ahead log"
    problems = list(_problems(stored))
    if problems:
        yield "index.integrity", some(problems)
    pages = _number(stored, "freelist_count")
    if pages:
        yield "index.leftovers", f"{pages} pages are left over"
    elif behind := file.size - _number(stored, "page_count") * _number(stored, "page_size"):
        yield "index.leftovers", f"{behind:,} bytes stand behind the database"
    elif not problems and (kept := _kept(stored, path)):
        yield "index.leftovers", f"{kept:,} bytes that no row uses are not empty"
    strange = list(_strange(stored))
    if strange:
        yield "index.contents", some(strange)


def _problems(stored: Database) -> Iterator[str]:
    """The quick check comes first: it finds pages with two uses, with which the whole one may take very long."""
    for check in ("quick_check", "integrity_check"):
        lines = [line for row in stored.rows(f"PRAGMA {check}(10)") for line in str(row[0]).splitlines()]
        problems = [line for line in lines if line != "ok" and not line.startswith("***")]
        if problems:
            yield from problems
            return
    for row in stored.each("PRAGMA foreign_key_check"):
        yield f"table {row[0]}: row {row[1]} refers to nothing"


def _kept(stored: Database, path: Place) -> int:
    """The number of non-zero bytes in unused places: in gaps between rows, and after the end of long rows."""
    roots = [row[0] for row in stored.rows(FIRST_PAGES)]
    content = content_of(path)
    return sum(end - start - content[start:end].count(0) for start, end in spare_bytes(content, roots))


def _number(stored: Database, what: str) -> int:
    return int(stored.rows(f"PRAGMA {what}")[0][0])


def _strange(stored: Database) -> Iterator[str]:
    """Tables, columns and properties that no index has: somebody may have hidden something in them."""
    for row in stored.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    ):
        if row["name"] not in TABLES:
            yield f"table {row['name']!r}"
    for table, (columns, *_) in TABLES.items():
        found = [row["name"] for row in stored.rows(f"PRAGMA table_info({table})")]
        yield from (f"column {table}.{name}" for name in found if name not in columns)
    for row in stored.rows("SELECT key FROM bundle"):
        if row["key"] not in _PROPERTIES:
            yield f"property {row['key']!r}"


def compare(index: Index, medium: Medium) -> IndexComparison:
    """Match the rows with their files."""
    named = ((row, medium.dicom.get(row["path"])) for row in index.instances)
    files = {file.path: file for row, file in named if file and file.sop_instance_uid == row["sop_instance_uid"]}
    return IndexComparison(index, medium, files)


# Checks of the database


def database(both: IndexComparison) -> Iterator[Finding]:
    """Integrity, journal mode and leftover pages."""
    for check, text in both.index.database:
        yield finding(check, INDEX, text)


def paths(both: IndexComparison) -> Iterator[Finding]:
    """Absolute paths, paths that leave the bundle, and paths that are not File IDs; not those of reported files."""
    for row in both.index.instances:
        path = row["path"]
        if not is_place(path, both.medium):
            yield finding(
                "index.path", f"{INDEX}, instance {row['id']}", f"{path!r} is not a File ID inside the bundle"
            )


def is_place(path: object, medium: Medium) -> bool:
    """Whether a DICOM file may have, or has, a stored path."""
    return isinstance(path, str) and is_inside(path) and (is_file_id(tuple(path.split("/"))) or medium.has(path))


def unique(both: IndexComparison) -> Iterator[Finding]:
    """Identifiers that must be unique."""
    patients = both.index.catalog.patients
    studies = [study for patient in patients for study in patient.studies]
    named = {
        "pseudonym": [patient.pseudonym for patient in patients],
        "case": [study.case for study in studies],
        "study": [study.study_instance_uid for study in studies],
        "series": [series.series_instance_uid for study in studies for series in study.series],
        "SOP instance": [row["sop_instance_uid"] for row in both.index.instances]
        + [segmentation.sop_instance_uid for segmentation in both.index.segmentations],
        "path": [row["path"] for row in both.index.instances]
        + [segmentation.path for segmentation in both.index.segmentations],
    }
    for what, values in named.items():
        repeated = [str(value) for value, times in Counter(values).items() if times > 1]
        if repeated:
            which = some(repeated) if what in ("case", "path") else f"{len(repeated)} of them"
            yield finding("index.unique", INDEX, f"{what} more than once: {which}")


CHECKS = (database, paths, unique)
