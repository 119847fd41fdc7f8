"""The colours of a segmentation in one pane, kept until the plane, the segments or their colours change."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PyQt5 import sip
from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QImage, QPainter

if TYPE_CHECKING:  # they need NumPy, which loads after the first slices
    from numpy.typing import NDArray

    from viewer.segments.picture import Palette

See = Callable[[], "Sequence[NDArray[Any]]"]


class ColouredLabels:
    """Pictures of all layers; both are made anew only if what they are of has changed."""

    def __init__(self) -> None:
        self._seen: Sequence[NDArray[Any]] = ()
        self._seen_of: object = None
        self._images: list[_Picture] = []
        self._coloured_as: object = None

    def paint(
        self, painter: QPainter, place: QRectF, asked: object, see: See, colours: "Palette"
    ) -> None:  # fmt: skip
        """Paint the labels that `see` gives for what is `asked`; each is a rectangle within `place`."""
        if asked != self._seen_of:
            self._seen, self._seen_of, self._coloured_as = see(), asked, None
        if self._coloured_as is not colours:
            self._images, self._coloured_as = [_Picture(labels, colours) for labels in self._seen], colours
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for picture in self._images:
            painter.drawImage(place, picture.image)
        painter.restore()


class _Picture:
    """An image over the bytes of an array, which are not copied."""

    def __init__(self, labels: "NDArray[Any]", colours: "Palette") -> None:
        from viewer.segments.picture import coloured

        self._pixels = coloured(labels, colours)
        rows, columns = self._pixels.shape
        over = sip.voidptr(self._pixels.data)
        self.image = QImage(over, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)


def differences(see: "Sequence[See]", kept: "Sequence[Palette]") -> See:
    """What is in both of two segmentations, or in one alone, as one layer."""

    def seeing() -> "Sequence[NDArray[Any]]":
        from viewer.segments.likeness import difference

        made = difference(see[0](), kept[0], see[1](), kept[1])
        return [] if made is None else [made]

    return seeing
