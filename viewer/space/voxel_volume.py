"""A loaded stack as a volume to cut and render: voxels with their place in the patient, or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bundle.errors import BundleError
from bundle.images.directions import dot, tolerance, unit_normal
from bundle.images.geometry import affine
from bundle.index.records import Stack
from viewer.annotation import signed
from viewer.images.missing_slices import MISSING_NOTE, UNEVEN_NOTE
from viewer.images.padding import Filled, blank_out
from viewer.images.volume import LoadedStack
from viewer.images.windowing import PixelKind, Rescale, rescale_of
from viewer.space.slice_runs import ROUNDING, SliceRun, empty_places, even, runs_of
from viewer.words import tr, tr_remark

Array = NDArray[np.float64]

# Up to this many gaps are listed individually.
_TOLD_GAPS = 3


class NoSolid(BundleError):
    """A stack that can only be viewed slice by slice."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            tr("MPR and 3D are not available for this series: {reason}. You can still view its slices.").format(
                reason=reason
            )
        )


@dataclass(frozen=True, slots=True)
class Solid:
    """Voxels (slices, rows, columns) and the matrix from (i, j, w, 1) to patient LPS in mm.

    i is the column and j the row; w is the place along the stack in usual (median) steps. `runs` tells which slice is
    there: the slice number itself if the stack is even, as it is without `runs`.
    `rescale` turns a voxel into modality units, `kind` defines how a cut through the voxels becomes grey. The slices in
    `damaged` hold nothing that may be shown. `there` is 0 where a voxel is padding, which is not part of the image and
    holds `filled`, and 1 elsewhere; None if there is no padding. `note` warns a reader in plain words; it may be
    empty.
    """

    voxels: NDArray[np.generic]
    affine: Array
    rescale: Rescale
    kind: PixelKind
    damaged: tuple[int, ...]
    note: str
    runs: tuple[SliceRun, ...] = field(default=())
    there: NDArray[np.uint8] | None = None
    filled: float = 0.0

    def __post_init__(self) -> None:
        if not self.runs:
            object.__setattr__(self, "runs", even(len(self.voxels)))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Voxels along columns, rows and slices."""
        slices, rows, columns = self.voxels.shape
        return columns, rows, slices

    @property
    def ends(self) -> Array:
        """(i, j, w) of the centre of the last voxel; that of the first is 0."""
        return np.array((self.voxels.shape[2] - 1, self.voxels.shape[1] - 1, self.runs[-1].end))

    @property
    def edges(self) -> tuple[Array, Array]:
        """From and to of all voxels including their outer halves, (i, j, w)."""
        low, high = self.runs[0].low, self.runs[-1].high
        return np.array((-0.5, -0.5, low)), np.array((*self.ends[:2] + 0.5, high))

    @property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """From and to along w of the places without a slice, because slices are missing."""
        return empty_places(self.runs)

    @property
    def center(self) -> Array:
        """The centre of the voxels, patient LPS in mm, shape (3,)."""
        return self.point_of(self.ends / 2)

    @property
    def spacing(self) -> Array:
        """The lengths in mm of a voxel's edges along i, j and w, shape (3,)."""
        return np.asarray(np.linalg.norm(self.affine[:3, :3], axis=0))

    def index_of(self, point: Array) -> Array:
        """(i, j, w) of a point in patient LPS; whole numbers of i and j are the centres of voxels."""
        return np.asarray(np.linalg.solve(self.affine[:3, :3], np.asarray(point) - self.affine[:3, 3]))

    def point_of(self, index: Array) -> Array:
        """The point in patient LPS at (i, j, w)."""
        return np.asarray(self.affine[:3, :3] @ index + self.affine[:3, 3])


def make_solid(loaded: LoadedStack) -> Solid:
    """The voxels of a complete stack; if they are ready for use in memory, the same bytes. Raises NoSolid."""
    if not loaded.complete:
        raise NoSolid(tr("it is still loading"))
    if loaded.damaged == len(loaded.slices):
        raise NoSolid(tr("all of its images are damaged"))
    matrix, runs = _places(loaded)
    damaged = tuple(index for index in range(len(loaded.slices)) if loaded.failure(index) is not None)
    filled, rescale, kind = _voxels(loaded, damaged)
    note = "; ".join(filter(None, (_tilt_note(loaded.stack), *_spacing_notes(loaded, runs))))
    return Solid(filled.voxels, matrix, rescale, kind, damaged, note, runs, filled.there, filled.value)


# Places of slices


def _places(loaded: LoadedStack) -> tuple[Array, tuple[SliceRun, ...]]:
    """The matrix of a solid, and its runs; raises NoSolid if the slices do not lie on a straight line."""
    stack = loaded.stack
    found = [frame.image_position_patient for frame in loaded.frames]
    if len(found) == 1:
        raise NoSolid(tr_remark(stack.not_volume_reason or "a single image"))
    if None in found or stack.image_orientation_patient is None or stack.pixel_spacing is None:
        raise NoSolid(tr_remark(stack.not_volume_reason) or tr("the images do not give their position"))
    positions = np.array(found, dtype=np.float64)
    if stack.is_volume and stack.step is not None and stack.origin is not None and _is_even(stack, positions):
        matrix = affine(stack.origin, stack.image_orientation_patient, stack.pixel_spacing, stack.step)
        return matrix, even(len(positions))
    along, direction = _along(stack, positions)
    usual = float(np.median(np.diff(along)))
    step = (float(direction[0] * usual), float(direction[1] * usual), float(direction[2] * usual))
    first = (float(positions[0][0]), float(positions[0][1]), float(positions[0][2]))
    matrix = affine(first, stack.image_orientation_patient, stack.pixel_spacing, step)
    return matrix, runs_of(along / usual, usual)


def _is_even(stack: Stack, positions: Array) -> bool:
    """Whether every slice of a volume is where the stack's step puts it."""
    step = np.array(stack.step)
    length = float(np.linalg.norm(step))
    off = (positions - np.arange(len(positions))[:, np.newaxis] * step) @ step / length
    # The line through all of them need not begin exactly in the first.
    return bool(np.max(np.abs(off - off.mean())) <= tolerance(length) + ROUNDING)


def _along(stack: Stack, positions: Array) -> tuple[Array, Array]:
    """The places of the slices along their line, in mm, (n,), and its direction; raises NoSolid if there is no line."""
    way = positions[-1] - positions[0]
    length = float(np.linalg.norm(way))
    along = (positions - positions[0]) @ (way / length) if length else np.zeros(len(positions))
    steps = np.diff(along)
    if np.min(steps) <= 0:
        raise NoSolid(tr_remark(stack.not_volume_reason) or tr("several of its images are at the same position"))
    off = np.linalg.norm(positions - positions[0] - along[:, np.newaxis] * (way / length), axis=1)
    if not stack.is_volume and np.max(off) > tolerance(float(np.median(steps))) + ROUNDING:
        raise NoSolid(tr("the images are shifted against each other"))
    return along, way / length


def _tilt_note(stack: Stack) -> str:
    if not stack.tilt:
        return ""
    # The sign is that of Gantry/Detector Tilt (0018,1120), as in the note on the slices.
    tilt = f"{stack.tilt:.1f}".replace("-", "\N{MINUS SIGN}")
    return tr("gantry tilt of {tilt}° corrected").format(tilt=tilt)


def _spacing_notes(loaded: LoadedStack, runs: Sequence[SliceRun]) -> list[str]:
    """Warnings about the spacing for planes and 3D, which show slices at their true places."""
    if len(runs) == 1:
        return []
    normal = unit_normal(loaded.stack.image_orientation_patient or (1, 0, 0, 0, 1, 0))
    places = [dot(frame.image_position_patient or (0, 0, 0), normal) for frame in loaded.frames]
    gaps = [run.last for run, other in pairwise(runs) if run.last != other.first]
    steps = [step for k, step in enumerate(map(float, np.diff(places))) if k not in gaps]
    low, high = min(steps, default=0.0), max(steps, default=0.0)
    uneven = tr(UNEVEN_NOTE).format(low=low, high=high)
    notes = [uneven] if high - low > 2 * tolerance(low) else []
    told = [
        tr("from {low} to {high} mm").format(low=signed(places[k]), high=signed(places[k + 1]))
        for k in gaps[:_TOLD_GAPS]
    ]
    if told:
        more = tr(" and %n more", len(gaps) - _TOLD_GAPS) if len(gaps) > _TOLD_GAPS else ""
        notes.append(tr(MISSING_NOTE).format(gaps=", ".join(told) + more))
    return notes


# The content of the voxels


def _voxels(loaded: LoadedStack, damaged: tuple[int, ...]) -> tuple[Filled, Rescale, PixelKind]:
    rescales = {rescale_of(frame) for index, frame in enumerate(loaded.frames) if index not in damaged}
    ranges = [None if index in damaged else loaded.kind_of(index).empty for index in range(len(loaded.frames))]
    kind = replace(loaded.kind, padding=None, padding_limit=None)
    if len(rescales) == 1 and loaded.kind.bits_allocated <= 16:
        return blank_out(_as_numbers(loaded), ranges), rescales.pop(), _whole(kind)
    values = np.zeros((len(loaded.slices), loaded.stack.rows, loaded.stack.columns), np.float32)
    there = None
    for index in range(len(values)):
        if index not in damaged:
            values[index], counts = loaded.values_and_counts(index)
            if not counts.all():
                there = np.ones(values.shape, np.uint8) if there is None else there
                there[index] = counts
                values[index][~counts] = 0
    return Filled(values, there, 0.0), Rescale(), kind


def _whole(kind: PixelKind) -> PixelKind:
    """The kind of pixels after their unused bits have become part of the number."""
    return replace(kind, bits_stored=kind.bits_allocated)


def _as_numbers(loaded: LoadedStack) -> NDArray[np.integer]:
    """The stack's own block as numbers: bits above those stored (PS3.5 8.1.1) become the sign, or 0, in place.

    The slice pane reads the same bytes meanwhile, but ignores these bits.
    """
    kind = loaded.kind
    numbers = loaded.voxels.view(f"<{'i' if kind.signed else 'u'}{kind.bits_allocated // 8}")
    unused = np.array(kind.bits_allocated - kind.bits_stored, numbers.dtype)
    if unused:
        for number in numbers:
            np.right_shift(np.left_shift(number, unused), unused, out=number)
    return numbers
