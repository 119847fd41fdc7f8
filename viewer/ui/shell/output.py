"""Prints, saves and copies the selected pane as shown, with its texts: only when the reader asks for it."""

from pathlib import Path

from PyQt5.QtCore import QRect, Qt
from PyQt5.QtGui import QPagedPaintDevice, QPageLayout, QPainter, QPixmap
from PyQt5.QtWidgets import QApplication, QFileDialog, QWidget

from viewer.ui.look.message import Message
from viewer.words import tr

# A property of the window: nothing that it shows may be written elsewhere.
SEALED = "sealed"


def _may_leave(pane: QWidget) -> bool:
    """Whether a picture may be taken from the medium; says so if not."""
    window = pane.window()
    if window is None or not window.property(SEALED):
        return True
    text = tr("What is on an encrypted stick stays on it: its pictures are neither saved, copied nor printed.")
    Message(tr("The stick is encrypted"), text, window).exec()
    return False


def save_pane(pane: QWidget, name: str) -> None:
    """Ask for a file, and write a PNG there."""
    if not _may_leave(pane):
        return
    picture = pane.grab()
    chosen, _ = QFileDialog.getSaveFileName(
        pane.window(), tr("Save this picture"), str(Path.home() / f"{name}.png"), tr("Pictures (*.png)")
    )
    if chosen and not picture.save(chosen if chosen.lower().endswith(".png") else f"{chosen}.png", "PNG"):
        text = tr("{file} cannot be written.\nChoose another folder.").format(file=chosen)
        Message(tr("The picture was not saved"), text, pane.window()).exec()


def copy_pane(pane: QWidget) -> None:
    """Put the picture on the clipboard, for another program of this PC."""
    clipboard = QApplication.clipboard()
    if clipboard is not None and _may_leave(pane):
        clipboard.setPixmap(pane.grab())


def print_pane(pane: QWidget) -> None:
    """Ask for the printer, and print the pane on one page, as large as it fits."""
    if not _may_leave(pane):
        return
    from PyQt5.QtPrintSupport import QPrintDialog, QPrinter  # few readers need this library

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    picture = pane.grab()
    if picture.width() > picture.height():
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    if QPrintDialog(printer, pane.window()).exec():
        paint_page(printer, picture)


def paint_page(printer: QPagedPaintDevice, picture: QPixmap) -> None:
    """The picture in the middle of the page, in its proportions."""
    painter = QPainter(printer)
    page = painter.viewport()
    size = picture.size().scaled(page.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect((page.width() - size.width()) // 2, (page.height() - size.height()) // 2, size.width(), size.height())
    painter.drawPixmap(place, picture)
    painter.end()
