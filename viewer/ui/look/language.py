"""The language of the window: that of the system, where there is a translation, or the one that was asked for."""

from pathlib import Path

from PyQt5 import sip
from PyQt5.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from viewer.words import install_translator

# Also where a text is named for lupdate and its kin.
CONTEXT = "viewer"
TRANSLATIONS = Path(__file__).parents[1] / "translations"
# Its texts stand in the program; its translation holds no more than what one of a thing is called.
_OWN = QLocale(QLocale.Language.English)
_installed: list[QTranslator] = []


def use_language(locale: QLocale) -> str:
    """Translate what is made from now on; returns the language, such as 'de', or 'en' where it is not known."""
    for translator in _installed:
        if not sip.isdeleted(translator):  # as it is with the application that it was installed in
            QCoreApplication.removeTranslator(translator)
    _installed.clear()
    install_translator(lambda text, n: QCoreApplication.translate(CONTEXT, text, None, n))
    words = QTranslator()
    if words.load(locale, CONTEXT, "_", str(TRANSLATIONS)) or words.load(_OWN, CONTEXT, "_", str(TRANSLATIONS)):
        _install(words)
    language = words.language() or "en"
    of_qt = QTranslator()  # the buttons of its dialogs for files and printers
    folder = QLibraryInfo.location(QLibraryInfo.LibraryLocation.TranslationsPath)
    if language != "en" and of_qt.load(f"qtbase_{language}", folder):
        _install(of_qt)
    return language


def _install(translator: QTranslator) -> None:
    QCoreApplication.installTranslator(translator)
    _installed.append(translator)
