"""A line for each mark that gets a rating: where it is, the slider, and a cross that removes it."""

from collections.abc import Callable, Sequence

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from bundle.reading.questions import Rating, Value
from viewer.ui.look import theme
from viewer.ui.reading.slider import PointSlider
from viewer.words import tr


class RatedMarks(QWidget):
    """`changed` fires when the reader rates a mark or removes one; `value` then has all marks as they are."""

    changed = pyqtSignal()

    def __init__(self, rating: Rating, where: Callable[[Value], str]) -> None:
        super().__init__()
        self._rating, self._where = rating, where
        self._marks: list[Value] = []
        self._sliders: list[PointSlider] = []
        self._places: list[QLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)

    def value(self) -> Value:
        """The marks with their ratings; None if there is none."""
        return list(self._marks) or None

    def show_marks(self, marks: Sequence[Value]) -> None:
        """Show these marks; lines that are there stay, and keep the focus."""
        self._marks = list(marks)
        while len(self._sliders) > len(marks):
            self._drop()
        while len(self._sliders) < len(marks):
            self._add(len(self._sliders))
        for mark, slider in zip(marks, self._sliders, strict=True):
            slider.show_value(mark.get("rating"))
        self.describe()

    def describe(self) -> None:
        """Say where the marks are."""
        for number, (mark, place) in enumerate(zip(self._marks, self._places, strict=True), start=1):
            place.setText(", ".join(filter(None, (str(number), self._where(mark)))))

    def focus_last(self) -> None:
        """The mark that was set last waits for its rating."""
        self._sliders[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, number: int) -> None:
        place, slider = QLabel(), PointSlider(self._rating.minimum, self._rating.maximum, self._name(number))
        place.setStyleSheet(f"color: {theme.MUTED.name()};")
        slider.moved.connect(lambda: self._rated(number))
        remove = QPushButton("×")
        remove.setObjectName("back")
        remove.setFixedSize(26, 26)
        remove.setToolTip(tr("Remove this mark"))
        remove.setAccessibleName(tr("Remove this mark"))
        remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        remove.clicked.connect(lambda: self._remove(number))
        self._sliders.append(slider)
        self._places.append(place)
        for column, part in enumerate((place, slider, remove)):
            self._grid.addWidget(part, number, column)
            part.show()  # the layout would show it only later, and until then it takes no focus

    def _name(self, number: int) -> str:
        return f"{self._rating.text} {number + 1}"

    def _drop(self) -> None:
        """Take away the last line."""
        number = len(self._sliders) - 1
        for column in range(3):
            item = self._grid.itemAtPosition(number, column)
            part = None if item is None else item.widget()
            if part is not None:
                self._grid.removeWidget(part)
                part.hide()
                part.deleteLater()
        self._sliders.pop()
        self._places.pop()

    def _rated(self, number: int) -> None:
        mark = {name: part for name, part in self._marks[number].items() if name != "rating"}
        rating = self._sliders[number].value()
        self._marks[number] = mark | ({} if rating is None else {"rating": rating})
        self.changed.emit()

    def _remove(self, number: int) -> None:
        self.show_marks([*self._marks[:number], *self._marks[number + 1 :]])
        self.changed.emit()
