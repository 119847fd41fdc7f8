"""The check's own proof of stacks: sound ones pass, whatever their formalities; mixed ones are found."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
import shutil
import sqlite3
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from builder.catalogue import previews
from builder.check import check_bundle
from builder.cli.report import finding_lines
from builder.stacks.stacks import OrderedStack, stacks_of
from bundle.images import geometry
from tests import scans
from tests.builder.check.damage_stacks import SOUND
from tests.builder.check.damaging import INDEX
from tests.builder.check.test_check import good_bundle  # noqa: F401  (a fixture)
from tests.conftest import build_bundle

# What a made bundle always has to be told of: it has no viewer, and its headers lack what scanners write.
_BESIDES = {"viewer.none", "dicom.iod"}


def found(root: Path) -> list[str]:
    return [finding.check for finding in check_bundle(root) if finding.check not in _BESIDES]


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_is_not_called_wrong(good_bundle: Path, tmp_path: Path, name: str):  # noqa: F811
    root = Path(shutil.copytree(good_bundle, tmp_path / "stick"))
    SOUND[name](root)
    assert check_bundle(root) == [], "\n".join(finding_lines(check_bundle(root)))


# Series as they come


Slice = dict[str, Any]


def series(folder: Path, slices: Sequence[Slice]) -> Path:
    """A series of slices, each given by its z or position, and by further attributes."""
    for k, slice_ in enumerate(slices):
        more = dict(slice_)
        place = more.pop("at", (-8.0, -8.0, more.pop("z", 0.0)))
        pixels = np.random.default_rng(k).integers(0, 1000, (16, 16))
        scans.save(scans.ct_slice(pixels, place, k + 1, SOPInstanceUID=f"1.2.3.{k + 1}", **more), folder / f"I{k:03d}")
    return folder


def rising(number: int, step: float = 2.0, start: float = 0.0, **more: object) -> list[Slice]:
    return [{"z": start + step * k, **more} for k in range(number)]


def numbered(number: int, more: Callable[[int], Slice]) -> list[Slice]:
    return [slice_ | more(k) for k, slice_ in enumerate(rising(number))]


_NOWHERE: Slice = {"ImagePositionPatient": None, "ImageOrientationPatient": None}
_SCOUT: Slice = {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"], "ImageOrientationPatient": [1, 0, 0, 0, 0, -1]}
# Every kind of series that is sound, what the check has to say of it besides, and the number of stacks.
KINDS: dict[str, tuple[list[Slice], list[str], int]] = {
    "plain": (rising(8), [], 1),
    "two passes half a step apart": (
        [*rising(8, 5, 0, AcquisitionNumber=1), *rising(8, 5, 2.5, AcquisitionNumber=2)], ["index.interleaved"], 2,
    ),
    "acquisitions 200 and 201": (
        [*rising(8, 5, 0, AcquisitionNumber=200), *rising(8, 5, 2.5, AcquisitionNumber=201)], ["index.interleaved"], 2,
    ),
    "a longer delayed phase": (
        [*rising(6, 5, 0, AcquisitionNumber=1), *rising(12, 5, 0, AcquisitionNumber=2)], [], 2,
    ),
    "kernels that overlap in part": (
        [*rising(8, 5, 0, ConvolutionKernel="B30f"), *rising(8, 5, 20, ConvolutionKernel="B70f")], [], 2,
    ),
    "step and shoot": (
        numbered(12, lambda k: {"AcquisitionNumber": 1 + k // 4, "AcquisitionTime": f"1011{k // 4:02d}"}), [], 1,
    ),
    "a phase with a lost slice": (
        [*rising(6, 5, NominalPercentageOfCardiacPhase=30), *(
            slice_ for slice_ in rising(6, 5, NominalPercentageOfCardiacPhase=60) if slice_["z"] != 15
        )], ["index.gap"], 2,
    ),
    "an interleaved acquisition": (numbered(8, lambda k: {"AcquisitionTime": f"1011{k % 2}{k}"}), [], 1),
    "digits of the spacing": (numbered(8, lambda k: {"PixelSpacing": [("0.78125", "0.7813")[k % 2]] * 2}), [], 1),
    "an orientation that wobbles": (
        numbered(8, lambda k: {"ImageOrientationPatient": [1, 0.0009 * (k % 2), 0, 0, 1, 0]}), [], 1,
    ),
    "rescale by slice": (numbered(8, lambda k: {"RescaleSlope": 1 + k}), [], 1),
    "fewer bits in some": (numbered(8, lambda k: {"BitsStored": 12, "HighBit": 11} if k % 2 else {}), [], 1),
    "steps of 9 micrometres": (rising(8, 0.009, PixelSpacing=[0.009, 0.009], SliceThickness=0.009), [], 1),
    "uneven steps": ([{"z": z} for z in (0, 4, 8, 9.1, 10.2, 17.2, 30)], [], 1),
    "a slice missing": ([slice_ for slice_ in rising(12) if slice_["z"] != 8], ["index.gap"], 1),
    "a tilted gantry": ([{"at": (-8, -8 + 0.3 * k, 2.0 * k)} for k in range(8)], [], 1),
    "a second pass elsewhere": (
        [{"at": (-8, -8 + 3.0 * (k % 2), 2.0 * k)} for k in range(8)], ["index.interleaved"], 2,
    ),
    "all at one place, by time": ([{"z": 5.0, "AcquisitionTime": f"1011{59 - k:02d}"} for k in range(8)], [], 1),
    "all at one place, by number": ([{"z": 5.0} for _ in range(8)], [], 1),
    "no positions": (numbered(8, lambda k: {"SliceLocation": 5.0 * k % 8} | _NOWHERE), [], 1),
    "echoes": ([*rising(6, EchoTime=2.3), *rising(6, EchoTime=4.6)], [], 2),
    "one image": (rising(1), [], 1),
    "a scout before the slices": (
        [_SCOUT, *rising(8)],
        [], 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_sound_build_the_check_says_what_is_there_and_no_more(tmp_path: Path, kind: str):
    slices, expected, number = KINDS[kind]
    drive = build_bundle(tmp_path, series(tmp_path / "scans", slices), check=False, look_into_pictures=False).drive
    assert found(drive) == expected, "\n".join(finding_lines(check_bundle(drive)))
    with sqlite3.connect(drive / INDEX) as index:
        assert index.execute("SELECT count(*) FROM stack").fetchone() == (number,)


def cases() -> list[Path]:
    """The made cases beside the real scans, if there are any."""
    folder = scans.real_scans_folder()
    return sorted(folder.parent.glob("cases/*/make.py")) if folder else []


@pytest.mark.parametrize("case", cases(), ids=lambda path: path.parent.name)
def test_a_build_of_a_made_case_has_no_error(tmp_path: Path, case: Path):
    for source in (*case.parent.glob("*.py"), *case.parents[1].glob("*.py")):
        place = tmp_path / "case" / source.name if source.parent == case.parent else tmp_path / source.name
        place.parent.mkdir(exist_ok=True)
        shutil.copy(source, place)
    subprocess.run([sys.executable, "case/make.py"], cwd=tmp_path, check=True, capture_output=True)
    drive = build_bundle(tmp_path, tmp_path / "case/scans", check=False, look_into_pictures=False).drive
    assert [finding for finding in check_bundle(drive) if finding.severity == "error"] == []


# Builders that are wrong


Stacks = list[OrderedStack]


def joined(made: Stacks) -> Stacks:
    """All slices of one direction in one stack, in the order of their places."""
    slices = [slice_ for stack in made for slice_ in stack.slices]
    ordered = sorted(slices, key=lambda slice_: (slice_.frame.image_position_patient or (0, 0, 0))[2])
    return [of(ordered)]


def of(slices: Sequence[Any]) -> OrderedStack:
    return OrderedStack(tuple(slices), geometry.describe([slice_.plane for slice_ in slices]))


def dealt(made: Stacks) -> Stacks:
    """Every second slice in a separate stack."""
    return [of(stack.slices[k::2]) for stack in made for k in range(2) if len(stack.slices) > 3]


def swapped(made: Stacks) -> Stacks:
    """The third slices of the first two stacks exchanged."""
    one, other, *rest = made
    a, b = list(one.slices), list(other.slices)
    a[2], b[2] = b[2], a[2]
    return [of(a), of(b), *rest]


def turned(made: Stacks) -> Stacks:
    """Every stack from its end to its beginning."""
    return [of(stack.slices[::-1]) for stack in made]


def shuffled(made: Stacks) -> Stacks:
    return [of([stack.slices[k] for k in np.random.default_rng(5).permutation(len(stack.slices))]) for stack in made]


def said(**changes: Any) -> Callable[[Stacks], Stacks]:
    """The geometry of each stack is changed."""
    return lambda made: [replace(stack, geometry=replace(stack.geometry, **changes)) for stack in made]


FAULTS: dict[str, tuple[str, Callable[[Stacks], Stacks], set[str]]] = {
    "two passes in one stack": ("two passes half a step apart", joined, {"index.mixed"}),
    "two echoes change places": ("echoes", swapped, {"index.mixed"}),
    "a phase filled with a slice of another": ("a longer delayed phase", swapped, {"index.mixed"}),
    "two stacks of one": ("digits of the spacing", dealt, {"index.split"}),
    "two stacks of fewer bits and more": ("fewer bits in some", dealt, {"index.split"}),
    "two stacks of images without a place": ("no positions", dealt, {"index.split"}),
    "two stacks of a wobble": ("an orientation that wobbles", dealt, {"index.split"}),
    "from the end to the beginning": ("plain", turned, {"index.order"}),
    "no order along the normal": ("plain", shuffled, {"index.order"}),
    "no order in time": ("all at one place, by time", shuffled, {"index.order"}),
    "time turned round": ("all at one place, by time", turned, {"index.order"}),
    "no order by number": ("no positions", shuffled, {"index.order"}),
    "no volume for a gap": (
        "a slice missing", said(is_volume=False, not_volume_reason="uneven spacing"), {"index.geometry"},
    ),
    "a gap that is not said": ("a slice missing", said(notes=""), {"index.geometry"}),
    "the mean for the median": ("uneven steps", said(spacing_between_slices=5.0), {"index.geometry"}),
    "uneven steps that are not said": ("uneven steps", said(notes=""), {"index.geometry"}),
    "a tilt that is none": ("a tilted gantry", said(tilt=0.0, notes=""), {"index.geometry"}),
    "a tilt to the other side": (
        "a tilted gantry", lambda made: [replace(m, geometry=replace(m.geometry, tilt=-m.geometry.tilt)) for m in made],
        {"index.geometry"},
    ),
    "an invented tilt": ("plain", said(tilt=4.0, notes="tilted gantry, 4.0°"), {"index.geometry"}),
    "a step to the other side": ("plain", said(step=(0.0, 0.0, -2.0)), {"index.geometry"}),
    "a volume of shifted images": (
        "a volume of shifted images", said(is_volume=True, not_volume_reason=""), {"index.geometry"},
    ),
    "a volume at one place": (
        "all at one place, by number", said(is_volume=True, not_volume_reason="", step=(0.0, 0.0, 1.0)),
        {"index.geometry"},
    ),
}  # fmt: skip
KINDS["a volume of shifted images"] = ([{"at": (-8, -8 + (3, 0, 1)[k % 3], 2.0 * k)} for k in range(5)], [], 1)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_builder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str):
    kind, wrong, expected = FAULTS[fault]
    monkeypatch.setattr(previews, "stacks_of", lambda written: wrong(stacks_of(written)))
    source = series(tmp_path / "scans", KINDS[kind][0])
    drive = build_bundle(tmp_path, source, check=False, look_into_pictures=False).drive
    assert set(found(drive)) == expected, "\n".join(finding_lines(check_bundle(drive)))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("unit_normal", lambda real: lambda orientation: tuple(-cosine for cosine in real(orientation))),
        ("tolerance", lambda real: lambda spacing: 100.0),
        ("_median", lambda real: lambda steps: float(np.max(steps))),
        ("places", lambda real: lambda along: list(range(len(along)))),
    ],
)
def test_a_fault_of_the_geometry_that_builder_and_viewer_share_is_found(tmp_path, monkeypatch, name, wrong):
    """The check computes independently: the patched function is wrong for all other code."""
    monkeypatch.setattr(geometry, name, wrong(getattr(geometry, name)))
    slices = [{"z": z} for z in (0, 4, 4, 8, 9.1, 10.2, 17.2, 24.2, 27)]
    drive = build_bundle(tmp_path, series(tmp_path / "scans", slices), check=False, look_into_pictures=False).drive
    assert {finding.severity for finding in check_bundle(drive) if finding.check.startswith("index.")} >= {"error"}
