"""Casts rays through voxels on the CPU and returns the picture as an array: no OpenGL, no window."""

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.scene import unlocked
from viewer.scene.camera import Vector
from viewer.scene.sampling import usual_step
from viewer.scene.vtk_image import put_voxels, to_vtk_image

# The mapper mixes colours with 15 bits; a screen has 8.
_SHIFT = 7
_OPAQUE = 255
# Intensity, and how far to the right and above the eye, as tangents: light from above on the left shows the shape of a
# surface better than light from the eye alone, which leaves no part of it in the dark.
_LIGHTS = ((0.8, -0.5, 0.7), (0.35, 0.0, 0.0))


class RayCaster:
    """One block of voxels with its camera; `affine` takes (i, j, k, 1) to patient LPS in mm, and may shear.

    `vtkFixedPointVolumeRayCastMapper` computes on the CPU: on two cores without a graphics card it takes a twentieth
    of the time of the mapper for graphics cards. Only the last step of its `Render`, which puts the picture into a
    window, needs OpenGL; this class calls the steps before it one by one, in the same order, and takes the picture
    from the mapper's memory. So the PC's graphics driver has no part in it.
    """

    def __init__(self, voxels: NDArray[Any], affine: NDArray[np.float64], *, step: float | None = None) -> None:
        """`step` is the distance in mm of samples along a ray; without it, one that shows no rings."""
        from vtkmodules.vtkRenderingCore import vtkLight, vtkRenderer, vtkVolume

        # Importing the OpenGL modules registers them: without them VTK makes neither renderer nor mapper.
        from vtkmodules.vtkRenderingOpenGL2 import vtkGenericOpenGLRenderWindow
        from vtkmodules.vtkRenderingVolume import vtkFixedPointVolumeRayCastMapper
        import vtkmodules.vtkRenderingVolumeOpenGL2  # noqa: F401

        self._messages = collect_messages()
        self._image, matrix = to_vtk_image(voxels, affine)
        self._matrix = np.array([[matrix.GetElement(row, column) for column in range(4)] for row in range(4)])
        self._mapper = vtkFixedPointVolumeRayCastMapper()
        self._mapper.SetInputData(self._image)
        self._mapper.AutoAdjustSampleDistancesOff()
        self.set_step(step or usual_step(affine))
        self._mapper.IntermixIntersectingGeometryOff()  # it would ask the window for other props
        self._volume = vtkVolume()
        self._volume.SetMapper(self._mapper)
        self._volume.SetUserMatrix(matrix)
        self._renderer = vtkRenderer()
        self._renderer.AddVolume(self._volume)
        self._lights = [vtkLight() for _ in _LIGHTS]
        for light, (intensity, *_) in zip(self._lights, _LIGHTS, strict=True):
            light.SetIntensity(intensity)
            self._renderer.AddLight(light)
        self._window = vtkGenericOpenGLRenderWindow()  # never opened: the renderer asks for its size
        self._window.AddRenderer(self._renderer)
        self.camera.ParallelProjectionOn()

    @property
    def camera(self) -> Any:
        """The vtkCamera; places are patient LPS in mm."""
        return self._renderer.GetActiveCamera()

    @property
    def bounds(self) -> NDArray[np.float64]:
        """From and to along columns, rows and slices in the coordinates of the clipping box, shape (6,)."""
        return np.array(self._image.GetBounds())

    def set_step(self, step: float) -> None:
        """Set the distance in mm of samples along a ray."""
        self._mapper.SetSampleDistance(step)

    def set_property(self, wanted: Any, *, maximum: bool = False) -> None:
        """Set colours, opacities and shading: a vtkVolumeProperty; whether rays show the greatest value alone."""
        self._volume.SetProperty(wanted)
        if maximum:
            self._mapper.SetBlendModeToMaximumIntensity()
        else:
            self._mapper.SetBlendModeToComposite()

    def put(self, voxels: NDArray[Any]) -> None:
        """Cast other voxels of the same shape at the same places."""
        put_voxels(self._image, voxels)

    def crop(self, box: NDArray[np.float64] | None) -> None:
        """Cast only within this box, in the numbers of `bounds`; everywhere with None."""
        if box is not None:
            self._mapper.SetCroppingRegionPlanes(*map(float, box))
            self._mapper.SetCroppingRegionFlagsToSubVolume()
        self._mapper.SetCropping(int(box is not None))

    def aim(self) -> None:
        """Show the whole body along the current direction."""
        self._renderer.ResetCamera()

    def aim_as(self, focus: Vector, eye: Vector, up: Vector, scale: float) -> None:
        """Look from `eye` to `focus`, in patient LPS and mm; half the height of the picture is `scale` mm."""
        camera = self.camera
        camera.SetFocalPoint(*focus)
        camera.SetPosition(*eye)
        camera.SetViewUp(*up)
        camera.SetParallelScale(scale)

    def picture(self, size: tuple[int, int], coarse: float = 1.0) -> NDArray[np.uint8]:
        """RGBA, (height, width, 4), first row on top; `coarse` above 1 divides the number of rays along each side."""
        self._window.SetSize(*size)
        self._mapper.SetImageSampleDistance(coarse)
        self._turn_on_lights()
        self._renderer.ResetCameraClippingRange()
        self._cast()
        return self._picture()

    def _turn_on_lights(self) -> None:
        """From where they are beside the eye, wherever it is."""
        camera = self.camera
        away, up = -np.array(camera.GetDirectionOfProjection()), np.array(camera.GetViewUp())
        right, focus = np.cross(up, away), np.array(camera.GetFocalPoint())
        for light, (_, across, above) in zip(self._lights, _LIGHTS, strict=True):
            light.SetFocalPoint(*focus)
            light.SetPosition(*(focus + away + across * right + above * up))

    def rows(self, size: tuple[int, int], first: int, last: int) -> NDArray[np.uint8]:
        """These rows of the picture of this size, counted from the top, as if all of it were cast."""
        camera, (width, height) = self.camera, size
        scale, focus, place = camera.GetParallelScale(), camera.GetFocalPoint(), camera.GetPosition()
        below = ((first + last) / 2 - height / 2) * 2 * scale / height  # from its middle to that of the rows, in mm
        by = -below * np.array(camera.GetViewUp())
        camera.SetFocalPoint(*(focus + by))
        camera.SetPosition(*(place + by))
        # VTK leaves the uppermost row black if the body ends within the picture and goes on above it.
        more = last - first + 2
        camera.SetParallelScale(scale * more / height)
        try:
            return self.picture((width, more))[1:-1]
        finally:
            camera.SetFocalPoint(*focus)
            camera.SetPosition(*place)
            camera.SetParallelScale(scale)

    def _cast(self) -> None:
        """The steps of `vtkFixedPointVolumeRayCastMapper::Render` before it shows the picture."""
        mapper = self._mapper
        mapper.GetRayCastImage().SetImageInUseSize(0, 0)  # a body out of sight leaves it unchanged
        mapper.PerImageInitialization(self._renderer, self._volume, 0, [0.0] * 3, [0.0] * 3, [0] * 6)
        unlocked.initialize_volume(mapper, self._renderer, self._volume)
        mapper.PerSubVolumeInitialization(self._renderer, self._volume, 0)
        if all(mapper.GetRayCastImage().GetImageInUseSize()):
            unlocked.render(mapper)

    def _picture(self) -> NDArray[np.uint8]:
        cast = self._mapper.GetRayCastImage()
        columns, rows = cast.GetImageViewportSize()
        used_columns, used_rows = cast.GetImageInUseSize()
        left, below = cast.GetImageOrigin()
        made = np.zeros((max(rows, 1), max(columns, 1), 4), np.uint8)
        if used_columns and used_rows:
            # VTK counts rows from below.
            part = made[::-1][below : below + used_rows, left : left + used_columns]
            part[:] = _memory_of(cast)[: part.shape[0], : part.shape[1]] >> _SHIFT
        made[..., 3] = _OPAQUE
        return made

    def close(self) -> None:
        """Release all memory."""
        self._renderer.RemoveAllViewProps()
        self._mapper.RemoveAllInputs()
        self._window.RemoveRenderer(self._renderer)
        del self._window, self._renderer, self._volume, self._mapper, self._image, self._lights


def _memory_of(cast: Any) -> NDArray[np.uint16]:
    """The mapper's memory, (rows, columns, 4): Python gets VTK's pointer as text, `_<address>_p_void`."""
    columns, rows = cast.GetImageMemorySize()
    address = int(cast.GetImage().split("_")[1], 16)
    values = (ctypes.c_uint16 * (columns * rows * 4)).from_address(address)
    return np.frombuffer(values, np.uint16).reshape(rows, columns, 4)


def collect_messages() -> Any:
    """Collect VTK's messages in memory: by default Windows would open a window full of them."""
    from vtkmodules.vtkCommonCore import vtkLogger, vtkOutputWindow, vtkStringOutputWindow

    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    messages = vtkStringOutputWindow()
    vtkOutputWindow.SetInstance(messages)
    return messages
