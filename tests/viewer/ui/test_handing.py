"""One case for another program: as pydicom and DCMTK read it, in the real window, and only where the form allows it."""

from collections.abc import Callable
import filecmp
import os
from pathlib import Path
import shutil
import subprocess
import tracemalloc

from pydicom import dcmread
from pydicom.fileset import FileSet
from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QProgressDialog,
    QPushButton,
    QToolButton,
)
import pytest

from bundle.index.index import Catalog
from bundle.medium.plain import PlainMedium
from tests import scans
from tests.builder.cli.test_cli import mkbundle
from viewer.reading import handing
from viewer.reading.directory import study_directory
from viewer.startup.options import StartOptions
from viewer.ui.app import make_application, open_window
from viewer.ui.look.message import Message
from viewer.ui.reading.panel import ReadingPanel

RESEARCHER, READER = "acorn beacon cricket delta ember", "garnet hazel indigo jasmine kettle"
OPEN = 'hand_over = true\nshow = ["case", "pseudonym", "date", "series-number", "segmentations"]\n'
FORM = (
    'title = "Nodules"\nsession = 1\n{more}[order]\nshuffle = false\n'
    '[[question]]\nid = "f"\ntext = "Finding"\ntype = "text"\n'
)
ENTRY, IN_GERMAN = "Write this case for another program", "Diesen Fall für ein anderes Programm schreiben"


@pytest.fixture(scope="module")
def work(tmp_path_factory) -> Path:
    """The same two cases on a plain stick and an encrypted one whose forms allow it, and on one whose form does not."""
    folder = tmp_path_factory.mktemp("handing")
    scans.write_people(folder / "scans", 2)
    (folder / "pw").write_text(RESEARCHER + "\n")
    (folder / "reader").write_text(READER + "\n")
    sealing = ("--encrypt", "--password-file", folder / "pw")
    for name, more, sealed in (("plain", OPEN, ()), ("stick", OPEN, sealing), ("closed", "", ())):
        (folder / f"{name}.toml").write_text(FORM.format(more=more))
        (folder / name).mkdir()
        mkbundle(folder / "scans", folder / name, "--key", folder / "keys/study.key", "--form", folder / f"{name}.toml",
                 "--viewer", "none", "--no-picture-search", "--no-progress", "--no-check", *sealed)  # fmt: skip
    mkbundle("password", "add", folder / "stick", "Dr Quill", "--password-file", folder / "pw",
             "--new-password-file", folder / "reader")  # fmt: skip
    return folder


@pytest.fixture
def show(work, tmp_path, qtbot, monkeypatch):
    """The window on a copy of a stick; the reader's own folder is elsewhere."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    opened = []

    def open_on(name: str):
        stick = Path(shutil.copytree(work / name, tmp_path / name))
        sealed = {"password_file": work / "reader"} if name == "stick" else {}
        window = open_window(StartOptions(stick, reader="Dr Quill", **sealed))
        opened.append(window)
        window.show()
        return window, stick

    yield open_on
    for window in opened:
        window.close()
        window.deleteLater()


def more_menu(window) -> QMenu:
    menu = window.findChild(QToolButton, "more").menu()
    menu.aboutToShow.emit()
    return menu


def entry(window, text: str = ENTRY):
    return next((action for action in more_menu(window).actions() if action.text() == text), None)


class Hand:
    """Answers each window of the viewer as a person would, and keeps what it says; the system's own names a folder."""

    def __init__(self, folder: Path, button: str = "Choose a folder") -> None:
        self.said: list[str] = []
        self._button, self._usual = button, QFileDialog.getExistingDirectory
        QFileDialog.getExistingDirectory = lambda *_: str(folder)
        self._timer = QTimer()
        self._timer.timeout.connect(self._answer)
        self._timer.start(20)

    def _answer(self) -> None:
        waiting = QApplication.activeModalWidget()
        if isinstance(waiting, QMessageBox):
            self.said.append(f"{waiting.text()}\n{waiting.informativeText()}")
            next(button for button in waiting.buttons() if button.text() == self._button).click()
        elif isinstance(waiting, Message):
            self.said.append("\n".join(label.text() for label in waiting.findChildren(QLabel)))
            waiting.accept()

    def __enter__(self) -> "Hand":
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()
        QFileDialog.getExistingDirectory = self._usual


def write_case(window, folder: Path, action: Callable[[], None] | None = None, **more: str) -> list[str]:
    with Hand(folder, **more) as hand:
        (action or entry(window).trigger)()
    return hand.said


def case_paths(plain: Path, case: str) -> set[str]:
    with Catalog(plain) as catalog:
        study = next(study for study in catalog.studies() if study.case == case)
    return {
        path.relative_to(plain).as_posix()
        for path in (plain / "DICOM").rglob("IM*")
        if dcmread(path, stop_before_pixels=True).StudyInstanceUID == study.study_instance_uid
    }


def files_of(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["stick", "plain"])
def test_a_case_becomes_a_file_set_that_other_programs_read(work, show, tmp_path, name):
    window, stick = show(name)
    before = {path: (stick / path).read_bytes() for path in files_of(stick)}
    panel = window.findChild(ReadingPanel)
    panel.session.go_to(panel.session.slots[1])
    panel.turn(panel.session.slot)
    first, last = write_case(window, tmp_path / "home")
    folder = tmp_path / "home/CASE-002"
    assert ("password of the stick does not protect them any more" in first) == (name == "stick")
    if name == "stick":  # whose README.TXT says that nothing is written on the PC
        assert "those files are not encrypted" in " ".join((stick / "README.TXT").read_text().split())
    assert "whoever can open their folder can see and copy them" in first and "recorded" in first
    assert str(folder) in last and "not protected any more" in last and "DICOMDIR" in last
    images = case_paths(work / "plain", "CASE-002")
    assert files_of(folder) == images | {"DICOMDIR"} and len(images) == 4
    assert {path for path in images if not filecmp.cmp(folder / path, work / "plain" / path, shallow=False)} == set()

    found = FileSet(folder / "DICOMDIR")
    assert {Path(instance.path).relative_to(folder).as_posix() for instance in found} == images
    assert all(instance.load().SOPInstanceUID == instance.ReferencedSOPInstanceUIDInFile for instance in found)
    assert found.UID != FileSet(work / "plain/DICOMDIR").UID
    dump = subprocess.run(["dcmdump", "+P", "0004,1500", "-E", folder / "DICOMDIR"], check=True, capture_output=True)
    assert dump.stdout.count(b"[DICOM") == 4 and not dump.stderr

    changed = {path for path in files_of(stick) if before.get(path) != (stick / path).read_bytes()}
    assert changed and all(path.startswith("READINGS/") for path in changed)
    window.close()
    password = ("--password-file", work / "pw") if name == "stick" else ()
    table = tmp_path / "table.csv"
    told = mkbundle("collect", stick, "-o", table, *password, check=None).stdout
    assert "Dr Quill: began to write CASE-002 as plain files for another program on 20" in " ".join(told.split())


def test_the_segmentations_of_a_case_go_with_their_images(sticks, tmp_path):
    with Catalog(sticks) as catalog:
        (study,) = catalog.studies()
        segmentations = {each.path for entry in study.series for stack in entry.stacks
                         for each in catalog.segmentations(stack.stack_id)}  # fmt: skip
    attempt = handing.Handing(PlainMedium(sticks), study, tmp_path)
    list(attempt.write())
    found = FileSet(attempt.folder / "DICOMDIR")
    read = [dcmread(instance.path) for instance in found]
    masks = [each for each in read if each.Modality == "SEG"]
    assert len(masks) == len(segmentations) == 7
    assert {path for path in segmentations if not (attempt.folder / path).is_file()} == set()
    images = {each.SOPInstanceUID for each in read} - {each.SOPInstanceUID for each in masks}
    wanted = {image.ReferencedSOPInstanceUID for mask in masks for series in mask.ReferencedSeriesSequence
              for image in series.ReferencedInstanceSequence}  # fmt: skip
    assert wanted and wanted <= images


def test_the_directory_of_a_large_medium_takes_little_memory(work):
    content = (work / "plain/DICOMDIR").read_bytes()
    with Catalog(work / "plain") as catalog:
        (study, *_) = catalog.studies()
    large = content + content[content.rindex(b"\xfe\xff\x00\xe0") :] * 5000  # images of the last case
    tracemalloc.start()
    try:
        made, paths = study_directory(large, study.study_instance_uid)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(paths) == 4 and len(made) < len(content) and most < 1_000_000


def test_dcmtk_goes_on_from_the_directory(show, tmp_path):
    """dcmmkdir follows every link of a directory to which it appends, and refuses one with a wrong offset."""
    window, _ = show("plain")
    write_case(window, tmp_path / "home")
    folder = tmp_path / "home/CASE-001"
    (first, *_) = sorted((folder / "DICOM").rglob("IM*"))
    new = dcmread(first)
    new.SOPInstanceUID = new.file_meta.MediaStorageSOPInstanceUID = f"{new.SOPInstanceUID}.1"
    new.save_as(folder / "NEW")
    subprocess.run(["dcmmkdir", "-Nxc", "+I", "+A", "+D", folder / "DICOMDIR", "+id", folder, "NEW"], check=True)
    assert len(list(FileSet(folder / "DICOMDIR"))) == 5


def test_stop_half_way_leaves_nothing(show, tmp_path, monkeypatch):
    window, _ = show("plain")
    usual = QProgressDialog.setValue

    def stopped(bar: QProgressDialog, value: int) -> None:
        usual(bar, value)
        if value == 2:
            assert len(files_of(tmp_path / "home")) == 2
            bar.findChild(QPushButton).click()

    monkeypatch.setattr(QProgressDialog, "setValue", stopped)
    assert len(write_case(window, tmp_path / "home")) == 1  # no word of a case that was written
    assert list((tmp_path / "home").iterdir()) == []


def test_without_the_form_s_leave_there_is_no_entry(show):
    window, _ = show("closed")
    assert entry(window) is None and len(more_menu(window).actions()) > 5


def test_whoever_thinks_better_of_it_writes_nothing_and_nothing_is_recorded(show, tmp_path):
    window, stick = show("plain")
    assert len(write_case(window, tmp_path / "home", button="Cancel")) == 1
    assert files_of(tmp_path / "home") == set()
    window.close()
    assert "began to write" not in mkbundle("collect", stick, "-o", tmp_path / "table.csv", check=None).stdout


@pytest.mark.parametrize("place", ["", "DICOM", "../stick/BUNDLE"])
def test_never_onto_the_stick(show, tmp_path, place):
    window, stick = show("stick")
    (stick / "DICOM").mkdir()
    before = files_of(stick)
    _, said = write_case(window, stick / place)
    assert "is on the stick itself" in said and "CASE-001 was not written" in said
    assert files_of(stick) == before | {path for path in files_of(stick) if path.startswith("READINGS/")}
    assert not list(stick.rglob("CASE-*"))


def test_a_folder_elsewhere_on_the_disk_of_the_stick_is_on_the_stick_too(monkeypatch, tmp_path):
    """The bundle may lie in a folder of the stick."""
    root, beside = Path("/dev/shm"), Path("/dev")
    if root.stat().st_dev in (beside.stat().st_dev, tmp_path.stat().st_dev):
        pytest.skip("this machine has one file system only")
    monkeypatch.setenv("HOME", str(tmp_path))
    bundle, elsewhere = root / "handing-bundle", root / "handing-elsewhere"
    assert handing._is_on(bundle.parent, root)
    bundle.mkdir()
    elsewhere.mkdir()
    try:
        assert handing._is_on(bundle, elsewhere) and not handing._is_on(bundle, tmp_path)
        monkeypatch.setenv("HOME", str(root))  # a reader whose own files lie on that disk may choose it
        assert not handing._is_on(bundle, elsewhere)
    finally:
        bundle.rmdir()
        elsewhere.rmdir()


@pytest.mark.parametrize("inside", ["", "DICOM"])
def test_another_mount_of_the_stick_is_the_stick(show, tmp_path, inside):
    """The bundle may lie on the disk of the reader's own files, and be mounted a second time, as for a share."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    window, stick = show("plain")
    again = tmp_path / "again"
    again.mkdir()
    subprocess.run(["mount", "--bind", stick, again], check=True)
    try:
        _, said = write_case(window, again / inside)
    finally:
        subprocess.run(["umount", again], check=True)
    assert "is on the stick itself" in said and not list(stick.rglob("CASE-*"))


def test_a_stick_that_is_pulled_out_is_not_blamed_on_the_folder(show, tmp_path):
    window, stick = show("plain")
    (lost, *_) = sorted((stick / "DICOM").rglob("IM*"))[2:]
    lost.unlink()
    _, said = write_case(window, tmp_path / "home")
    assert lost.name in said and "Plug the stick in again" in said and "Choose another folder" not in said
    assert files_of(tmp_path / "home") == set()


def test_a_full_disk_is_said_and_nothing_of_the_case_stays(show, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    window, _ = show("stick")
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12k", "tmpfs", small], check=True)
    try:
        _, said = write_case(window, small)
        assert "No space left" in said and "Choose another folder" in said and files_of(small) == set()
    finally:
        subprocess.run(["umount", small], check=True)


def test_what_cannot_be_removed_is_said(work, tmp_path):
    """As where a virus scanner holds a file of the case: here a mount point does."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    medium = PlainMedium(work / "plain")
    with Catalog(work / "plain") as catalog:
        study = next(iter(catalog.studies()))
    attempt = handing.Handing(medium, study, tmp_path)
    writing = attempt.write()
    next(writing)
    next(writing)
    (held,) = (path for path in attempt.folder.rglob("*") if path.is_file())
    subprocess.run(["mount", "--bind", held.parent, held.parent], check=True)
    try:
        with pytest.raises(handing.LeftBehind, match=r"still in .*CASE-001.*Delete this folder yourself"):
            writing.close()
    finally:
        subprocess.run(["umount", held.parent], check=True)


def test_a_damaged_file_is_said_and_nothing_of_the_case_stays(show, tmp_path):
    window, stick = show("plain")
    (damaged, *_) = sorted((stick / "DICOM").rglob("IM*"))[2:]
    content = bytearray(damaged.read_bytes())
    content[-1] ^= 1
    damaged.write_bytes(content)
    _, said = write_case(window, tmp_path / "home")
    assert damaged.name in said and "CASE-001 was not written" in said
    assert files_of(tmp_path / "home") == set() and not (tmp_path / "home/CASE-001").exists()


def test_what_cannot_be_recorded_does_not_leave_the_stick(show, tmp_path):
    window, stick = show("stick")
    (stick / "READINGS").write_text("a file where the folder of the journals would be")
    _, said = write_case(window, tmp_path / "home")
    assert "cannot be recorded" in said and files_of(tmp_path / "home") == set()
    (stick / "READINGS").unlink()  # the window would ask about lost answers
    window.findChild(ReadingPanel).session.try_again()


def test_a_second_time_is_a_second_folder(show, tmp_path):
    window, _ = show("plain")
    for _ in range(2):
        write_case(window, tmp_path / "home")
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == ["CASE-001", "CASE-001 2"]


def test_the_words_are_german_on_a_german_pc(show, tmp_path):
    make_application("de")
    try:
        window, _ = show("stick")
        first, last = write_case(window, tmp_path / "home", entry(window, IN_GERMAN).trigger, button="Ordner wählen")
        assert "Das Passwort des Sticks schützt sie nicht mehr" in first
        assert "4 Dateien liegen in" in last and "nicht mehr geschützt" in last
    finally:
        make_application("en")
