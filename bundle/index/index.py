"""Opens the index read-only and immutable, and returns its tree of records: the Catalog."""

from pathlib import Path
from types import TracebackType
from typing import Any

from bundle.errors import NewerFormat, NoBundle, UnreadableIndex
from bundle.index.database import FAULTS, Database
from bundle.index.records import (
    Patient,
    Segment,
    Segmentation,
    Series,
    Stack,
    StackFrame,
    Study,
    Uptake,
    Vector,
)
from bundle.index.schema import ADDED, COSINES, SEGMENTATION
from bundle.index.sound import PREVIEW_BYTES, check_row, check_slices, check_stack, is_preview, plain
from bundle.layout import FORMAT_VERSION, INDEX
from bundle.medium.plain import as_medium
from bundle.medium.port import BundleMedium

_FRAMES = """
SELECT instance.path, frame.frame_index, instance.sop_instance_uid, instance.instance_number,
       instance.pixel_offset, instance.pixel_length, instance.file_size, instance.header_digest,
       frame.x, frame.y, frame.z, frame.rescale_slope, frame.rescale_intercept,
       frame.window_center, frame.window_width, {voi_lut_function}, {pixel_padding_value},
       {pixel_padding_range_limit}, {row_x}, {row_y}, {row_z}, {column_x}, {column_y}, {column_z}, {altered}
FROM frame JOIN instance ON instance.id = frame.instance_id
WHERE frame.stack_id = ? ORDER BY frame.position LIMIT ?
"""
# No text in a table is longer; pictures are.
LONGEST_VALUE = PREVIEW_BYTES + 100_000


class Catalog:
    """The content of the index: the patients with everything below them, read once; frames and previews on demand.

    Raises NoBundle, UnreadableIndex, NewerFormat; of a sealed medium also its errors.
    """

    def __init__(self, place: Path | BundleMedium) -> None:
        self.medium = as_medium(place)
        self.root = self.medium.root
        path = self.root / INDEX
        if not self.medium.has(INDEX):
            raise NoBundle(str(self.root))
        try:
            self._database = Database(self.medium.index(), LONGEST_VALUE)
        except FAULTS as error:
            raise UnreadableIndex(str(path), str(error)) from error
        try:
            self._read()
        except FAULTS as error:
            self._database.close()
            raise UnreadableIndex(str(path), str(error)) from error

    def _read(self) -> None:
        self.properties = {row["key"]: row["value"] for row in self._database.rows("SELECT key, value FROM bundle")}
        self._check_format()
        self._frames_query = _FRAMES.format(**self._added("frame"), **self._added("instance"))
        self.patients = self._read_patients()

    def frames(self, stack_id: int) -> tuple[StackFrame, ...]:
        """The slices of a stack in order; raises UnreadableIndex."""
        number = self._frame_numbers.get(stack_id, 0)
        try:
            rows = self._database.rows(self._frames_query, stack_id, number + 1)
            check_slices(rows)
            frames = tuple(map(_stack_frame, rows))
            if len(frames) != number:
                raise ValueError(f"stack {stack_id} has another number of slices than it says")
        except FAULTS as error:
            raise UnreadableIndex(str(self.root / INDEX), str(error)) from error
        return frames

    def preview(self, stack_id: int) -> bytes:
        """The preview of a stack as PNG; empty if it has none, or none that is safe to show."""
        query = "SELECT png FROM preview WHERE stack_id = ? AND length(png) <= ? LIMIT 1"
        try:
            pictures = [row["png"] for row in self._database.rows(query, stack_id, PREVIEW_BYTES)]
        except FAULTS:
            return b""
        return pictures[0] if pictures and is_preview(pictures[0]) else b""

    def segmentations(self, stack_id: int | None = None) -> tuple[Segmentation, ...]:
        """The segmentations with their segments, of one stack or of all; older bundles have no table for them.

        Raises UnreadableIndex.
        """
        which, values = ("", ()) if stack_id is None else ("WHERE stack_id = ?", (stack_id,))
        of_segments = f"WHERE segmentation_id IN (SELECT id FROM segmentation {which})" if values else ""
        try:
            if not self._database.rows("SELECT name FROM sqlite_master WHERE name = 'segmentation'"):
                return ()
            rows = self._database.rows(f"SELECT * FROM segment {of_segments} ORDER BY id", *values)
            segments = _grouped(rows, "segmentation_id", _segment)
            rows = self._all("segmentation", which, *values)
            return tuple(_segmentation(row, tuple(segments.get(row["id"], ()))) for row in rows)
        except FAULTS as error:
            raise UnreadableIndex(str(self.root / INDEX), str(error)) from error

    def studies(self) -> tuple[Study, ...]:
        """All studies (cases) in the order of their case numbers."""
        return tuple(
            sorted(
                (s for p in self.patients for s in p.studies), key=lambda s: (len(str(s.case)), str(s.case), s.study_id)
            )
        )

    def patient_of(self, study: Study) -> Patient:
        """The patient of a study."""
        return next(patient for patient in self.patients if study in patient.studies)

    def close(self) -> None:
        """Close all files, so that the medium can be taken out."""
        self._database.close()
        self.medium.close()

    def __enter__(self) -> "Catalog":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _all(self, table: str, which: str = "", *values: int) -> list[Any]:
        """All rows, or those of the condition `which`, of a table that has gained columns since the first bundles."""
        missing = "".join(f", {column}" for column in self._added(table).values() if " AS " in column)
        return self._database.rows(f"SELECT *{missing} FROM {table} {which} ORDER BY id", *values)

    def _added(self, table: str) -> dict[str, str]:
        """How to ask for each column that was added later: by its name, or as the value that stands for it."""
        found = {row["name"] for row in self._database.rows(f"PRAGMA table_info({table})")}
        return {
            name: f"{table}.{name}" if name in found else f"{_literal(value)} AS {name}"
            for name, value in ADDED[table].items()
        }

    def _check_format(self) -> None:
        found = int(self.properties["format_version"])
        if found > FORMAT_VERSION:
            self._database.close()
            raise NewerFormat(found, FORMAT_VERSION)

    def _read_patients(self) -> tuple[Patient, ...]:
        stacks = _grouped(self._all("stack"), "series_id", _stack)
        self._frame_numbers = {stack.stack_id: stack.number_of_frames for group in stacks.values() for stack in group}
        series = _grouped(
            self._all("series"), "study_id",
            lambda row: _series(row, tuple(stacks.get(row["id"], ()))),
        )  # fmt: skip
        studies = _grouped(
            self._all("study"), "patient_id",
            lambda row: _study(row, tuple(series.get(row["id"], ()))),
        )  # fmt: skip
        patients = self._database.rows("SELECT * FROM patient ORDER BY id")
        return tuple(_patient(row, tuple(studies.get(row["id"], ()))) for row in patients)


def _literal(value: object) -> str:
    return "NULL" if value is None else repr(value)


def _grouped(rows: list[Any], parent: str, make: Any) -> dict[int, list[Any]]:
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(row[parent], []).append(make(row))
    return groups


def _patient(row: Any, studies: tuple[Study, ...]) -> Patient:
    check_row("patient", row)
    return Patient(row["id"], plain(row["pseudonym"]), studies)


def _study(row: Any, series: tuple[Series, ...]) -> Study:
    check_row("study", row)
    return Study(
        row["id"], plain(row["case_number"]), plain(row["study_instance_uid"]), plain(row["study_date"]), series,
        row["images_left_out"], row["images_not_chosen"], row["images_unreadable"],
    )  # fmt: skip


def _series(row: Any, stacks: tuple[Stack, ...]) -> Series:
    check_row("series", row)
    return Series(
        row["id"], plain(row["series_instance_uid"]), plain(row["modality"]), row["series_number"],
        plain(row["description"]), row["number_of_instances"], stacks,
        plain(row["frame_of_reference_uid"] or ""), row["images_left_out"], row["images_masked"],
        row["images_undecided"], Uptake(*(row[name] for name in Uptake._fields)),
    )  # fmt: skip


def _segment(row: Any) -> Segment:
    check_row("segment", row)
    return Segment(
        row["number"], plain(row["label"]), plain(row["coding_scheme"]), plain(row["code"]), plain(row["code_meaning"]),
        plain(row["colour"]), row["voxels"], row["volume_ml"], row["first_slice"], row["last_slice"],
    )  # fmt: skip


def _segmentation(row: Any, segments: tuple[Segment, ...]) -> Segmentation:
    check_row("segmentation", row)
    values: dict[str, Any] = {
        name: plain(row[name]) if kind is str else row[name] for name, kind in SEGMENTATION.items()
    }
    return Segmentation(values.pop("id"), **values, segments=segments)


def _vector(row: Any, *names: str) -> Any:
    return _known(tuple(row[name] for name in names))


def _stack(row: Any) -> Stack:
    check_stack(row)
    origin: Vector | None = _vector(row, "origin_x", "origin_y", "origin_z")
    step: Vector | None = _vector(row, "step_x", "step_y", "step_z")
    return Stack(
        stack_id=row["id"],
        number_of_frames=row["number_of_frames"],
        rows=row["rows"],
        columns=row["columns"],
        bits_allocated=row["bits_allocated"],
        bits_stored=row["bits_stored"],
        pixel_representation=row["pixel_representation"],
        photometric_interpretation=plain(row["photometric_interpretation"]),
        pixel_padding_value=row["pixel_padding_value"],
        pixel_spacing=_vector(row, "row_spacing", "column_spacing"),
        image_orientation_patient=_vector(row, *COSINES),
        origin=origin,
        step=step,
        spacing_between_slices=row["spacing_between_slices"],
        tilt=row["tilt"],
        is_volume=bool(row["is_volume"]),
        not_volume_reason=plain(row["not_volume_reason"]),
        notes=plain(row["notes"]),
        window=(row["window_center"], row["window_width"]),
        preview_frame=row["preview_frame"],
        description=plain(row["description"]),
        units=plain(row["units"]),
        voi_lut_function=row["voi_lut_function"],
        slice_thickness=row["slice_thickness"],
        acquired=row["acquired"],
        cardiac_phase=row["cardiac_phase"],
        respiratory_phase=row["respiratory_phase"],
    )


def _stack_frame(row: Any) -> StackFrame:
    # In the order of the query, since a series may have thousands of slices, and a name takes long to look up.
    path, frame_index, uid, number, offset, length, size, digest, x, y, z, slope, intercept, *rest = row
    center, width, voi, padding, limit, *cosines, altered = rest
    return StackFrame(
        path=path,
        frame_index=frame_index,
        sop_instance_uid=uid,
        instance_number=number,
        pixel_offset=offset,
        pixel_length=length,
        file_size=size,
        header_digest=digest,
        image_position_patient=_known((x, y, z)),
        rescale_slope=slope,
        rescale_intercept=intercept,
        window=_known((center, width)),
        voi_lut_function=voi,
        pixel_padding_value=padding,
        pixel_padding_range_limit=limit,
        altered=plain(altered),
        image_orientation_patient=_known(tuple(cosines)),
    )


def _known(values: tuple[Any, ...]) -> Any:
    return None if None in values else values
