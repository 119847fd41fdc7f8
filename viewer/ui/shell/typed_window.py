"""A small window with two numbers: the centre and the width that the reader types."""

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QDoubleSpinBox, QFormLayout, QWidget

from viewer.state import ViewState, with_window
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

_MOST = 1e6
# With a window this narrow, a hundredth matters.
_NARROW = 10.0


class TypedWindow(QDialog):
    """Each number takes effect at once; Esc brings the window back that was there before."""

    def __init__(self, viewing: Viewing, parent: QWidget) -> None:
        super().__init__(parent)
        self._viewing, self._port, self._before = viewing, viewing.port, viewing.state
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Type a window"))
        center, width = viewing.state.window
        self.width_field = self._field(width, viewing.port.least_width, tr("Width"))
        self.center_field = self._field(center, -_MOST, tr("Centre"))
        units = viewing.entry.stack.units
        form = QFormLayout(self)
        for field, name in ((self.width_field, tr("Width")), (self.center_field, tr("Centre"))):
            form.addRow(f"{name} ({units})" if units else name, field)
        keys = QDialogButtonBox.StandardButtons()
        keys |= QDialogButtonBox.StandardButton.Ok
        keys |= QDialogButtonBox.StandardButton.Cancel
        buttons = QDialogButtonBox(keys)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)
        self.width_field.selectAll()

    def _field(self, value: float, least: float, name: str) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        field.setDecimals(4 if self._viewing.first_window[1] < _NARROW else 1)
        field.setRange(least, _MOST)
        field.setValue(value)
        field.setAccessibleName(name)
        field.valueChanged.connect(self._use)
        return field

    def _use(self) -> None:
        window = self.center_field.value(), self.width_field.value()
        self._show(with_window(self._viewing.state, window, self._viewing.port.least_width))

    def _show(self, state: ViewState) -> None:
        """Only on the picture that it was typed for."""
        if self._viewing.port is self._port:
            self._viewing.set_state(state)

    def reject(self) -> None:
        """Cancel: the window as it was."""
        self._show(with_window(self._viewing.state, self._before.window, self._viewing.port.least_width))
        super().reject()


def type_window(viewing: Viewing, parent: QWidget) -> None:
    """Ask for a window, and show it; nothing waits for the answer."""
    TypedWindow(viewing, parent).open()
