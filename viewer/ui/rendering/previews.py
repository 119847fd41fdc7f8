"""Small pictures of the case itself for the presets, made in the thread that casts while the body is at rest."""

from collections.abc import Sequence

import numpy as np
from PyQt5.QtCore import QObject, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QImage

from viewer.scene.render_presets import SIDES, RenderPreset, in_voxels
from viewer.space.voxel_volume import Solid
from viewer.ui.rendering.fine import cast_picture
from viewer.ui.rendering.jobs import Job
from viewer.ui.rendering.pane import BodyPane

# Of a small picture, in pixels; each is the mean of so many rays along each side.
SIZE = QSize(60, 46)
_RAYS = 3


class LookPictures(QObject):
    """From the front, as the body was when `pane` came to rest for the first time."""

    made = pyqtSignal(int, QImage)

    def __init__(self, pane: BodyPane, solid: Solid, looks: Sequence[RenderPreset]) -> None:
        super().__init__()
        self._pane, self._solid, self._looks = pane, solid, looks
        self._next = 0
        self._job = Job()
        self._job.ended.connect(self._take)
        pane.sharpened.connect(self._go_on)

    @property
    def done(self) -> bool:
        """Whether there is nothing more to come."""
        return self._next >= len(self._looks)

    def _go_on(self) -> None:
        if self.done or self._job.busy or not self._pane.settled:  # the picture at rest comes first
            return
        body, size = self._pane.body, (SIZE.width() * _RAYS, SIZE.height() * _RAYS)
        view = body.from_side(SIDES[0], in_voxels(self._looks[self._next], self._solid), size)
        self._job.begin(lambda wanted: cast_picture(body, view, size, wanted))

    def _take(self, picture: object) -> None:
        if isinstance(picture, np.ndarray):
            rows, columns, _ = picture.shape
            image = QImage(picture.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGBX8888)
            kept = Qt.AspectRatioMode.IgnoreAspectRatio
            self.made.emit(self._next, image.scaled(SIZE, kept, Qt.TransformationMode.SmoothTransformation))
        self._next += 1  # a preset without a picture still has its name
        self._go_on()

    def release(self) -> None:
        """Make no more."""
        self._job.stop()
        self._next = len(self._looks)
