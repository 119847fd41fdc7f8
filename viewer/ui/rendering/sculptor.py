"""Hides the table, and what the scissors cut away; says so on the picture."""

from collections.abc import Callable

import numpy as np
from PyQt5.QtCore import QObject, pyqtSignal

from viewer.scene.body import Body
from viewer.scene.sculpting.cuts import BodyCut
from viewer.scene.sculpting.sculpture import Sculpture
from viewer.scene.sculpting.table import Outside, find_outside
from viewer.space.voxel_volume import Solid
from viewer.ui.rendering.jobs import Job
from viewer.words import tr


class Sculptor(QObject):
    """What is hidden of a body; `changed` when that is another part, or another text says so."""

    changed = pyqtSignal()

    def __init__(self, body: Body, solid: Solid) -> None:
        super().__init__()
        self._body, self._solid = body, solid
        self._outside: Outside | None = None
        self._undone: tuple[BodyCut, ...] = ()
        self._said = ""
        self._search = Job()
        self._search.ended.connect(self._found)

    @property
    def busy(self) -> bool:
        """Whether the table is being searched for."""
        return self._search.busy

    @property
    def without_table(self) -> bool:
        """Whether the table is hidden, or will be as soon as it is found."""
        return self.busy or self._body.sculpture.outside is not None

    def notes(self) -> tuple[str, ...]:
        """What is hidden, and what came of the search for the table."""
        sculpture = self._body.sculpture
        table = tr("Table and head-holder removed") if sculpture.outside is not None else self._said
        cuts = tr("Parts cut away (%n cuts)", len(sculpture.cuts)) if sculpture.cuts else ""
        return tuple(text for text in (table, cuts) if text)

    def turn_table(self) -> None:
        """Hide the table, or show it again."""
        if self.without_table:
            self._search.stop()
            self._said = ""
            self._hide(None)
        elif self._outside is not None:
            self._hide(self._outside)
        else:
            self._said = tr("Searching for table and head-holder")
            solid = self._solid
            self._search.begin(lambda wanted: find_outside(solid))
            self.changed.emit()

    def _found(self, found: object) -> None:
        self._said = ""
        if isinstance(found, Outside):
            self._outside = found
            self._hide(found)
            return
        self._said = tr("No table or head-holder found")
        if isinstance(found, Exception):
            reason = f"{type(found).__name__}: {found}"
            self._said = tr("Table and head-holder could not be searched for ({reason})").format(reason=reason)
        self.changed.emit()

    def _hide(self, outside: Outside | None) -> None:
        self._sculpt(lambda sculpture: Sculpture(outside, sculpture.cuts))

    def cut(self, cut: BodyCut) -> None:
        """Cut something away."""
        self._undone = ()
        self._sculpt(lambda sculpture: sculpture.with_cut(cut))

    def undo(self) -> bool:
        """Take the last cut back; False if there is none."""
        cuts = self._body.sculpture.cuts
        if not cuts:
            return False
        self._undone = (*self._undone, cuts[-1])
        self._sculpt(Sculpture.without_last_cut)
        return True

    def redo(self) -> bool:
        """Cut again what was taken back last; False if there is nothing."""
        if not self._undone:
            return False
        cut, self._undone = self._undone[-1], self._undone[:-1]
        self._sculpt(lambda sculpture: sculpture.with_cut(cut))
        return True

    def _sculpt(self, change: Callable[[Sculpture], Sculpture]) -> None:
        self._body.sculpt(change(self._body.sculpture))
        self.changed.emit()

    def release(self) -> None:
        """Search no more."""
        self._search.stop()


def cut_of(body: Body, size: tuple[float, float], outline: list[tuple[float, float]], *, keep: bool) -> BodyCut:
    """The cut of an outline on the picture, in pixels of a pane of this (width, height)."""
    camera = body.view((max(round(size[0]), 1), max(round(size[1]), 1))).camera
    by = 2 * camera.scale / size[1]
    middle = np.array(size) / 2
    shape = tuple((float(x), float(y)) for x, y in (np.array(outline) - middle) * by)
    return BodyCut(camera.focus, camera.right, camera.down, shape, keep)
