"""The list of what is marked in the open case: measurements, key images and answers, each a jump to its slice."""

from collections.abc import Callable
from functools import partial

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QMenu, QWidget

from viewer.ui.look.icons import icon
from viewer.ui.slices.answers.jump import go_to
from viewer.ui.slices.answers.listed import Listed, Sort, listed, place_words
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

_ICONS = {Sort.ANSWER: "select", Sort.MEASURE: "distance", Sort.KEY_IMAGE: "key"}


def pop_up_marked(viewing: Viewing, over: QWidget, leave_page: Callable[[], None]) -> None:
    """Pop up the list over the picture."""
    menu = QMenu(over)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    fill_marked(menu, viewing, leave_page)
    menu.popup(over.mapToGlobal(over.rect().topLeft()))


def fill_marked(menu: QMenu, viewing: Viewing, leave_page: Callable[[], None]) -> None:
    """One entry for each; `leave_page` returns to the slices."""
    things = listed(viewing)
    for thing in things:
        text = f"{thing.text}\t{place_words(viewing, thing)}".replace("&", "&&")
        action = menu.addAction(icon(_ICONS[thing.sort]), text)
        if action is not None:
            action.triggered.connect(partial(_jump, viewing, thing, leave_page))
    if not things:
        nothing = menu.addAction(tr("Nothing is marked in this case yet"))
        if nothing is not None:
            nothing.setEnabled(False)


def _jump(viewing: Viewing, thing: Listed, leave_page: Callable[[], None], _checked: bool = False) -> None:
    if thing.mark is not None:
        viewing.answered.sought.emit(thing.mark)
    else:
        leave_page()
        go_to(viewing, thing.where)
