"""Starts the application: finds the bundle, and shows the window or a plain explanation of why there is none."""

from functools import partial
import os
from pathlib import Path
import sys
import traceback
from types import TracebackType

import PyQt5
from PyQt5.QtCore import (
    QCoreApplication,
    QLocale,
    QMessageLogContext,
    QSize,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PyQt5.QtGui import QGuiApplication
from PyQt5.QtWidgets import QApplication

from bundle.errors import EXIT_DONE, EXIT_FINDINGS, BundleError
from bundle.hanging_protocol import Hanging
from bundle.index.index import Catalog
from bundle.layout import FORM, HANGING, LOCK
from bundle.medium.plain import PlainMedium
from bundle.medium.port import BundleMedium
from viewer.entries import NO_RULES, all_entries, choose
from viewer.startup import clock
from viewer.startup.locate import find_bundle
from viewer.startup.options import StartOptions
from viewer.startup.refusal import explain, refuse
from viewer.startup.report import SelfTestReport
from viewer.ui.look import theme
from viewer.ui.look.emblem import window_icon
from viewer.ui.look.language import use_language
from viewer.ui.look.message import Message
from viewer.ui.rendering.jobs import end_casting
from viewer.ui.shell.ending import Ending
from viewer.ui.shell.output import SEALED
from viewer.ui.shell.versions import library_versions
from viewer.ui.shell.window import MainWindow
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr, tr_error

_USUAL_SIZE = (1366, 768)
# In ms after a series was loaded: by then NumPy is loaded, and nothing disturbs the reader's first impressions.
_HOLD_AFTER = 3000


def run(options: StartOptions) -> int:
    """The program's exit code; it reports every failure in a window or in the report, and raises nothing."""
    qInstallMessageHandler(partial(_hear_qt, options, []))
    application = make_application(options.language)
    qInstallMessageHandler(None)
    sys.excepthook = partial(_went_wrong, options)
    try:
        return _run(application, options)
    except BundleError as error:
        return _refuse(options, error)
    except Exception as error:  # a frozen program would show its own incomprehensible box
        _went_wrong(options, type(error), error, error.__traceback__)
        return int(application.exec())


def _hear_qt(options: StartOptions, heard: list[str], _kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    """Qt's messages during the start. Without its platform plugin Qt ends the program, in words that help nobody."""
    heard.append(text)
    if "Qt platform plugin" in text:
        os._exit(refuse(options, "\n".join(heard)))
    if sys.stderr is not None:
        sys.stderr.write(f"{text}\n")


def _run(application: QApplication, options: StartOptions) -> int:
    window = open_window(options)
    if window is None:
        return EXIT_DONE
    try:
        return _until_closed(window, application, options)
    finally:
        end_casting()


def _until_closed(window: MainWindow, application: QApplication, options: StartOptions) -> int:
    show(window)
    if options.layout is not None:
        window.pages.show_page(options.layout)
    elif options.hangs:
        window.hang()
    if options.self_test is not None:
        from viewer.ui.trial import WindowTrial

        return WindowTrial(window, options.self_test).run()
    if options.screenshot is not None:
        from viewer.ui.trial import save_screenshot

        return save_screenshot(window, options.screenshot)
    ending = Ending()
    window.viewing.loaded.connect(partial(QTimer.singleShot, _HOLD_AFTER, _hold))
    # The first picture is the preview from the index; the files are read once it is on the screen.
    QTimer.singleShot(0, window.viewing.start)
    code = int(application.exec())
    ending.deleteLater()
    return code


def _hold() -> None:
    from viewer.startup import resident  # not before the first picture

    resident.hold_frozen()


def make_application(language: str | None = None) -> QApplication:
    """The one QApplication, sharp on screens of every density, in a language such as 'de' or in the system's."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else _new_application()
    use_language(QLocale(language) if language else QLocale.system())
    application.setApplicationName(tr("DICOM viewer"))
    theme.apply(application)
    application.setWindowIcon(window_icon())
    clock.mark("application made")
    return application


def _new_application() -> QApplication:
    _forget_a_platform_that_is_missing()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_EnableHighDpiScaling)
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_UseHighDpiPixmaps)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    return QApplication(sys.argv[:1])


def _forget_a_platform_that_is_missing() -> None:
    """A desktop may ask every Qt program for a window system, such as wayland, that the pack does not have."""
    asked = [name.split(":")[0] for name in os.environ.get("QT_QPA_PLATFORM", "").split(";")]
    # Qt itself does not know the path where it has letters that the locale has not.
    plugins = Path(PyQt5.__file__).parent / "Qt5" / "plugins" / "platforms"
    present = [path.stem.removeprefix("lib").removeprefix("q") for path in plugins.glob("*q*")]
    if present and not any(there.startswith(name) for there in present for name in asked):
        del os.environ["QT_QPA_PLATFORM"]


def open_window(options: StartOptions) -> MainWindow | None:
    """The window on the requested bundle and series; None if nobody reads. Raises BundleError."""
    medium = _medium(find_bundle(options.bundle), options)
    if medium is None:
        return None
    try:
        window = _window_on(Catalog(medium), options)
    except BaseException:
        medium.close()
        raise
    if window is not None:
        window.setProperty(SEALED, medium.is_sealed)
    return window


def _medium(root: Path, options: StartOptions) -> BundleMedium | None:
    """The medium; None if it is sealed and nobody gives its password. Raises BundleError."""
    if not (root / LOCK).is_file():
        return PlainMedium(root)
    if options.password_file is not None:
        from bundle.bounded import read_first_line
        from bundle.sealed.medium import open_medium  # cryptography, which a plain medium never pays for

        return open_medium(root, read_first_line(options.password_file))
    if options.report is not None:
        from bundle.sealed.errors import MediumIsSealed

        raise MediumIsSealed(str(root), "Name a file with its password: --password-file FILE.")
    from viewer.ui.shell.password import ask_for_medium

    return ask_for_medium(root)


def _window_on(catalog: Catalog, options: StartOptions) -> MainWindow | None:
    try:
        hanging = _hanging(catalog.medium)
        if options.report is None and catalog.medium.has(FORM) and catalog.medium.keeps_answers:
            from viewer.ui.reading.begin import begin

            return begin(catalog, options.reader, hanging)
        entries = all_entries(catalog)
        first = choose(entries, hanging, study=options.study, series=options.series, case=options.case)
        clock.mark("index read")
        return MainWindow(Viewing(catalog, entries, first, hanging))
    except BundleError:
        catalog.close()
        raise


def _hanging(medium: BundleMedium) -> Hanging:
    """The researcher's rule; its parser is loaded only if there is one."""
    if not medium.has(HANGING):
        return NO_RULES
    from bundle.hanging_file import hanging_on

    return hanging_on(medium)


def show(window: MainWindow) -> None:
    """On the whole screen, unless the screen is larger than a person takes in at once."""
    screen = window.screen()
    window.resize(screen.availableSize() if screen is not None else QSize(*_USUAL_SIZE))
    if QGuiApplication.platformName() == "offscreen":  # its screen is smaller than any real one
        window.resize(*_USUAL_SIZE)
        window.show()
    else:
        window.showMaximized()
    clock.mark("window shown")


def _refuse(options: StartOptions, error: BundleError) -> int:
    if options.report is not None:
        _write_reason(options.report, options.bundle, str(error))
    else:
        Message(tr("The scans cannot be shown"), tr_error(error)).exec()
    return error.exit_code


def _write_reason(path: Path, bundle: Path | None, reason: str) -> None:
    SelfTestReport(bundle=str(bundle or Path.cwd()), versions=library_versions(), reason=reason).write(path)


def _went_wrong(
    options: StartOptions, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Report a bug of this program while its window lives: PyQt would end the program without a word."""
    # Once is enough: the error may recur with every repaint.
    sys.excepthook = lambda *_: None
    details = "".join(traceback.format_exception(kind, error, trace))
    if options.report is not None:
        # Nobody is there to close a window.
        _write_reason(options.report, options.bundle, details)
        os._exit(EXIT_FINDINGS)
    say = _say_missing if isinstance(error, ImportError) else _say_mistake
    # Not at once: this code may run in the middle of painting.
    QTimer.singleShot(0, partial(_say_gone if _is_gone(options.bundle) else say, details))


def _is_gone(bundle: Path | None) -> bool:
    try:
        find_bundle(bundle)
    except (BundleError, OSError):
        return True
    return False


def _say_gone(details: str) -> None:
    text = tr("Put it back, then close the viewer and start it again. Saved answers are kept.")
    helper = tr("For technical support:")
    Message(tr("The stick or disc is no longer there"), f"{text}\n\n{helper}\n{details}", _shown_window()).exec()


def _say_missing(details: str) -> None:
    Message(tr("The viewer is incomplete"), explain(details), _shown_window()).exec()


def _say_mistake(details: str) -> None:
    text = tr("Please close the viewer and start it again. If this happens again, send this text to the people who "
              "gave you the medium:")  # fmt: skip
    Message(tr("Something went wrong"), f"{text}\n\n{details}", _shown_window()).exec()


def _shown_window() -> MainWindow | None:
    """With two screens, a message belongs on the screen with the window, and in front of it."""
    shown = [
        window for window in QApplication.topLevelWidgets() if isinstance(window, MainWindow) and window.isVisible()
    ]
    return shown[0] if shown else None
