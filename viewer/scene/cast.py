"""A block of voxels with the view that is cast of it: what has not changed since the last view is not set again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.scene.camera import Camera
from viewer.scene.labelled.mixed import LabelLook, LabelVoxels, mix, mixed_property
from viewer.scene.raycast import RayCaster
from viewer.scene.render_presets import RenderPreset
from viewer.scene.sampling import step_at_faces
from viewer.scene.sculpting.sculpture import Sculpture, sculpted
from viewer.scene.thinning import Thinned, clear_value
from viewer.space.voxel_volume import Solid

WHOLE = (0.0, 1.0, 0.0, 1.0, 0.0, 1.0)
_UNCUT = Sculpture()
_AMBIENT, _DIFFUSE, _SHARPNESS_OF_GLOSS = 0.18, 0.82, 18.0


@dataclass(frozen=True, slots=True)
class BodyView:
    """Everything that a picture depends on.

    `box` is the part that is shown: from and to, as shares, along the columns, rows and slices of the stack.
    """

    camera: Camera
    look: RenderPreset | None = None
    box: tuple[float, ...] = WHOLE
    sculpture: Sculpture = _UNCUT
    labels: LabelLook | None = None


class Cast:
    """The voxels `thin` of a solid; one thread at a time may use it."""

    def __init__(self, solid: Solid, thin: Thinned) -> None:
        self._solid, self._thin = solid, thin
        self._caster = RayCaster(thin.voxels, thin.affine)
        self._voxels = thin.voxels
        self._view: BodyView | None = None
        self._mixed: RayCaster | None = None  # of the body and the labels in it
        self._mixed_view: BodyView | None = None
        self._labels: LabelVoxels | None = None

    def picture(self, view: BodyView, size: tuple[int, int], coarse: float) -> NDArray[np.uint8]:
        """RGBA, (height, width, 4), first row on top; `coarse` above 1 divides the number of rays along each side."""
        return self._showing(view).picture(size, coarse)

    def rows(self, view: BodyView, size: tuple[int, int], first: int, last: int) -> NDArray[np.uint8]:
        """These rows of the picture of this size."""
        return self._showing(view).rows(size, first, last)

    def _showing(self, view: BodyView) -> RayCaster:
        """The caster that shows a view: that of the body, or of the body and the labels in it."""
        if view.labels is None or view.look is None:
            caster, before, self._view = self._caster, self._view, view
            if before is not view:
                self._show_body(view, before)
        else:
            before, self._mixed_view = self._mixed_view, view
            caster = self._show_labels(view, view.look, view.labels, before)
        if before is not view:
            bounds = caster.bounds
            low, size = bounds[::2], bounds[1::2] - bounds[::2]
            caster.crop(None if view.box == WHOLE else np.repeat(low, 2) + np.repeat(size, 2) * view.box)
            aim(caster, view.camera)
            if view.look is not None:
                toward = view.camera.toward
                caster.set_step(step_at_faces(self._voxels, self._thin.affine, view.look, view.box, toward))
        return caster

    def _show_body(self, view: BodyView, before: BodyView | None) -> None:
        if view.look is not None and (before is None or view.look != before.look):
            set_look(self._caster, view.look)
        if view.sculpture != (_UNCUT if before is None else before.sculpture):
            self._voxels = self._sculpted(view)
            self._caster.put(self._voxels)

    def _sculpted(self, view: BodyView) -> NDArray[np.generic]:
        if view.sculpture == _UNCUT:
            return self._thin.voxels
        return sculpted(self._thin, view.sculpture, clear_value(self._solid))

    def _show_labels(
        self, view: BodyView, look: RenderPreset, wanted: LabelLook, before: BodyView | None
    ) -> RayCaster:  # fmt: skip
        mixed = self._mixed
        same = before is not None and (before.look, before.labels, before.sculpture) == (look, wanted, view.sculpture)
        if mixed is not None and same:
            return mixed
        if self._labels is None or self._labels.labels is not wanted.labels:
            self._labels = LabelVoxels(wanted.labels, self._solid, self._thin)
        body = self._sculpted(view)
        labels = self._labels.shown(wanted, body.shape)
        if view.sculpture != _UNCUT:
            labels[(body == clear_value(self._solid)) & (self._thin.voxels != body)] = 0
        voxels = mix(body, look, labels, wanted)
        if mixed is None:
            mixed = self._mixed = RayCaster(voxels, self._thin.affine)
        else:
            mixed.put(voxels)
        mixed.set_property(mixed_property(look))
        return mixed

    def close(self) -> None:
        """Release all memory."""
        self._caster.close()
        if self._mixed is not None:
            self._mixed.close()


def aim(caster: RayCaster, camera: Camera) -> None:
    """Let a caster look as this camera does."""
    caster.aim_as(camera.focus, camera.eye, camera.up, camera.scale)


def set_look(caster: RayCaster, look: RenderPreset) -> None:
    """Give a caster the colours and opacities of a preset for its voxels, with shading unless it shows maxima."""
    from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
    from vtkmodules.vtkRenderingCore import vtkColorTransferFunction, vtkVolumeProperty

    opacity, colour = vtkPiecewiseFunction(), vtkColorTransferFunction()
    for value, red, green, blue, opaque in look.points:
        opacity.AddPoint(value, opaque)
        colour.AddRGBPoint(value, red, green, blue)
    made = vtkVolumeProperty()
    made.SetScalarOpacity(opacity)
    made.SetColor(colour)
    made.SetInterpolationTypeToLinear()
    made.SetShade(int(not look.maximum))
    made.SetAmbient(_AMBIENT)
    made.SetDiffuse(_DIFFUSE)
    made.SetSpecular(look.gloss)
    made.SetSpecularPower(_SHARPNESS_OF_GLOSS)
    caster.set_property(made, maximum=look.maximum)
