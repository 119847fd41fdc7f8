"""Renders a volume on the processor into a picture, without a window on the screen."""

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viewer.scene.vtk_image import to_vtk_image

# What most voxels are (air, the table's surroundings) is clear; the brightest are opaque.
_CLEAR_PERCENTILE = 75.0
_OPAQUE_PERCENTILE = 99.5
_COLOURS = ((0.0, 0.35, 0.20, 0.15), (0.5, 0.85, 0.65, 0.50), (1.0, 1.0, 0.97, 0.90))
_FOR_PERCENTILES = 200_000


class NoPicture(Exception):
    """VTK made no picture; the message has what it said."""


def render_volume(
    volume: NDArray[np.float32], affine: NDArray[np.float64], size: tuple[int, int] = (400, 400)
) -> NDArray[np.uint8]:
    """The volume seen from the front of the patient, head up: RGBA, shape (height, width, 4), first row on top.

    `volume` is (slices, rows, columns) in modality units, `affine` (i, j, k, 1) -> patient LPS in mm; a sheared one is
    shown straight. Raises NoPicture.
    """
    messages = collect_messages()
    window = off_screen_window(_scene(volume, affine), size)
    try:
        window.Render()
        return read_back(window, size)
    except (ValueError, AttributeError) as error:
        raise NoPicture(f"{error} {messages.GetOutput()}".strip()) from error
    finally:
        window.Finalize()


def opengl_facts() -> dict[str, str]:
    """The vendor, renderer and version that OpenGL states of itself; ask only where it is usable."""
    from vtkmodules.vtkRenderingCore import vtkRenderer

    collect_messages()
    window = off_screen_window(vtkRenderer(), (8, 8))
    window.Render()
    said = str(window.ReportCapabilities())
    window.Finalize()
    lines = (line.split(" string: ", 1) for line in said.splitlines() if " string: " in line)
    return {name.strip().lower(): value.strip() for name, value in lines if name.startswith("OpenGL ")}


def vtk_version() -> str:
    """The version of VTK."""
    from vtkmodules.vtkCommonCore import vtkVersion

    return str(vtkVersion.GetVTKVersion())


def collect_messages() -> Any:
    """VTK's messages in memory: by default Windows would get a window full of them."""
    # The software OpenGL of Linux keeps compiled shaders in the user's home; this program leaves no trace there.
    os.environ.setdefault("MESA_SHADER_CACHE_DISABLE", "true")
    from vtkmodules.vtkCommonCore import vtkLogger, vtkOutputWindow, vtkStringOutputWindow

    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    messages = vtkStringOutputWindow()
    vtkOutputWindow.SetInstance(messages)
    return messages


def _scene(volume: NDArray[np.float32], affine: NDArray[np.float64]) -> Any:
    # The OpenGL modules, here and below, are imported for what they register: VTK makes nothing without them.
    from vtkmodules.vtkRenderingCore import vtkRenderer, vtkVolume
    from vtkmodules.vtkRenderingVolume import vtkFixedPointVolumeRayCastMapper
    import vtkmodules.vtkRenderingVolumeOpenGL2  # noqa: F401

    image, matrix = to_vtk_image(volume, affine)
    mapper = vtkFixedPointVolumeRayCastMapper()
    mapper.SetInputData(image)
    prop = vtkVolume()
    prop.SetMapper(mapper)
    prop.SetProperty(_look(volume))
    prop.SetUserMatrix(matrix)
    renderer = vtkRenderer()
    renderer.SetBackground(0, 0, 0)
    renderer.AddVolume(prop)
    _look_from_the_front(renderer)
    return renderer


def _look(volume: NDArray[np.float32]) -> Any:
    from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
    from vtkmodules.vtkRenderingCore import vtkColorTransferFunction, vtkVolumeProperty

    some = volume.reshape(-1)[:: max(volume.size // _FOR_PERCENTILES, 1)]
    clear, opaque = (float(value) for value in np.percentile(some, (_CLEAR_PERCENTILE, _OPAQUE_PERCENTILE)))
    opaque = max(opaque, clear + 1e-3)
    opacity, colour = vtkPiecewiseFunction(), vtkColorTransferFunction()
    opacity.AddPoint(clear, 0.0)
    opacity.AddPoint(opaque, 0.6)
    for share, red, green, blue in _COLOURS:
        colour.AddRGBPoint(clear + share * (opaque - clear), red, green, blue)
    made = vtkVolumeProperty()
    made.SetScalarOpacity(opacity)
    made.SetColor(colour)
    made.SetInterpolationTypeToLinear()
    return made


def _look_from_the_front(renderer: Any) -> None:
    """Patient LPS: y grows towards the back and z towards the head, so the front is at negative y."""
    camera = renderer.GetActiveCamera()
    camera.SetFocalPoint(0, 0, 0)
    camera.SetPosition(0, -1, 0)
    camera.SetViewUp(0, 0, 1)
    renderer.ResetCamera()


def off_screen_window(renderer: Any, size: tuple[int, int]) -> Any:
    """A render window that is never shown."""
    from vtkmodules.vtkRenderingCore import vtkRenderWindow
    import vtkmodules.vtkRenderingOpenGL2  # noqa: F401

    window = vtkRenderWindow()
    window.SetOffScreenRendering(1)
    window.SetMultiSamples(0)
    window.SetSize(*size)
    window.AddRenderer(renderer)
    return window


def read_back(window: Any, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The picture out of the render window: a picture of the screen is black where it is an OpenGL window (Wine)."""
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkCommonCore import vtkUnsignedCharArray

    width, height = size
    values = vtkUnsignedCharArray()
    window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, values)
    # VTK counts rows from below.
    rows = vtk_to_numpy(values).reshape(height, width, 4)  # type: ignore[no-untyped-call]
    return np.array(rows[::-1])
