"""Writes the open case for another program of this PC: says what that means first, and where the files lie after."""

from pathlib import Path

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QFileDialog, QMessageBox, QProgressDialog, QWidget

from bundle.errors import BundleError
from viewer.reading.handing import Handing
from viewer.reading.session import Session
from viewer.ui.look.message import Message
from viewer.words import tr, tr_error


def hand_case(session: Session, name: str, window: QWidget) -> None:
    """Ask, write and say where; `name` is that of the case on the screen."""
    if not _agrees(session, name, window):
        return
    chosen = QFileDialog.getExistingDirectory(window, tr("Where to write the case"), str(Path.home()))
    if not chosen:
        return
    try:
        handing = session.hand_over(Path(chosen))
        if _written(handing, window):
            _say_where(handing, name, window)
    except (BundleError, OSError) as error:
        _say_why_not(error, chosen, name, window)


def _agrees(session: Session, name: str, window: QWidget) -> bool:
    box = QMessageBox(window)
    box.setWindowTitle(tr("DICOM viewer"))
    box.setText(tr("{case} will be written as ordinary DICOM files.").format(case=name))
    sealed = tr("The password of the stick does not protect them any more: whoever can open their folder can see and "
                "copy them.")  # fmt: skip
    plain = tr("Nothing protects them: whoever can open their folder can see and copy them.")
    record = tr("Your answers are not among them. It is recorded with your answers that you did this.")
    box.setInformativeText(f"{sealed if session.is_sealed else plain}\n\n{record}")
    choose = box.addButton(tr("Choose a folder"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(choose)
    box.exec()
    return box.clickedButton() is choose


def _written(handing: Handing, window: QWidget) -> bool:
    """Write with a bar; False if the reader stops it, and then nothing stays."""
    bar = QProgressDialog(tr("Writing the files …"), tr("Stop"), 0, len(handing.paths), window)
    bar.setWindowTitle(tr("DICOM viewer"))
    bar.setWindowModality(Qt.WindowModality.WindowModal)
    bar.setMinimumDuration(0)
    writing = handing.write()
    try:
        for done in writing:
            bar.setValue(done)
            if bar.wasCanceled():
                return False
        return True
    finally:
        bar.close()
        writing.close()


def _say_where(handing: Handing, name: str, window: QWidget) -> None:
    text = tr("%n files lie in", len(handing.paths))
    advice = tr("In the other program, open the file DICOMDIR in this folder.\n\nThe files are not protected any more. "
                "Delete the folder when you no longer need it.")  # fmt: skip
    title = tr("{case} was written for another program").format(case=name)
    Message(title, f"{text}\n{handing.folder}\n\n{advice}", window).exec()


def _say_why_not(error: BundleError | OSError, chosen: str, name: str, window: QWidget) -> None:
    if isinstance(error, BundleError):
        text = tr_error(error)
    else:
        said = tr("{file}: {reason}\nNothing of the case stays there. Choose another folder.")
        text = said.format(file=chosen, reason=error.strerror or type(error).__name__)
    Message(tr("{case} was not written").format(case=name), text, window).exec()
