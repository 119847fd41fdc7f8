"""Makes the index from written instances, as a fresh database that then goes onto the medium in one write."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from itertools import groupby
from mmap import mmap
from pathlib import Path
import sqlite3
import sys
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, assert_never

from builder.catalogue import preview
from builder.catalogue.compact_forms import CompactForms
from builder.catalogue.left_out import Counts
from builder.catalogue.previews import Previews
from builder.catalogue.rows import Row, common_frame, frame_row, instance_row, named, shared_uptake, stack_row
from builder.catalogue.unused import ROOTS, unused
from builder.content import ContentKind
from builder.plan import Progress, WrittenInstance
from builder.stacks.naming import stack_names
from builder.stacks.stacks import OrderedStack, describe_series
from bundle import __version__
from bundle.images.alterations import masked_share
from bundle.index.schema import TABLES
from bundle.layout import FORMAT_VERSION

if TYPE_CHECKING:
    from sqlite_utils import Database

# SQLite's change counter, the change for which its size is valid, and its version: equal indexes have equal bytes.
_OF_WRITER = ((24, 28), (92, 100))


class IndexRows:
    """The rows of all tables, filled series by series; segmentations come behind all images of their study.

    They go into the database series by series: as Python objects, those of 200,000 images would take 300 MB.
    """

    def __init__(
        self, cases: Mapping[str, str], previews: Previews, counts: Counts, compacts: CompactForms,
        database: sqlite3.Connection,
    ) -> None:  # fmt: skip
        self._cases, self._made, self._counts, self._database = cases, previews, counts, database
        self._compacts = compacts
        # Series Instance UID -> the stacks of the current study, with their ids.
        self._stacks: dict[str, list[tuple[int, OrderedStack]]] = {}
        self._previews: list[tuple[Row, Future[preview.Preview]]] = []
        self._waiting: dict[str, list[Row]] = {table: [] for table in TABLES}
        self._last = dict.fromkeys(TABLES, 0)
        self._patient = self._study = ""

    def add_series(self, written: Sequence[WrittenInstance]) -> None:
        """Add one series with all images, and its study and patient if it is their first."""
        first = written[0]
        if first.patient_id != self._patient:
            self._patient = first.patient_id
            self._add("patient", {"pseudonym": first.patient_id})
        if first.study_instance_uid != self._study:
            self._study = first.study_instance_uid
            self._add_study(self._last["patient"], first)
            self._stacks = {}
        content = first.content
        match content:
            case ContentKind.IMAGES:
                self._add_images(self._last["study"], written)
            case ContentKind.SEGMENTATIONS:
                for segmentation in written:
                    self._add_segmentation(segmentation)
            case _:
                assert_never(content)
        self._flush()

    def add_text(self, key: str, value: str) -> None:
        """Add a property of the index."""
        self._waiting["bundle"].append({"key": key, "value": value})

    def finish(self) -> None:
        """Add the pictures and default windows of all stacks, which the workers made meanwhile."""
        for stack_id, (row, made) in enumerate(self._previews, start=1):
            window, png = made.result()
            row.update(named(("window_center", "window_width"), window))
            self._insert("stack", [row])
            self._insert("preview", [{"stack_id": stack_id, "png": png}])
        self._flush()

    def _add(self, table: str, row: Row) -> int:
        row["id"] = self._numbered(table)
        self._waiting[table].append(row)
        return self._last[table]

    def _numbered(self, table: str) -> int:
        self._last[table] += 1
        return self._last[table]

    def _flush(self) -> None:
        for table, rows in self._waiting.items():
            self._insert(table, rows)
            rows.clear()

    def _insert(self, table: str, rows: Sequence[Row]) -> None:
        places = ", ".join(f":{column}" for column in TABLES[table][0])
        self._database.executemany(f"INSERT INTO {table} VALUES ({places})", rows)

    def _add_study(self, patient: int, first: WrittenInstance) -> None:
        self._add(
            "study",
            {
                "patient_id": patient,
                "case_number": self._cases[first.study_instance_uid],
                "study_instance_uid": first.study_instance_uid,
                "study_date": first.study_date,
                "images_left_out": self._counts.of_study(first.study_instance_uid),
                "images_not_chosen": self._counts.not_chosen[first.study_instance_uid],
                "images_unreadable": self._counts.unreadable[first.study_instance_uid],
            },
        )

    def _add_images(self, study: int, written: Sequence[WrittenInstance]) -> None:
        """A series of images, with its stacks."""
        stacks = self._made.of(written)
        key = written[0].study_instance_uid, written[0].series_instance_uid
        series = self._add(
            "series",
            {
                "study_id": study,
                "series_instance_uid": written[0].series_instance_uid,
                "modality": written[0].modality,
                "series_number": written[0].series_number or 0,
                "description": describe_series([stack for stack, _ in stacks], written[0].modality),
                "number_of_instances": len(written),
                "frame_of_reference_uid": common_frame(written),
                "images_left_out": self._counts.left_out[key],
                "images_masked": sum(masked_share(record.instance.altered) is not None for record in written),
                "images_undecided": self._counts.undecided[key],
                **shared_uptake(written),
            },
        )
        instances = {record.instance.path: self._add_instance(series, record) for record in written}
        names = stack_names([stack for stack, _ in stacks], written[0].modality)
        for (stack, picture), name in zip(stacks, names, strict=True):
            self._add_stack(stack_row(series, stack, name), stack, picture, instances)
            self._stacks.setdefault(written[0].series_instance_uid, []).append((self._last["stack"], stack))

    def _add_segmentation(self, record: WrittenInstance) -> None:
        """A segmentation, behind the images on which it lies."""
        row, segments = self._compacts.add(record, self._stacks)
        number = self._add("segmentation", row)
        for segment in segments:
            self._add("segment", segment | {"segmentation_id": number})

    def _add_instance(self, series: int, written: WrittenInstance) -> int:
        number = self._add("instance", instance_row(series, written))
        self._waiting["digest"].append({"instance_id": number, "sha256": written.instance.digest})
        return number

    def _add_stack(
        self, row: Row, stack: OrderedStack, picture: Future[preview.Preview], instances: Mapping[str, int]
    ) -> None:
        self._previews.append((row, picture))
        stack_id = row["id"] = self._numbered("stack")
        turns = stack.orientation is None
        for position, slice_ in enumerate(stack.slices):
            self._add("frame", frame_row(stack_id, position, instances[slice_.instance.path], slice_, turns=turns))


def index(
    written: Sequence[WrittenInstance], cases: Mapping[str, str], previews: Previews, counts: Counts,
    compacts: CompactForms, progress: Progress,
) -> bytes:  # fmt: skip
    """The bytes of the index of these instances, sorted by patient, study, series; `compacts` has more to write then.

    `cases` gives each Study Instance UID its case number.
    """
    with TemporaryDirectory(prefix="mkbundle-") as folder:  # only with data that goes onto the medium
        file = Path(folder) / "index"
        with closing(sqlite3.connect(file)) as database:
            _make_tables(database)
            rows = IndexRows(cases, previews, counts, compacts, database)
            rows.add_text("format_version", str(FORMAT_VERSION))
            rows.add_text("generator", f"mkbundle {__version__}")
            _add_all(rows, written, progress)
            rows.finish()
            roots = _closed_up(database)
        _sweep(file, roots)
        return file.read_bytes()


def _add_all(rows: IndexRows, written: Sequence[WrittenInstance], progress: Progress) -> None:
    """A segmentation that joined a series of earlier ones may lie before its images."""
    done = 0
    for _, study in groupby(written, lambda record: (record.patient_id, record.study_instance_uid)):
        series = [list(run) for _, run in groupby(study, lambda record: record.series_instance_uid)]
        for records in sorted(series, key=lambda records: records[0].content is ContentKind.SEGMENTATIONS):
            rows.add_series(records)
            done += len(records)
            progress(done, len(written))


def _make_tables(database: sqlite3.Connection) -> None:
    # A temporary file: nobody continues with it after a crash.
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    tables = _database_class()(database)
    for table, (columns, key, foreign) in TABLES.items():
        tables.table(table).create(columns, pk=key, foreign_keys=foreign)


def _database_class() -> type["Database"]:
    """sqlite-utils loads pandas where that is installed, for half a second of every build; no row here needs it."""
    unloaded = "pandas" not in sys.modules
    if unloaded:
        sys.modules["pandas"] = None  # type: ignore[assignment]  # which is how Python marks what cannot be imported
    try:
        from sqlite_utils import Database
    finally:
        if unloaded:
            del sys.modules["pandas"]
    return Database


def _closed_up(database: sqlite3.Connection) -> list[int]:
    """Rebuild the file so that no page is left over; returns the first pages of all tables and indexes."""
    database.execute('CREATE INDEX "idx_frame_stack_id_position"\n    ON "frame" ("stack_id", "position")')
    database.commit()
    database.execute("VACUUM")
    return [row[0] for row in database.execute(ROOTS)]


def _sweep(file: Path, roots: Sequence[int]) -> None:
    """Moved cells still leave bytes behind: the check accepts no place where data could hide."""
    with file.open("r+b") as stream, mmap(stream.fileno(), 0) as content:
        for start, end in (*unused(content, roots), *_OF_WRITER):
            content[start:end] = bytes(end - start)
