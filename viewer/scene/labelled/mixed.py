"""Voxels of colours and opacities, from a body in the look of a preset and the labels in it, to cast together."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.scene.render_presets import RenderPreset
from viewer.scene.thinning import Thinned
from viewer.segments.labels import Labels
from viewer.space.slice_runs import number_at
from viewer.space.voxel_volume import Solid

# Red, green, blue, opacity of each voxel: (slices, rows, columns, 4).
Mixed = NDArray[np.uint8]
# How opaque a segment is; and what is left of the opacity of the body around it, which would hide it.
_OPAQUE, _BODY = 140, 0.06
_BLUR = 3**3
# VTK leaps over blocks of voxels that are clear, but of voxels with colours it looks for those of the upper half of the
# slices at the same place in the lower half (seen in 9.7: a ball in the upper half was not cast at all). So where
# anything is seen in a column of slices, all of it has at least this number, whose opacity is next to nothing.
_SOMETHING, _NOTHING = 1, 2e-4


@dataclass(frozen=True, slots=True)
class LabelLook:
    """Complete labels, the colours of those that are shown as (label, '#rrggbb'), and whether they are cast alone."""

    labels: Labels
    colours: tuple[tuple[int, str], ...]
    alone: bool = False


class LabelVoxels:
    """The labels of the voxels of a thinned body, by the nearest voxel of the stack."""

    def __init__(self, labels: Labels, solid: Solid, thin: Thinned) -> None:
        self.labels = labels
        slices, rows, columns = thin.voxels.shape
        to_solid = np.linalg.inv(solid.affine) @ thin.affine
        top, bottom, left, right = labels.box
        across = _nearest(to_solid[0, 0], to_solid[0, 3], columns) - left
        down = _nearest(to_solid[1, 1], to_solid[1, 3], rows) - top
        along = np.array([_slice(solid, to_solid[2, 2] * k + to_solid[2, 3]) for k in range(slices)])
        within = along >= 0, (down >= 0) & (down <= bottom - top), (across >= 0) & (across <= right - left)
        self._part = np.ix_(*within)
        chosen = [places[inside] for places, inside in zip((along, down, across), within, strict=True)]
        self._layers = [layer[np.ix_(*chosen)] for layer in labels.layers]

    def shown(self, look: LabelLook, shape: tuple[int, ...]) -> NDArray[Any]:
        """The label of each voxel that is shown; of several, that of the last layer."""
        kept = np.zeros(len(self.labels.segments) + 1, np.uint16)
        for label, _ in look.colours:
            kept[label] = label
        kept = kept.astype(np.uint8) if len(kept) <= 256 else kept
        made = np.zeros(shape, kept.dtype)
        for layer in self._layers:
            found = kept.take(layer)
            there = made[self._part]
            made[self._part] = np.where(found > 0, found, there)
        return made


def _nearest(step: float, start: float, number: int) -> NDArray[np.intp]:
    return np.asarray(np.floor(np.arange(number) * step + start + 0.5).astype(np.intp))


def _slice(solid: Solid, place: float) -> int:
    """The number of the nearest slice; -1 in a gap."""
    if any(low < place < high for low, high in solid.gaps):
        return -1
    return int(np.floor(number_at(solid.runs, place) + 0.5))


def mix(body: NDArray[Any], look: RenderPreset, labels: NDArray[Any], wanted: LabelLook) -> Mixed:
    """The body in its look, almost clear, and the labels in it: at each place what is more opaque."""
    made = np.zeros((*labels.shape, 4), np.uint8) if wanted.alone else _of_body(body, look)
    colours = np.zeros((int(labels.max()) + 1 if labels.size else 1, 3), np.uint8)
    for label, colour in wanted.colours:
        if label < len(colours):
            colours[label] = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    opacity = _smooth(labels > 0)
    stronger = opacity > made[..., 3]
    # Just outside, a segment fades in its own colour and not in black.
    made[..., :3][stronger] = colours.take(_grown(labels)[stronger], axis=0)
    np.maximum(made[..., 3], opacity, out=made[..., 3])
    seen = made[..., 3].any(axis=0).astype(np.uint8) * np.uint8(_SOMETHING)
    np.maximum(made[..., 3], seen, out=made[..., 3])
    return made


def _smooth(there: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The opacity of each voxel: the share of its 27 neighbours that are in a segment, so that surfaces have slopes."""
    sums = there.astype(np.uint8)
    for axis in range(3):
        sums = _with_neighbours(sums, axis, np.add)
    table = np.rint(np.arange(_BLUR + 1) / _BLUR * _OPAQUE).astype(np.uint8)
    return np.asarray(table.take(sums))


def _grown(labels: NDArray[Any]) -> NDArray[Any]:
    """Each voxel without a label takes one of its neighbours."""
    grown = labels
    for axis in range(3):
        grown = _with_neighbours(grown, axis, np.maximum)
    return np.where(labels > 0, labels, grown)


def _with_neighbours(values: NDArray[Any], axis: int, together: np.ufunc) -> NDArray[Any]:
    made = values.copy()
    low, high = [slice(None)] * 3, [slice(None)] * 3
    low[axis], high[axis] = slice(1, None), slice(None, -1)
    together(made[tuple(low)], values[tuple(high)], out=made[tuple(low)])
    together(made[tuple(high)], values[tuple(low)], out=made[tuple(high)])
    return made


def _of_body(body: NDArray[Any], look: RenderPreset) -> Mixed:
    """Colours and opacities of stored values, which change linearly between the points of the preset."""
    points = np.array(look.points)
    if body.dtype.kind == "f":
        low, high = float(points[0, 0]), float(points[-1, 0])
        scaled = np.clip((body - low) / max(high - low, 1e-6) * 1023, 0, 1023).astype(np.uint16)
        steps = low + np.arange(1024) / 1023 * (high - low)
        return np.asarray(_table(points, steps).take(scaled, axis=0))
    limits = np.iinfo(body.dtype)
    values = np.arange(limits.min, limits.max + 1)
    # The table begins with 0, and goes on as the bytes of the numbers do.
    table = np.roll(_table(points, values), limits.min, axis=0)
    return np.asarray(
        table.view("<u4")[:, 0].take(body.view(f"u{body.dtype.itemsize}"))[..., np.newaxis].view(np.uint8)
    )


def _table(points: NDArray[np.float64], values: NDArray[Any]) -> Mixed:
    parts = [np.interp(values, points[:, 0], points[:, n]) for n in range(1, 5)]
    parts[3] = parts[3] * _BODY
    return np.ascontiguousarray(np.rint(np.stack(parts, axis=-1) * 255).astype(np.uint8))


def mixed_property(look: RenderPreset) -> Any:
    """A vtkVolumeProperty for such voxels: their own colours and opacities, shaded."""
    from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
    from vtkmodules.vtkRenderingCore import vtkVolumeProperty

    opacity = vtkPiecewiseFunction()
    opacity.AddPoint(0, 0.0)
    opacity.AddPoint(_SOMETHING, _NOTHING)
    opacity.AddPoint(_SOMETHING + 1, (_SOMETHING + 1) / 255)
    opacity.AddPoint(255, 1.0)
    made = vtkVolumeProperty()
    made.IndependentComponentsOff()
    made.SetScalarOpacity(opacity)
    made.SetInterpolationTypeToLinear()
    made.ShadeOn()
    made.SetAmbient(0.25)
    made.SetDiffuse(0.75)
    made.SetSpecular(look.gloss)
    made.SetSpecularPower(18.0)
    return made
