"""Colours, type and the style sheet: dark and calm, with one accent."""

from PyQt5.QtGui import QColor, QFont, QPalette
from PyQt5.QtWidgets import QApplication

BACKGROUND = QColor("#14171b")
PANEL = QColor("#1b1f25")
RAISED = QColor("#262c34")
LINE = QColor("#333a44")
TEXT = QColor("#eceff2")
MUTED = QColor("#a3adb8")
ACCENT = QColor("#4db6d8")
NOTE = QColor("#f0bf66")
DAMAGE = QColor("#f28e86")
ANSWER = QColor("#f3a6d0")
# The numbers of several cases on one screen: apart for colour-blind readers too.
CASES = (QColor("#56b4e9"), QColor("#ffb000"), QColor("#4fd1a5"), QColor("#f08fc0"))
IMAGE_BACKGROUND = QColor("#000000")

POINT_SIZE = 10.5
# Windows, macOS, Linux, and Wine's own: without a name Qt picks a serif font if the usual ones are missing.
_FAMILIES = ("Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", "Tahoma")
# Windows gives these a font of their own, which the application's does not replace.
_WITH_OWN_FONT = ("QAbstractItemView", "QMenu", "QMessageBox", "QTipLabel", "QToolButton")

_STYLE = f"""
QMainWindow, QDialog {{ background: {BACKGROUND.name()}; }}
QToolBar {{ background: {PANEL.name()}; border: 0; border-bottom: 1px solid {LINE.name()}; padding: 5px;
  spacing: 3px; }}
QToolBar::separator {{ background: {LINE.name()}; width: 1px; margin: 6px 7px; }}
QToolButton {{ color: {TEXT.name()}; border: 1px solid transparent; border-radius: 5px; padding: 6px 9px; }}
QToolButton:disabled {{ color: #6c7783; }}
QToolButton:hover {{ background: {RAISED.name()}; }}
QToolButton:checked, QToolButton[on="true"] {{ background: #1d3f4c; border-color: {ACCENT.name()}; }}
QToolButton:focus, QPushButton:focus {{ border: 1px solid {ACCENT.name()}; }}
QToolButton:checked:focus, QToolButton[on="true"]:focus {{ border: 1px solid {TEXT.name()}; }}
QToolButton::menu-indicator {{ image: none; }}
QMenu {{ background: {RAISED.name()}; color: {TEXT.name()}; border: 1px solid {LINE.name()}; padding: 5px; }}
QMenu::item {{ padding: 6px 30px 6px 14px; border-radius: 4px; }}
QMenu::item:selected {{ background: #1d3f4c; }}
QMenu::icon:checked {{ background: #1d3f4c; border: 1px solid {ACCENT.name()}; border-radius: 4px; }}
QMenu::separator {{ background: {LINE.name()}; height: 1px; margin: 5px 8px; }}
QTreeView {{ background: {PANEL.name()}; border: 0; outline: 0; }}
QLabel {{ color: {TEXT.name()}; }}
#cine {{ background: {PANEL.name()}; border: 1px solid {LINE.name()}; border-radius: 8px; }}
#cine QSlider {{ background: transparent; }}
QSlider::groove:horizontal {{ background: {RAISED.name()}; height: 6px; border-radius: 3px; }}
QSlider::handle:horizontal {{ background: {ACCENT.name()}; width: 16px; margin: -5px 0; border-radius: 8px; }}
QToolTip {{ background: {RAISED.name()}; color: {TEXT.name()}; border: 1px solid {LINE.name()}; padding: 5px; }}
QSplitter::handle {{ background: {LINE.name()}; }}
QSlider {{ background: {BACKGROUND.name()}; }}
QSlider::groove:vertical {{ background: {RAISED.name()}; width: 6px; border-radius: 3px; }}
QSlider::handle:vertical {{ background: {ACCENT.name()}; height: 18px; margin: 0 -6px; border-radius: 9px; }}
QSlider::handle:vertical:disabled {{ background: {LINE.name()}; }}
QScrollBar:vertical {{ background: {PANEL.name()}; width: 12px; }}
QScrollBar::handle:vertical {{ background: {LINE.name()}; border-radius: 4px; min-height: 40px; margin: 2px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none;
  height: 0; }}
QPushButton {{ background: {RAISED.name()}; color: {TEXT.name()}; border: 1px solid {LINE.name()}; border-radius: 5px;
  padding: 8px 22px; }}
QPushButton:hover {{ border-color: {ACCENT.name()}; }}
"""


def apply(application: QApplication) -> None:
    """Give the whole application its look, the same on every system."""
    application.setStyle("Fusion")
    application.setPalette(_palette())
    font = application.font()
    font.setFamilies([*_FAMILIES, font.family()])
    font.setStyleHint(QFont.StyleHint.SansSerif)
    font.setPointSizeF(POINT_SIZE)
    application.setFont(font)
    for name in _WITH_OWN_FONT:
        application.setFont(font, name)
    application.setStyleSheet(_STYLE)


def _palette() -> QPalette:
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, BACKGROUND),
        (QPalette.ColorRole.WindowText, TEXT),
        (QPalette.ColorRole.Base, PANEL),
        (QPalette.ColorRole.Text, TEXT),
        (QPalette.ColorRole.Button, RAISED),
        (QPalette.ColorRole.ButtonText, TEXT),
        (QPalette.ColorRole.Highlight, ACCENT),
        (QPalette.ColorRole.HighlightedText, BACKGROUND),
        (QPalette.ColorRole.ToolTipBase, RAISED),
        (QPalette.ColorRole.ToolTipText, TEXT),
    ):
        palette.setColor(role, colour)
    return palette


def sized(font: QFont, pixels: int, bold: bool = False) -> QFont:
    """The same font in another size and weight."""
    made = QFont(font)
    made.setPixelSize(pixels)
    made.setBold(bold)
    return made
