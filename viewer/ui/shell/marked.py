"""The list of what is marked in the open case, each a jump to its slice or, of a curve, to the planes."""

from functools import partial

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QMenu

from viewer.ui.look.icons import icon
from viewer.ui.shell.pages import Pages
from viewer.ui.slices.answers.jump import go_to
from viewer.ui.slices.answers.listed import Listed, Sort, listed, place_words
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

_ICONS = {Sort.ANSWER: "select", Sort.MEASURE: "distance", Sort.KEY_IMAGE: "key", Sort.CURVE: "freehand"}


def pop_up_marked(viewing: Viewing, pages: Pages) -> None:
    """Pop up the list over the picture."""
    menu = QMenu(pages)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    fill_marked(menu, viewing, pages)
    menu.popup(pages.mapToGlobal(pages.rect().topLeft()))


def fill_marked(menu: QMenu, viewing: Viewing, pages: Pages) -> None:
    """One entry for each, which goes to its slice or plane."""
    things = listed(viewing)
    for thing in things:
        text = f"{thing.text}\t{place_words(viewing, thing)}".replace("&", "&&")
        action = menu.addAction(icon(_ICONS[thing.sort]), text)
        if action is not None:
            action.triggered.connect(partial(_jump, viewing, thing, pages))
    if not things:
        nothing = menu.addAction(tr("Nothing is marked in this case yet"))
        if nothing is not None:
            nothing.setEnabled(False)


def _jump(viewing: Viewing, thing: Listed, pages: Pages, _checked: bool = False) -> None:
    if thing.mark is not None:
        viewing.answered.sought.emit(thing.mark)
    else:
        pages.leave()
        go_to(viewing, thing.where)
        if thing.sort is Sort.CURVE:
            pages.trace()
