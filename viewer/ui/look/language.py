"""The language of the window: the system's if there is a translation, or the requested one."""

from pathlib import Path

from PyQt5 import sip
from PyQt5.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from viewer.words import install_translator

# Also the context name for lupdate and similar tools.
CONTEXT = "viewer"
TRANSLATIONS = Path(__file__).parents[1] / "translations"
# Its texts are in the program; its translation only holds the singular forms.
_OWN = QLocale(QLocale.Language.English)
_installed: list[QTranslator] = []


def use_language(locale: QLocale) -> str:
    """Translate all texts made from now on; returns the language, such as 'de', or 'en' if it is unknown."""
    for translator in _installed:
        if not sip.isdeleted(translator):  # it was deleted with its application
            QCoreApplication.removeTranslator(translator)
    _installed.clear()
    install_translator(lambda text, n: QCoreApplication.translate(CONTEXT, text, None, n))
    words = QTranslator()
    if words.load(locale, CONTEXT, "_", str(TRANSLATIONS)) or words.load(_OWN, CONTEXT, "_", str(TRANSLATIONS)):
        _install(words)
    language = words.language() or "en"
    of_qt = QTranslator()  # the buttons of Qt's dialogs for files and printers
    folder = QLibraryInfo.location(QLibraryInfo.LibraryLocation.TranslationsPath)
    if language != "en" and of_qt.load(f"qtbase_{language}", folder):
        _install(of_qt)
    return language


def _install(translator: QTranslator) -> None:
    QCoreApplication.installTranslator(translator)
    _installed.append(translator)
