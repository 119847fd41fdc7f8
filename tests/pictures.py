"""Makes the pictures of the manuals from the real window: python -m tests.pictures [FOLDER]."""

from collections.abc import Callable, Sequence
import hashlib
from pathlib import Path
import shutil
import sys
import tempfile

from click.testing import CliRunner
import numpy as np
from PIL import Image
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtGui import QFont
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QWidget

from bench.rendering import beside_reference
from builder.cli.main import cli as mkbundle
from viewer.startup.options import StartOptions
from viewer.ui.app import make_application, open_window
from viewer.ui.rendering.page import BodyPage
from viewer.ui.shell.window import MainWindow
from viewer.ui.trial import wait_until

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
_SIZE = (1366, 768)
# Of invented people: with it the head is the first case, also in the order of a reading, whenever pictures are made.
KEY = hashlib.sha256(b"pictures of the manual 0").hexdigest()


def make_bundle(work: Path, *options: str) -> Path:
    """A bundle of the sample scans of three invented people."""
    make_bundle_and_listen(work, *options)
    return work / "stick"


def make_bundle_and_listen(work: Path, *options: str, viewer: str = "none") -> str:
    """The same; returns the output of mkbundle."""
    drive = work / "stick"
    drive.mkdir()
    if not (work / "scans").exists():
        run("demo", str(work / "scans"))
    key = work / "study.key"
    key.write_text(KEY + "\n", encoding="ascii")
    return run(str(work / "scans"), str(drive), "--key", str(key), "--viewer", viewer, "--no-progress", *options)


def run(*arguments: str) -> str:
    """The output of mkbundle; it must find nothing wrong."""
    done = CliRunner().invoke(mkbundle, list(arguments), standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.output


def open_on(drive: Path, **options: str) -> MainWindow:
    """The window with its first series loaded."""
    window = open_window(StartOptions(drive, **options))
    assert window is not None
    window.resize(*_SIZE)
    window.show()
    QApplication.setActiveWindow(window)  # where no window manager does
    window.viewing.start()
    settle(window)
    return window


def settle(window: MainWindow) -> None:
    """Wait until everything visible has arrived and is painted."""
    assert wait_until(lambda: all(port.loaded_stack.complete for port in window.viewing.ports), 60)
    QTest.qWait(150)


def key(window: MainWindow, *keys: int) -> None:
    """Keys on the selected pane."""
    for key in keys:
        QTest.keyClick(window.pane, key)


def click(window: MainWindow, *places: tuple[float, float]) -> None:
    """Clicks on the selected pane, at shares of its width and height."""
    pane = window.pane
    for x, y in places:
        at = QPoint(round(x * pane.width()), round(y * pane.height()))
        QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=at)


def one_series(window: MainWindow) -> None:
    """As it opens."""


def measures(window: MainWindow) -> None:
    """A distance, an angle and an area."""
    key(window, Qt.Key.Key_D)
    click(window, (0.38, 0.42), (0.6, 0.46))
    key(window, Qt.Key.Key_A)
    click(window, (0.36, 0.66), (0.5, 0.64), (0.36, 0.74), (0.5, 0.8))
    key(window, Qt.Key.Key_E)
    click(window, (0.44, 0.24), (0.54, 0.34))
    key(window, Qt.Key.Key_K)


def two_panes(window: MainWindow) -> None:
    """An abdomen beside its scout, linked, with a place marked in both."""
    window.open(next(entry for entry in window.viewing.entries if entry.title.startswith("Abdomen")))
    settle(window)
    window.viewing.lay_out(2)
    settle(window)
    key(window, Qt.Key.Key_L, Qt.Key.Key_O, Qt.Key.Key_J)
    click(window, (0.55, 0.4))


def planes(window: MainWindow) -> None:
    """The four planes."""
    page(window, "mpr")


def body(window: MainWindow) -> None:
    """The bones, seen from the front."""
    page(window, "3d")
    shown = window.pages.page
    content = None if shown is None else shown.content
    assert isinstance(content, BodyPage) and wait_until(lambda: content.previews.done, 60)


def reference(path: Path, stick: Path) -> Path:
    """The viewer's 3D picture on the left, and on the right the same from a sample each 0.1 mm; bone above vessels."""
    rows = [beside_reference(stick, name, (560, 460)) for name in ("Bone", "Vessels")]
    Image.fromarray(np.vstack(rows)).save(path, optimize=True)
    return path


def page(window: MainWindow, name: str) -> None:
    """A page with its content."""
    window.pages.show_page(name)
    assert wait_until(lambda: window.pages.settled, 60)
    QTest.qWait(200)


def the_help(window: MainWindow) -> None:
    """The help on keys and mouse."""
    key(window, Qt.Key.Key_H)


def a_reading(window: MainWindow) -> None:
    """A case with its first answers."""
    key(window, Qt.Key.Key_F6)
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, "Haematoma left frontal, 12 mm, no shift")
    QTest.qWait(900)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    for pressed in (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right):
        QTest.keyClick(QApplication.focusWidget(), pressed)


PICTURES: dict[str, Callable[[MainWindow], None]] = {
    "viewer": one_series, "measures": measures, "panes": two_panes, "help": the_help,
    "planes": planes, "body": body,
}  # fmt: skip
# What the pictures of a reading show: sure 1 to 5 by case, reader by reader.
SURE = {"Dr Quill": (4, 5, 2, 3), "Dr Okafor": (4, 4, 2, 3)}


def read_all(window: MainWindow, sure: Sequence[int]) -> None:
    """Every case, by keys alone."""
    for points in sure:
        settle(window)
        key(window, Qt.Key.Key_F6)
        press(*"no finding", Qt.Key.Key_Tab, Qt.Key.Key_Space, *[Qt.Key.Key_Right] * (points - 1))
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def press(*keys: int | str) -> None:
    """Keys on the focused widget."""
    for key in keys:
        QTest.keyClick(QApplication.focusWidget(), key)


def reading_pictures(folder: Path, work: Path) -> list[Path]:
    """The three steps: input and output of building and collecting, and a case being read."""
    said = make_bundle_and_listen(work, "--form", "default", viewer="win64,linux64")
    stick = work / "stick"
    made = [terminal(folder / "build.png", "mkbundle scans E: --form default", said, work)]
    made.append(_picture(folder / "reading.png", open_on(stick, reader="Dr Quill"), a_reading))
    shutil.rmtree(stick / "READINGS")
    for reader, sure in SURE.items():
        window = open_on(stick, reader=reader)
        read_all(window, sure)
        window.close()
        window.deleteLater()
    said = run("collect", str(stick), "-o", str(work / "readings.csv"), "--key", str(work / "study.key"))
    return [*made, terminal(folder / "collect.png", "mkbundle collect E: -o readings.csv --key study.key", said, work)]


def terminal(path: Path, command: str, said: str, work: Path) -> Path:
    """A picture of a command and its output; paths of this machine are replaced by those of the manual."""
    text = said.replace(str(work / "stick"), "E:").replace(f"{work}/", "").rstrip()
    label = QLabel(f"> {command}\n{text}")
    label.setFont(QFont("DejaVu Sans Mono", 10))
    label.setStyleSheet("background: #14171b; color: #eceff2; padding: 18px 22px;")
    label.setMinimumWidth(900)
    label.resize(label.sizeHint().expandedTo(label.minimumSize()))
    return _save(label, path)


def make(folder: Path) -> list[Path]:
    """All pictures, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    application, made = make_application("en"), []
    with tempfile.TemporaryDirectory() as work:
        viewed, read = Path(work, "viewed"), Path(work, "read")  # each with a study of its own
        viewed.mkdir()
        read.mkdir()
        plain = make_bundle(viewed)
        made += [_picture(folder / f"{name}.png", open_on(plain), drive) for name, drive in PICTURES.items()]
        made.append(reference(folder / "reference.png", plain))
        made += reading_pictures(folder, read)
    application.processEvents()
    return made


def _picture(path: Path, window: MainWindow, drive: Callable[[MainWindow], None]) -> Path:
    drive(window)
    QTest.qWait(200)
    _save(window, path)
    window.close()
    window.deleteLater()
    return path


def _save(widget: QWidget, path: Path) -> Path:
    picture = widget.grab()
    picture.setDevicePixelRatio(1)
    assert picture.save(str(path), "PNG")
    Image.open(path).convert("RGB").save(path, optimize=True)
    return path


if __name__ == "__main__":
    for written in make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER):
        print(written)  # noqa: T201 - this is its command line
