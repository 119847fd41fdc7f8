"""The versions of the window's libraries, for the report of a self-test."""

from PyQt5.QtCore import PYQT_VERSION_STR, QT_VERSION_STR


def library_versions() -> dict[str, str]:
    """The versions of Qt and its bindings."""
    return {"qt": QT_VERSION_STR, "pyqt": PYQT_VERSION_STR}
