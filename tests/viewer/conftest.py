"""Fixtures of the viewer's tests: small bundles, and the real window on one of them."""

from collections.abc import Callable, Iterator
import os
from pathlib import Path

from PyQt5.QtCore import QTimer
from PyQt5.QtGui import QDrag
from PyQt5.QtPrintSupport import QPrintDialog
from PyQt5.QtWidgets import QApplication, QFileDialog
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from viewer.startup.options import StartOptions
from viewer.ui.app import make_application, open_window
from viewer.ui.shell.window import MainWindow
from viewer.ui.trial import wait_until

OpenWindow = Callable[..., MainWindow]


@pytest.fixture(scope="session", autouse=True)
def english(qapp: object) -> None:
    """Even tests without a window use the singular forms, which are in a translation."""
    make_application("en")


TILT = [(0.0, 0.6 * k, 2.0 * k) for k in range(10)]


def sample_cases() -> list[CaseSpec]:
    """A plain head, a tilted one in non-square pixels, an uneven stack, a PET with a slope per slice, an MR."""
    head = bundles.head_like()
    uptake = bundles.head_like(6, seed=2) + 1000
    return [
        CaseSpec([
            SeriesSpec([StackSpec(head)]),
            SeriesSpec([StackSpec(bundles.head_like(10, 48, 64), TILT, pixel_spacing=(2.0, 1.0))], number=2),
        ]),
        CaseSpec([
            SeriesSpec([
                StackSpec(head[:4], [(0, 0, z) for z in (0, 5, 10, 20)]),
                StackSpec(head[:3], orientation=None, pixel_spacing=None),
            ], description="Chest, axial", number=7),
            SeriesSpec(
                [StackSpec(uptake, rescales=[(0.5 + k, 0.0) for k in range(6)], window=(2000, 4000), signed=False)],
                "PT", 8, "PET, axial 2 mm",
            ),
        ]),
        CaseSpec([
            SeriesSpec([StackSpec(uptake, bits_stored=12, signed=False, one_file=True, photometric="MONOCHROME1",
                                  rescales=[(2.0, -100.0)] * 6, window=(1000, 900), own_window=True)], "MR", 9, "Head"),
        ], "P-OTHER"),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def bundle_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of several cases. Never change it: copy it."""
    return bundles.make_bundle(tmp_path_factory.mktemp("bundle") / "Stick für Ärzte", sample_cases())


@pytest.fixture(scope="session")
def sticks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stick with segmentations, by the builder. Never change it: copy it."""
    from tests.viewer.ui.segmented import make_stick

    return make_stick(tmp_path_factory.mktemp("segments"))


@pytest.fixture
def show_window(qtbot: object) -> Iterator[OpenWindow]:
    """Opens the real window on a bundle, loaded; closes it at the end."""
    opened: list[MainWindow] = []

    def show(root: Path, load: bool = True, size: tuple[int, int] = (1100, 700), **options: str) -> MainWindow:
        window = open_window(StartOptions(root, **options))
        opened.append(window)
        window.resize(*size)
        window.show()
        if load:
            window.viewing.start()
            assert wait_until(lambda: window.viewing.loaded_stack.complete, 10)
        return window

    yield show
    for window in opened:
        window.close()
        window.deleteLater()


@pytest.fixture
def nothing_modal(monkeypatch) -> Iterator[None]:
    """Dialogs of the system are declined, and whatever waits for an answer is closed.

    A row that a made event drags out of the list waits as well: on a real screen Qt lets go of it only when a real
    button is released. The offscreen platform ends such a drag by itself, and cannot be told to.
    """
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: ("", ""))
    monkeypatch.setattr(QPrintDialog, "exec", lambda self: 0)
    timer = QTimer()

    def decline() -> None:
        if QApplication.platformName() != "offscreen":
            QDrag.cancel()
        waiting = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if waiting is not None:
            waiting.close()

    timer.timeout.connect(decline)
    timer.start(15)
    yield
    timer.stop()
