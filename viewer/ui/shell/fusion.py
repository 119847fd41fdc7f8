"""The keys, menu entries and messages about two series in one picture: a PET over others, and differences."""

from collections.abc import Sequence
from functools import partial

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAction, QMenu, QWidget

from viewer.entries import Entry
from viewer.ui.look.message import Message
from viewer.ui.shell.commands import Command
from viewer.ui.slices.fusion.fusing import Fusing
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

_SHIFT = int(Qt.KeyboardModifier.ShiftModifier)


def commands(viewing: Viewing, window: QWidget) -> Sequence[Command]:
    """The keys, which also lead back again; a refusal is a message over the window."""
    fusing, subtracting = viewing.fusing, viewing.subtracting

    def refuse(reason: str) -> None:
        _tell(tr("The PET cannot be laid over this series"), reason, window)

    def refuse_difference(reason: str) -> None:
        _tell(tr("There is no difference to show"), reason, window)

    fusing.refused.connect(refuse)
    subtracting.refused.connect(refuse_difference)
    return (
        Command((Qt.Key.Key_Y,), "Y", tr("PET in colours over CT or MR, and back"), fusing.toggle),
        Command((_SHIFT | Qt.Key.Key_Y,), tr("Shift+Y"), tr("Subtract another series, and back"), subtracting.toggle),
    )


def _tell(title: str, reason: str, window: QWidget) -> None:
    """Say why, and wait for nothing."""
    message = Message(title, reason, window)
    message.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    message.open()


def fill(menu: QMenu, viewing: Viewing) -> None:
    """An entry for each PET of the case, and one for what may be subtracted."""
    fusing = viewing.fusing
    offered = fusing.offered()
    if offered:
        menu.addSeparator()
    for pet in offered:
        chosen = fusing.pet is pet
        action = QAction(f"{tr('In colours over the others: {series}').format(series=pet.title)}\tY", menu)
        action.setCheckable(True)
        action.setChecked(chosen)
        action.triggered.connect(partial(_choose, fusing, None if chosen else pet))
        menu.addAction(action)
    _fill_differences(menu, viewing)


def _fill_differences(menu: QMenu, viewing: Viewing) -> None:
    """The other series of the modality, each with what becomes of it."""
    others = viewing.subtracting.offered()
    part = menu.addMenu(tr("Subtract from this series")) if others else None
    if part is None:
        return
    for other in others:
        action = QAction(other.title, part)
        action.triggered.connect(partial(_subtract, viewing, other))
        part.addAction(action)


def _subtract(viewing: Viewing, other: Entry, _checked: bool) -> None:
    viewing.subtracting.subtract(other)


def _choose(fusing: Fusing, pet: object, _checked: bool) -> None:
    chosen = next((offered for offered in fusing.offered() if offered is pet), None)
    if chosen is None:
        fusing.end()
    else:
        fusing.lay_over(chosen)
