"""What of a loaded stack can be cut and rendered: evenly spaced voxels with their place in the patient, or why not."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bundle.directions import tolerance
from bundle.errors import BundleError
from bundle.geometry import Plane, StackGeometry, affine, describe
from bundle.records import Stack
from viewer import memory
from viewer.volume import LoadedStack
from viewer.windowing import PixelKind, Rescale, rescale_of
from viewer.words import tr, tr_remark

Array = NDArray[np.float64]

# Uneven slices are resampled where the widest step is at most so many times the narrowest: the rest would be a guess.
_WIDEST_STEP = 3.0
# Resampling makes at most this many times the slices.
_MOST_SLICES = 4


class NoSolid(BundleError):
    """A stack that can be looked at slice by slice only."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            tr("No other planes and no 3D from this series: {reason}. Its slices can be looked at.").format(
                reason=reason
            )
        )


@dataclass(frozen=True, slots=True)
class Solid:
    """Voxels (slices, rows, columns) and the matrix from (i, j, k, 1) = (column, row, slice, 1) to patient LPS in mm.

    `rescale` turns a voxel into modality units, `kind` says how a cut through the voxels becomes grey. The slices in
    `damaged` hold nothing that may be shown. `note` is what a reader should know, in plain words, may be empty.
    """

    voxels: NDArray[np.generic]
    affine: Array
    rescale: Rescale
    kind: PixelKind
    damaged: tuple[int, ...]
    note: str

    @property
    def shape(self) -> tuple[int, int, int]:
        """Voxels along (i, j, k)."""
        slices, rows, columns = self.voxels.shape
        return columns, rows, slices

    @property
    def center(self) -> Array:
        """The middle of the voxels, patient LPS in mm, shape (3,)."""
        middle = (np.array(self.shape) - 1) / 2
        return np.asarray(self.affine[:3, :3] @ middle + self.affine[:3, 3])

    @property
    def spacing(self) -> Array:
        """The lengths in mm of a voxel's edges along i, j and k, shape (3,)."""
        return np.asarray(np.linalg.norm(self.affine[:3, :3], axis=0))

    def index_of(self, point: Array) -> Array:
        """(i, j, k) of a point in patient LPS; whole numbers are the centres of voxels."""
        return np.asarray(np.linalg.solve(self.affine[:3, :3], np.asarray(point) - self.affine[:3, 3]))


def make_solid(loaded: LoadedStack) -> Solid:
    """The voxels of a complete stack; where they lie in memory ready for use, these very bytes. Raises NoSolid."""
    stack = loaded.stack
    if not loaded.complete:
        raise NoSolid(tr("it is still being read"))
    if loaded.damaged == len(loaded.slices):
        raise NoSolid(tr("all of its images are damaged"))
    if not stack.is_volume:
        raise NoSolid(tr_remark(stack.not_volume_reason))
    found = _geometry(loaded)
    if found.missing:  # one that was never there is not made up
        raise NoSolid(tr_remark(found.notes))
    damaged = tuple(index for index in range(len(loaded.slices)) if loaded.failure(index) is not None)
    voxels, rescale, kind = _voxels(loaded, damaged)
    solid = Solid(voxels, _affine(stack), rescale, kind, damaged, _tilt_note(stack))
    return solid if "uneven" not in found.notes else _evened(solid, loaded)


def _geometry(loaded: LoadedStack) -> StackGeometry:
    """What the positions of the slices say."""
    stack = loaded.stack
    return describe([
        Plane(frame.image_position_patient, stack.image_orientation_patient, stack.pixel_spacing)
        for frame in loaded.frames
    ])  # fmt: skip


def _affine(stack: Stack) -> Array:
    if not (stack.origin and stack.image_orientation_patient and stack.pixel_spacing and stack.step):
        raise NoSolid(tr("the images say nothing about their place"))
    return affine(stack.origin, stack.image_orientation_patient, stack.pixel_spacing, stack.step)


def _tilt_note(stack: Stack) -> str:
    if not stack.tilt:
        return ""
    return tr("tilted gantry of {tilt:.1f}° put straight").format(tilt=abs(stack.tilt))


def _voxels(loaded: LoadedStack, damaged: tuple[int, ...]) -> tuple[NDArray[np.generic], Rescale, PixelKind]:
    rescales = {rescale_of(frame) for index, frame in enumerate(loaded.frames) if index not in damaged}
    if len(rescales) == 1 and loaded.kind.bits_allocated <= 16:
        return _as_numbers(loaded), rescales.pop(), _whole(loaded.kind)
    values = np.zeros((len(loaded.slices), loaded.stack.rows, loaded.stack.columns), np.float32)
    for index in range(len(values)):
        if index not in damaged:
            values[index] = loaded.modality_values(index)
    return values, Rescale(), replace(loaded.kind, padding=None)


def _whole(kind: PixelKind) -> PixelKind:
    """The kind of pixels whose unused bits have been made part of the number."""
    return replace(kind, bits_stored=kind.bits_allocated)


def _as_numbers(loaded: LoadedStack) -> NDArray[np.generic]:
    """The stack's own block as numbers: bits above those stored (PS3.5 8.1.1) become the sign, or 0, in place.

    The slice pane reads the same bytes meanwhile and does not mind: it never looks at these bits.
    """
    kind = loaded.kind
    numbers = loaded.voxels.view(f"<{'i' if kind.signed else 'u'}{kind.bits_allocated // 8}")
    unused = np.array(kind.bits_allocated - kind.bits_stored, numbers.dtype)
    if unused:
        for one in numbers:
            np.right_shift(np.left_shift(one, unused), unused, out=one)
    return numbers


# Uneven spacing


def _evened(solid: Solid, loaded: LoadedStack) -> Solid:
    """The same resampled along the stack, linearly, to even steps; raises NoSolid where that would be guessing."""
    positions = np.array([frame.image_position_patient for frame in loaded.frames], dtype=np.float64)
    direction = (positions[-1] - positions[0]) / np.linalg.norm(positions[-1] - positions[0])
    along = (positions - positions[0]) @ direction
    steps = np.diff(along)
    off = np.linalg.norm(positions - positions[0] - along[:, np.newaxis] * direction, axis=1)
    if np.max(off) > tolerance(float(np.median(steps))):
        raise NoSolid(tr("the images are shifted against each other"))
    if np.max(steps) > _WIDEST_STEP * np.min(steps):
        raise NoSolid(tr_remark(loaded.stack.not_volume_reason))
    count = min(int(np.ceil(along[-1] / np.min(steps) - 1e-6)) + 1, _MOST_SLICES * len(along))
    if solid.voxels[0].nbytes * count > memory.stack_bytes():
        raise NoSolid(tr("this PC has too little memory to even out its spacing"))
    step = along[-1] / (count - 1)
    matrix = solid.affine.copy()
    matrix[:3, 2], matrix[:3, 3] = direction * step, positions[0]
    voxels, damaged = _interpolated(solid, np.interp(np.arange(count) * step, along, np.arange(len(along))))
    note = tr("uneven spacing of {low:.2f} to {high:.2f} mm evened out to {step:.2f} mm").format(
        low=np.min(steps), high=np.max(steps), step=step
    )
    return replace(
        solid, voxels=voxels, affine=matrix, damaged=damaged, note="; ".join(filter(None, (solid.note, note)))
    )


def _interpolated(solid: Solid, places: Array) -> tuple[NDArray[np.generic], tuple[int, ...]]:
    """Slices at broken slice numbers, and which of them lean on a damaged one."""
    old = solid.voxels
    made = np.empty((len(places), *old.shape[1:]), old.dtype)
    damaged = []
    for index, place in enumerate(places):
        below = min(int(place), len(old) - 2)
        share = place - below
        needed = {below + n for n, weight in enumerate((1 - share, share)) if weight > 1e-9}
        if needed & set(solid.damaged):
            damaged.append(index)
            made[index] = 0
            continue
        mixed = old[below] * np.float32(1 - share) + old[below + 1] * np.float32(share)
        made[index] = mixed if old.dtype.kind == "f" else np.rint(mixed)
    return made, tuple(damaged)
