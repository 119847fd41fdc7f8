"""A stack that lies over another one: its values on any plane through the patient, between voxels linearly."""

from dataclasses import replace

import numpy as np

from viewer.annotation import Nothing
from viewer.images.volume import LoadedStack
from viewer.images.windowing import Rescale
from viewer.scene.reslice import Reslicer, ResliceView
from viewer.space import mpr, plane_view
from viewer.space.mpr import Cut
from viewer.space.polygons import Polygon
from viewer.space.voxel_volume import Solid, make_solid


class Overlaid:
    """Holds the voxels of a complete stack, in modality units, until `close`; raises NoSolid."""

    def __init__(self, loaded: LoadedStack) -> None:
        self.solid = _in_units(make_solid(loaded))
        self._reslicer = Reslicer(self.solid)
        self.finest = float(min(self.solid.spacing))  # the shortest edge of a voxel, in mm

    def see(self, cut: Cut) -> ResliceView:
        """The values on a plane in modality units; those outside `outline` and inside `holes` mean nothing."""
        return self._reslicer.see(cut)

    def outline(self, cut: Cut) -> Polygon:
        """The corners (column, row) of the part of a plane that lies in the voxels; empty if there is none."""
        return mpr.outline(cut, self.solid)

    def holes(self, cut: Cut) -> list[Polygon]:
        """The parts of a plane where slices are missing or damaged."""
        return [*mpr.gap_parts(cut, self.solid), *mpr.damaged_parts(cut, self.solid)]

    def value_at(self, seen: ResliceView, cut: Cut, place: plane_view.Place) -> float | Nothing:
        """The value at (column, row) of a plane, or why there is none."""
        return plane_view.value_at(*seen, cut, self.solid, place)

    def close(self) -> None:
        """Release the voxels."""
        self._reslicer.close()


def _in_units(solid: Solid) -> Solid:
    """Voxels in modality units: stored numbers would round every value between two voxels."""
    slope, intercept = np.float32(solid.rescale.slope), np.float32(solid.rescale.intercept)
    if solid.voxels.dtype.kind == "f":
        return solid
    voxels = solid.voxels.astype(np.float32) * slope + intercept
    return replace(solid, voxels=voxels, rescale=Rescale(), filled=float(np.float32(solid.filled) * slope + intercept))
