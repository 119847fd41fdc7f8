"""Turns the body once round and saves a picture of each step, where the reader wants them."""

from pathlib import Path

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QFileDialog

from viewer.ui.rendering.pane import BodyPane
from viewer.words import tr

# Pictures of a whole turn.
PICTURES = 36


class Turntable(QObject):
    """One series of pictures at a time; whatever the reader does in the pane meanwhile ends it."""

    def __init__(self, pane: BodyPane) -> None:
        super().__init__()
        self._pane = pane
        self._folder: Path | None = None
        self._name, self._saved = "", 0
        pane.sharpened.connect(self._go_on)

    @property
    def running(self) -> bool:
        """Whether pictures are still to come."""
        return self._folder is not None

    def ask(self, name: str) -> None:
        """Ask for a folder, and begin; files and their folder have this name. Ends what is running."""
        if self.stop():
            return
        title = tr("Folder for the pictures of a whole turn")
        chosen = QFileDialog.getExistingDirectory(self._pane.window(), title, str(Path.home()))
        if chosen:
            self.begin(Path(chosen), name)

    def begin(self, folder: Path, name: str) -> None:
        """Save into a new folder in this one."""
        try:
            self._folder = _new_folder(folder, name)
        except OSError:
            self._pane.say(_unwritten(folder))
            return
        self._name, self._saved = name, 0
        self._tell()
        self._pane.rest()

    def _tell(self) -> None:
        said = tr("Turntable: picture {number} of {total} (Esc ends it)")
        self._pane.say(said.format(number=self._saved + 1, total=PICTURES))

    def _go_on(self) -> None:
        if self._folder is None or not self._pane.settled:
            return
        self._pane.say("")  # the progress is no part of the picture
        file = self._folder / f"{self._name}-{self._saved + 1:02}.png"
        if not self._pane.grab().save(str(file), "PNG"):
            self._end(_unwritten(file))
            return
        self._saved += 1
        self._pane.turn(360 / PICTURES, 0, at_rest=True)
        if self._saved == PICTURES:
            said = tr("{number} pictures of a whole turn saved in {folder}")
            self._end(said.format(number=self._saved, folder=self._folder))
        else:
            self._tell()

    def stop(self) -> bool:
        """The reader does something else; False if no pictures were to come."""
        if self._folder is None:
            return False
        said = tr("Turntable ended: {number} of {total} pictures saved in {folder}")
        self._pane.turn(-self._saved * 360 / PICTURES, 0, at_rest=True)
        self._end(said.format(number=self._saved, total=PICTURES, folder=self._folder))
        return True

    def _end(self, text: str) -> None:
        self._folder = None
        self._pane.say(text)

    def release(self) -> None:
        """Save no more."""
        self._folder = None


def _new_folder(folder: Path, name: str) -> Path:
    """A folder that did not exist: nothing is overwritten."""
    number = 1
    while True:
        made = folder / (f"{name}-turntable" if number == 1 else f"{name}-turntable-{number}")
        try:
            made.mkdir()
        except FileExistsError:
            number += 1
        else:
            return made


def _unwritten(file: Path) -> str:
    return tr("{file} cannot be written.\nChoose another folder.").format(file=file).replace("\n", " ")
