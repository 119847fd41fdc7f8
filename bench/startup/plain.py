"""The yardstick: a viewer as a tutorial would write it, with Qt, VTK, NumPy and pydicom, and nothing thought of."""

from pathlib import Path
import sys
import time

import numpy as np
import pydicom
from PyQt5.QtWidgets import QApplication, QMainWindow
import vtk
from vtk.util.numpy_support import numpy_to_vtk
from vtkmodules.qt.QVTKRenderWindowInteractor import QVTKRenderWindowInteractor

_folder, _phases = Path(sys.argv[1]), Path(sys.argv[2])


def _mark(phase: str) -> None:
    with _phases.open("a") as stream:
        stream.write(f"{time.perf_counter():.6f}\t{phase}\n")


def _read_volume() -> np.ndarray:
    slices = sorted(
        (pydicom.dcmread(path) for path in _folder.iterdir()), key=lambda slice_: slice_.ImagePositionPatient[2]
    )
    return np.array(
        [slice_.pixel_array * float(slice_.RescaleSlope) + float(slice_.RescaleIntercept) for slice_ in slices]
    )


class _Pane(QVTKRenderWindowInteractor):
    """Its events are set from outside."""


class _Window(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        volume = _read_volume().astype(np.int16)
        image = vtk.vtkImageData()
        image.SetDimensions(volume.shape[2], volume.shape[1], volume.shape[0])
        image.GetPointData().SetScalars(numpy_to_vtk(volume.ravel(), deep=True))
        self._widget = _Pane(self)
        self._widget.wheelEvent = self._scroll
        self._widget.keyPressEvent = self._window
        self.setCentralWidget(self._widget)
        self._viewer = vtk.vtkImageViewer2()
        self._viewer.SetInputData(image)
        self._viewer.SetRenderWindow(self._widget.GetRenderWindow())
        self._viewer.SetupInteractor(self._widget)
        self._viewer.SetSlice(len(volume) // 2)
        self._viewer.SetColorLevel(40)
        self._viewer.SetColorWindow(400)

    def begin(self) -> None:
        self._widget.Initialize()
        self._viewer.Render()
        _mark("first picture")

    def _scroll(self, *_: object) -> None:
        self._viewer.SetSlice(self._viewer.GetSlice() - 1)
        self._viewer.Render()
        _mark("scrolling answers")

    def _window(self, *_: object) -> None:
        self._viewer.SetColorWindow(self._viewer.GetColorWindow() * 1.1)
        self._viewer.Render()
        _mark("windowing answers")


application = QApplication(sys.argv)
window = _Window()
window.resize(application.primaryScreen().availableSize())
window.show()
application.processEvents()
window.begin()
sys.exit(application.exec())
