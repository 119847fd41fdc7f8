"""Makes the index from written instances, as one fresh database in memory that then goes onto the medium at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from itertools import groupby
import sqlite3
from typing import Any

from builder import preview
from builder.plan import WrittenInstance
from builder.previews import Previews
from builder.stacks import OrderedStack, describe_series, describe_stack
from bundle import __version__
from bundle.layout import FORMAT_VERSION
from bundle.schema import TABLES
from bundle.unused import ROOTS, unused

Progress = Callable[[int, int], None]
Row = dict[str, Any]


class IndexRows:
    """The rows of all tables, filled patient by patient in the order of the written instances."""

    def __init__(self, cases: Mapping[str, str], previews: Previews) -> None:
        self._cases, self._made = cases, previews
        self._previews: list[tuple[Row, Future[preview.Preview]]] = []
        self.rows: dict[str, list[Row]] = {table: [] for table in TABLES}

    def add_patient(self, patient_id: str, written: Sequence[WrittenInstance]) -> None:
        """One patient with all studies."""
        patient = self._add("patient", {"pseudonym": patient_id})
        for _, study in _runs(written, lambda one: one.study_instance_uid):
            self._add_study(patient, study)

    def _add(self, table: str, row: Row) -> int:
        rows = self.rows[table]
        row["id"] = len(rows) + 1
        rows.append(row)
        return len(rows)

    def _add_study(self, patient: int, written: Sequence[WrittenInstance]) -> None:
        study = self._add(
            "study",
            {
                "patient_id": patient,
                "case_number": self._cases[written[0].study_instance_uid],
                "study_instance_uid": written[0].study_instance_uid,
                "study_date": written[0].study_date,
            },
        )
        for _, series in _runs(written, lambda one: one.series_instance_uid):
            self._add_series(study, series)

    def _add_series(self, study: int, written: Sequence[WrittenInstance]) -> None:
        stacks = self._made.of(written)
        series = self._add(
            "series",
            {
                "study_id": study,
                "series_instance_uid": written[0].series_instance_uid,
                "modality": written[0].modality,
                "series_number": written[0].series_number or 0,
                "description": describe_series([stack for stack, _ in stacks], written[0].modality),
                "number_of_instances": len(written),
                "frame_of_reference_uid": _common_frame(written),
                "images_left_out": 0,
                "images_masked": sum(one.text_blanked for one in written),
            },
        )
        instances = {one.instance.path: self._add_instance(series, one) for one in written}
        for stack, picture in stacks:
            row = _stack_row(series, stack, describe_stack(stack, written[0].modality))
            self._add_stack(row, stack, picture, instances)

    def _add_instance(self, series: int, written: WrittenInstance) -> int:
        number = self._add("instance", _instance_row(series, written))
        self.rows["digest"].append({"instance_id": number, "sha256": written.instance.digest})
        return number

    def _add_stack(
        self, row: Row, stack: OrderedStack, picture: Future[preview.Preview], instances: Mapping[str, int]
    ) -> None:
        self._previews.append((row, picture))
        stack_id = self._add("stack", row)
        for position, one in enumerate(stack.slices):
            self._add("frame", _frame_row(stack_id, position, instances[one.instance.path], one))

    def add_previews(self) -> None:
        """The pictures and the default windows of all stacks, which the workers have made meanwhile."""
        for stack_id, (row, made) in enumerate(self._previews, start=1):
            window, png = made.result()
            row.update(_named(("window_center", "window_width"), window))
            self.rows["preview"].append({"stack_id": stack_id, "png": png})


def index(
    written: Sequence[WrittenInstance], cases: Mapping[str, str], previews: Previews, progress: Progress
) -> bytes:
    """The bytes of the index of these instances, sorted by patient, study, series.

    `cases` gives each Study Instance UID its case number.
    """
    rows = IndexRows(cases, previews)
    rows.rows["bundle"] = [
        {"key": "format_version", "value": str(FORMAT_VERSION)},
        {"key": "generator", "value": f"mkbundle {__version__}"},
    ]
    done = 0
    for patient_id, instances in _runs(written, lambda one: one.patient_id):
        rows.add_patient(patient_id, instances)
        done += len(instances)
        progress(done, len(written))
    rows.add_previews()
    return _database(rows.rows)


def _common_frame(written: Sequence[WrittenInstance]) -> str:
    """The Frame of Reference of a series (PS3.3 C.7.4.1); none where its images do not agree."""
    found = {one.frame_of_reference_uid for one in written}
    return found.pop() if len(found) == 1 else ""


def _runs(
    written: Iterable[WrittenInstance], key: Callable[[WrittenInstance], str]
) -> list[tuple[str, list[WrittenInstance]]]:
    return [(value, list(run)) for value, run in groupby(written, key)]


def _database(rows: dict[str, list[Row]]) -> bytes:
    connection = sqlite3.connect(":memory:")
    from sqlite_utils import Database  # which brings pandas along where that is installed, and only builds need it

    database = Database(connection)
    for table, (columns, key, foreign) in TABLES.items():
        database.table(table).create(columns, pk=key, foreign_keys=foreign)
        places = ", ".join(f":{column}" for column in columns)
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows[table])
    database.table("frame").create_index(["stack_id", "position"])
    connection.commit()
    # Readers open it immutable: it must not be in WAL mode, and no page may be left over from building it.
    connection.execute("VACUUM")
    content = bytearray(connection.serialize())
    roots = [row[0] for row in connection.execute(ROOTS)]
    connection.close()
    # Even then, bytes of cells that were moved stay behind: the check wants nothing there where something could hide.
    for start, end in list(unused(bytes(content), roots)):
        content[start:end] = bytes(end - start)
    return bytes(content)


def _instance_row(series: int, written: WrittenInstance) -> Row:
    instance = written.instance
    return {
        "series_id": series,
        "sop_instance_uid": instance.sop_instance_uid,
        "sop_class_uid": instance.sop_class_uid,
        "path": instance.path,
        "instance_number": instance.instance_number,
        "pixel_offset": instance.pixel_offset,
        "pixel_length": instance.pixel_length,
        "file_size": instance.file_size,
        "header_digest": instance.header_digest,
        "altered": instance.altered,
    }


def _named(names: Sequence[str], values: Sequence[float] | None) -> Row:
    return dict(zip(names, values if values is not None else [None] * len(names), strict=True))


def _stack_row(series: int, stack: OrderedStack, description: str) -> Row:
    first, found = stack.slices[0], stack.geometry
    return {
        "series_id": series,
        "number_of_frames": len(stack.slices),
        "rows": first.instance.rows,
        "columns": first.instance.columns,
        "bits_allocated": first.instance.bits_allocated,
        "bits_stored": max(one.instance.bits_stored for one in stack.slices),
        "pixel_representation": first.instance.pixel_representation,
        "photometric_interpretation": first.instance.photometric_interpretation,
        "pixel_padding_value": stack.padding,
        **_named(("row_spacing", "column_spacing"), first.frame.pixel_spacing),
        **_named(
            ("row_x", "row_y", "row_z", "column_x", "column_y", "column_z"), first.frame.image_orientation_patient
        ),
        **_named(("origin_x", "origin_y", "origin_z"), found.origin),
        **_named(("step_x", "step_y", "step_z"), found.step),
        "spacing_between_slices": found.spacing_between_slices,
        "tilt": found.tilt,
        "is_volume": int(found.is_volume),
        "not_volume_reason": found.not_volume_reason,
        "notes": stack.notes,
        "preview_frame": stack.middle,
        "description": description,
        "units": "",
        "voi_lut_function": first.frame.voi_lut_function or "LINEAR",
    }


def _frame_row(stack: int, position: int, instance: int, one: Any) -> Row:
    return {
        "stack_id": stack,
        "position": position,
        "instance_id": instance,
        "frame_index": one.frame.frame_index,
        **_named(("x", "y", "z"), one.frame.image_position_patient),
        "rescale_slope": one.frame.rescale_slope,
        "rescale_intercept": one.frame.rescale_intercept,
        **_named(("window_center", "window_width"), one.frame.window),
        "voi_lut_function": one.frame.voi_lut_function,
        "pixel_padding_value": one.instance.pixel_padding_value,
        "pixel_padding_range_limit": one.instance.pixel_padding_range_limit,
    }
