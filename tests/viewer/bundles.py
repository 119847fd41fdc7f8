"""Makes small bundles with only sqlite3 and numpy, for the viewer's tests, without any code of the builder."""

from dataclasses import dataclass, field
import hashlib
from pathlib import Path
import sqlite3
import struct
import zlib

import numpy as np

from bundle.images import geometry
from bundle.index.records import NO_UPTAKE, Uptake
from bundle.index.schema import ADDED, TABLES

_SQL = {int: "INTEGER", float: "REAL", str: "TEXT", bytes: "BLOB"}
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)


@dataclass
class StackSpec:
    """One stack: `stored` are the stored values, (slices, rows, columns); the rest is as the index has it."""

    stored: np.ndarray
    positions: list[tuple[float, float, float]] | None = None
    orientation: tuple[float, ...] | None = AXIAL
    pixel_spacing: tuple[float, float] | None = (1.0, 1.0)
    bits_allocated: int = 16
    bits_stored: int = 16
    signed: bool = True
    photometric: str = "MONOCHROME2"
    padding: int | None = None
    rescales: list[tuple[float, float]] | None = None
    window: tuple[float, float] = (40.0, 400.0)
    own_window: bool = False
    one_file: bool = False
    # Bits above bits_stored, as overlays in old files have them.
    junk: int = 0
    # Padding value and range limit of each frame, where they are not those of the stack.
    paddings: list[tuple[int | None, int | None]] | None = None
    voi: str = "LINEAR"
    vois: list[str] | None = None
    # None: HU in a CT, nothing elsewhere.
    units: str | None = None
    description: str = ""
    thickness: float | None = None
    # What was done to the pixels of each image.
    altered: list[str] | None = None
    acquired: str = ""
    # Phases of the heart and of breathing, in percent.
    phases: tuple[float | None, float | None] = (None, None)


@dataclass
class SeriesSpec:
    """One series of a case."""

    stacks: list[StackSpec]
    modality: str = "CT"
    number: int = 1
    description: str = "Head, axial 2 mm"
    frame_of_reference: str = ""
    left_out: int = 0
    masked: int = 0
    uptake: Uptake = NO_UPTAKE


@dataclass
class CaseSpec:
    """One study of one person."""

    series: list[SeriesSpec]
    pseudonym: str = "P-7KQ2"
    date: str = "20190304"
    not_chosen: int = 0
    unreadable: int = 0


@dataclass
class _Writer:
    root: Path
    database: sqlite3.Connection
    counters: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, **values: object) -> int:
        self.counters[table] = self.counters.get(table, 0) + 1
        row = {**({"id": self.counters[table]} if "id" in TABLES[table][0] else {}), **ADDED.get(table, {}), **values}
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self.database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
        return self.counters[table]


def make_bundle(root: Path, cases: list[CaseSpec], format_version: int = 1) -> Path:
    """Write the bundle; returns its root."""
    (root / "BUNDLE").mkdir(parents=True)
    database = sqlite3.connect(root / "BUNDLE/INDEX.DB")
    for table, (columns, key, _) in TABLES.items():
        names = ", ".join(f"{n} {_SQL[t]}{' PRIMARY KEY' if n == key else ''}" for n, t in columns.items())
        database.execute(f"CREATE TABLE {table} ({names})")
    writer = _Writer(root, database)
    writer.add("bundle", key="format_version", value=str(format_version))
    people: dict[str, int] = {}
    for number, case in enumerate(cases, start=1):
        if case.pseudonym not in people:
            people[case.pseudonym] = writer.add("patient", pseudonym=case.pseudonym)
        _add_case(writer, people[case.pseudonym], number, case)
    database.commit()
    database.close()
    return root


def _add_case(writer: _Writer, patient: int, number: int, case: CaseSpec) -> None:
    study = writer.add(
        "study", patient_id=patient, case_number=f"CASE-{number:03d}", study_instance_uid=f"2.25.1{number}",
        study_date=case.date, images_not_chosen=case.not_chosen,
        images_unreadable=case.unreadable,
    )  # fmt: skip
    for order, series in enumerate(case.series, start=1):
        images = sum(1 if s.one_file else len(s.stored) for s in series.stacks)
        series_id = writer.add(
            "series", study_id=study, series_instance_uid=f"2.25.1{number}.{order}", modality=series.modality,
            series_number=series.number, description=series.description, number_of_instances=images,
            frame_of_reference_uid=series.frame_of_reference, images_left_out=series.left_out,
            images_masked=series.masked, **series.uptake._asdict(),
        )  # fmt: skip
        folder = f"DICOM/PT{patient:06d}/ST{study:06d}/SE{series_id:06d}"
        for stack in series.stacks:
            _add_stack(writer, series_id, folder, stack, "HU" if series.modality == "CT" else "")


def _named(names: str, values: object) -> dict[str, object]:
    keys = names.split()
    return dict(zip(keys, values if values is not None else [None] * len(keys), strict=True))


def _add_stack(writer: _Writer, series: int, folder: str, spec: StackSpec, units: str) -> None:
    count, rows, columns = spec.stored.shape
    positions = spec.positions or [(0.0, 0.0, 2.0 * k) for k in range(count)]
    if spec.orientation is None:
        positions = [None] * count
    found = geometry.describe([
        geometry.FramePlane(position, spec.orientation, spec.pixel_spacing) for position in positions
    ])  # fmt: skip
    stack = writer.add(
        "stack", series_id=series, number_of_frames=count, rows=rows, columns=columns,
        bits_allocated=spec.bits_allocated, bits_stored=spec.bits_stored, pixel_representation=int(spec.signed),
        photometric_interpretation=spec.photometric, pixel_padding_value=spec.padding,
        **_named("row_spacing column_spacing", spec.pixel_spacing),
        **_named("row_x row_y row_z column_x column_y column_z", spec.orientation),
        **_named("origin_x origin_y origin_z", found.origin), **_named("step_x step_y step_z", found.step),
        spacing_between_slices=found.spacing_between_slices, tilt=found.tilt, is_volume=int(found.is_volume),
        not_volume_reason=found.not_volume_reason, notes=found.notes,
        **_named("window_center window_width", spec.window), preview_frame=count // 2,
        description=spec.description, units=units if spec.units is None else spec.units, voi_lut_function=spec.voi,
        slice_thickness=spec.thickness, acquired=spec.acquired,
        **_named("cardiac_phase respiratory_phase", spec.phases),
    )  # fmt: skip
    writer.add("preview", stack_id=stack, png=preview(spec))
    bytes_of = [raw_bytes(spec, k) for k in range(count)]
    blocks = [b"".join(bytes_of)] if spec.one_file else bytes_of
    altered = spec.altered or [""] * len(blocks)
    instances = [_write(writer, series, folder, *block) for block in zip(blocks, altered, strict=True)]
    for k in range(count):
        slope, intercept = spec.rescales[k] if spec.rescales else (1.0, 0.0)
        padding, limit = spec.paddings[k] if spec.paddings else (spec.padding, None)
        writer.add(
            "frame", stack_id=stack, position=k, instance_id=instances[0 if spec.one_file else k],
            frame_index=k if spec.one_file else 0, **_named("x y z", positions[k]), rescale_slope=slope,
            rescale_intercept=intercept,
            **_named("window_center window_width", spec.window if spec.own_window else None),
            voi_lut_function=spec.vois[k] if spec.vois else "", pixel_padding_value=padding,
            pixel_padding_range_limit=limit,
        )  # fmt: skip


def raw_bytes(spec: StackSpec, k: int) -> bytes:
    """One slice as it lies in the file, little endian, with junk above the stored bits."""
    mask = (1 << spec.bits_stored) - 1
    patterns = (spec.stored[k].astype(np.int64) & mask) | (spec.junk & ~mask & ((1 << spec.bits_allocated) - 1))
    return patterns.astype(f"<u{spec.bits_allocated // 8}").tobytes()


def _write(writer: _Writer, series: int, folder: str, pixels: bytes, altered: str = "") -> int:
    number = writer.counters.get("instance", 0) + 1
    path = f"{folder}/IM{number:06d}"
    # The viewer never parses a header; it only compares it.
    header = b"\0" * 128 + b"DICM" + f"header of file {number}".encode().ljust(64)
    target = writer.root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(header + pixels)
    return writer.add(
        "instance", series_id=series, sop_instance_uid=f"2.25.9.{number}", sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        path=path, instance_number=number, pixel_offset=len(header), pixel_length=len(pixels),
        file_size=len(header) + len(pixels), header_digest=hashlib.sha256(header).hexdigest(),
        altered=altered,
    )  # fmt: skip


def preview(spec: StackSpec) -> bytes:
    """A grey PNG of the middle slice, written by hand."""
    k = len(spec.stored) // 2
    slope, intercept = spec.rescales[k] if spec.rescales else (1.0, 0.0)
    values = spec.stored[k] * slope + intercept
    center, width = spec.window
    grey = (((values - center) / width + 0.5).clip(0, 1) * 255).astype(np.uint8)
    rows, columns = grey.shape
    lines = b"".join(b"\0" + row.tobytes() for row in grey)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def head_like(slices: int = 12, rows: int = 64, columns: int = 64, seed: int = 0) -> np.ndarray:
    """A skull of a kind: air, a shell of bone, brain with a bright spot to the left and behind; Hounsfield units."""
    k, j, i = np.mgrid[-1 : 1 : slices * 1j, -1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    radius = np.sqrt((i / 0.8) ** 2 + (j / 0.9) ** 2 + (k / 1.3) ** 2)
    values = np.where(radius < 1, 900.0, -1000.0)
    values[radius < 0.88] = 35.0
    values[(i - 0.35) ** 2 + (j - 0.4) ** 2 + k**2 < 0.02] = 75.0
    return np.rint(values + np.random.default_rng(seed).normal(0, 4, values.shape)).astype(np.int64)
