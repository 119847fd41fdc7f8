"""For everybody: texts to be translated, colours that can be read, a focus that is seen, names for screen readers."""

import re

import numpy as np
from PyQt5.QtCore import QCoreApplication, QSize, Qt, QTranslator
from PyQt5.QtGui import QColor, QImage
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QAbstractButton, QAction, QApplication, QComboBox, QLabel, QWidget
import pytest

from builder.catalogue.template import default_form
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from viewer import words
from viewer.ui.app import make_application
from viewer.ui.look import theme
from viewer.ui.look.message import Message
from viewer.ui.shell.help import HelpOverlay
from viewer.ui.slices import overlay
from viewer.ui.slices.overlay import Overlay
from viewer.ui.trial import wait_until

OPEN, CLOSE = "⟦", "⟧"


@pytest.fixture
def root(tmp_path):
    shifted = [(0, 0, 0), (9, 0, 5), (0, 0, 10), (0, 0, 40)]
    stacks = [StackSpec(bundles.head_like()), StackSpec(bundles.head_like(4), shifted)]
    series = [SeriesSpec([stack], number=n, frame_of_reference="2.25.3") for n, stack in enumerate(stacks, start=1)]
    return bundles.make_bundle(tmp_path / "stick", [CaseSpec(series), CaseSpec(series[:1], "P-OTHER")])


def show_page(window, name):
    window.pages.show_page(name)
    assert wait_until(lambda: window.pages.settled, 30)
    QApplication.processEvents()


# Translation


class Marks(QTranslator):
    """Qt's own translator, which puts every text in brackets."""

    def isEmpty(self):  # noqa: N802 - Qt's name
        return False

    def translate(self, context, text, disambiguation=None, number=-1):
        return f"{OPEN}{text}{CLOSE}" if text and context == "viewer" else ""


@pytest.fixture
def marks(qapp):
    translator = Marks()
    assert QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def texts(top: QWidget) -> set[str]:
    """Everything that a widget and what is in it say."""
    found = set()
    for widget in [top, *top.findChildren(QWidget)]:
        found |= {widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle()}
        if isinstance(widget, QLabel | QAbstractButton):
            found.add(widget.text())
        if isinstance(widget, QComboBox):
            found |= {widget.itemText(n) for n in range(widget.count())}
    for action in top.findChildren(QAction):
        found |= {action.text(), action.toolTip()}
    return found


# What the medium brings, keys, units and signs: nobody translates them.
DATA = r"CASE-\d+|P-\w+|CT|Head, axial 2 mm|Diagnosis|HU|MIP|MinIP|mm|cm|Esc|Ctrl\+S|[A-Z]|F\d+|[RLAPSI]{1,3}|W|C|L, U"


def untranslated(found: set[str], more: str = "") -> list[str]:
    """What is left of the texts without what stands in brackets, and without what nobody translates."""
    left = []
    for text in found:
        plain = re.sub(rf"{OPEN}[^{OPEN}{CLOSE}]*({CLOSE}|…$)", " ", text)
        plain = re.sub(rf"(?<![^\W_])(?:{DATA}{more})(?![^\W_])", " ", plain)
        if re.search(r"[^\W\d_]", plain):
            left.append(text)
    return left


def test_every_text_of_the_window_goes_through_qt(show_window, root, marks, monkeypatch):
    painted = set()
    draw = overlay.draw_words
    monkeypatch.setattr(
        overlay, "draw_words", lambda painter, box, text, *rest: (painted.add(text), draw(painter, box, text, *rest))
    )
    window = show_window(root)
    found = set()
    window.viewing.lay_out(4)
    QTest.keyClicks(window.pane, "olkc")
    window.viewing.mark_cross((0.0, 0.0, 4.0))
    for name in ("single", "mpr", "3d"):
        show_page(window, name)
        window.grab()
        found |= texts(window)
    window.toggle_help()
    found |= texts(window.findChild(HelpOverlay))
    for menu in window._toolbar.findChildren(QWidget):
        if hasattr(menu, "aboutToShow"):
            menu.aboutToShow.emit()
    found |= texts(window)
    assert sum(OPEN in text for text in found | painted) > 80
    assert untranslated(found | painted) == []
    window.open(window.viewing.entries[1])  # shifted: no planes from it, and a remark
    show_page(window, "mpr")
    assert OPEN in window.pages.page.message


def test_every_text_beside_the_images_goes_through_qt(show_window, root, marks, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (root / "BUNDLE/FORM.TXT").write_text(default_form())
    window = show_window(root, reader="Dr Quill")
    found = {without_the_form(text) for text in texts(window)}
    assert sum(OPEN in text for text in found) > 60
    assert untranslated(found, "|Dr Quill") == []


def without_the_form(text: str) -> str:
    """What the researcher wrote is nobody's to translate."""
    for own in sorted(re.findall(r'"([^"]+)"', default_form()), key=len, reverse=True):
        text = text.replace(own, " ")
    return text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("uneven spacing, 5.00 to 30.00 mm", "ungleich, von 5.00 bis 30.00 mm"),
        ("tilted gantry, -15.0°", "gekippt um -15.0°"),
        ("3 {} of this", "3 {} of this"),
        ("", ""),
    ],
)
def test_remarks_of_the_index_are_translated_with_their_numbers(monkeypatch, text, said):
    words_of = {"uneven spacing, {} to {} mm": "ungleich, von {} bis {} mm", "tilted gantry, {}°": "gekippt um {}°"}
    monkeypatch.setattr(words, "_translate", [lambda text, _n: words_of.get(text, text)])
    assert words.tr_remark(text) == said


def test_messages_go_through_qt(show_window, root, marks):
    message = Message("a", "b")
    assert untranslated({text for text in texts(message) if text not in ("a", "b")}) == []


# Contrast


def luminance(colour: QColor) -> float:
    """WCAG 2.1, relative luminance."""
    parts = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return float(np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ (0.2126, 0.7152, 0.0722))


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


GROUNDS = (theme.BACKGROUND, theme.PANEL, theme.RAISED, QColor("#1d3f4c"), theme.IMAGE_BACKGROUND)


@pytest.mark.parametrize("name", ["TEXT", "MUTED", "NOTE", "DAMAGE", "ACCENT"])
def test_every_colour_of_text_can_be_read_on_every_ground(name):
    assert contrast(QColor("#ffffff"), QColor("#000000")) == pytest.approx(21)
    assert min(contrast(getattr(theme, name), ground) for ground in GROUNDS) >= 4.5
    assert contrast(theme.BACKGROUND, theme.ACCENT) >= 4.5  # chosen rows are dark on the accent


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_what_stands_on_the_image_can_be_read_on_black_grey_and_white(qapp, grey):
    from PyQt5.QtCore import QRectF
    from PyQt5.QtGui import QPainter

    from viewer.annotation import Corners, TextLine, Weight

    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(grey, grey, grey))
    painter = QPainter(image)
    Overlay(painter, QRectF(0, 0, 400, 200)).corners(Corners(top_left=(TextLine("Slice 66 / 132", Weight.STRONG),)))
    painter.end()
    seen = [image.pixelColor(x, y) for y in range(14, 36) for x in range(14, 120)]
    lightest = max(seen, key=luminance if grey < 255 else lambda c: luminance(c) * (c.lightness() < 250))
    darkest = min(seen, key=luminance)
    assert contrast(theme.TEXT, darkest) >= 4.5  # its own edge is dark on any ground
    assert contrast(lightest, darkest) >= 4.5


# Focus and names


def can_have_focus(window) -> list[QWidget]:
    return [widget for widget in window.findChildren(QWidget) if widget.isVisible() and widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None]  # fmt: skip


def picture(window) -> np.ndarray:
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits().asstring(image.byteCount())
    return np.frombuffer(bits, np.uint8).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


@pytest.mark.parametrize("page", ["single", "mpr", "3d"])
def test_the_focus_is_seen_wherever_it_is(show_window, root, page):
    window = show_window(root)
    window.viewing.lay_out(2)
    show_page(window, page)
    QApplication.setActiveWindow(window)
    found = can_have_focus(window)
    assert len(found) > 12
    unseen = []
    for widget in found:
        widget.clearFocus()
        without = picture(window)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if not widget.hasFocus() or (np.abs(picture(window) - without).max(axis=2) > 40).sum() < 20:
            unseen.append((type(widget).__name__, widget.accessibleName() or getattr(widget, "text", str)()))
    assert unseen == []


@pytest.mark.parametrize("page", ["single", "mpr", "3d"])
def test_whatever_takes_keys_has_a_name_for_screen_readers(show_window, root, page):
    window = show_window(root)
    show_page(window, page)
    for widget in can_have_focus(window):
        assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()), widget


def test_the_tab_key_reaches_everything_and_comes_round(show_window, root):
    window = show_window(root)
    QApplication.setActiveWindow(window)
    wanted, reached = set(can_have_focus(window)), set()
    window.pane.setFocus()
    for _ in range(2 * len(wanted)):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    assert wanted <= reached


@pytest.mark.parametrize("size", [16, 22, 33, 66, 128])
def test_icons_are_drawn_for_the_size_in_which_they_are_asked_for(qapp, size):
    from viewer.ui.look.icons import drawings, icon

    seen = set()
    for name in drawings():
        image = icon(name).pixmap(QSize(size, size)).toImage().convertToFormat(QImage.Format.Format_ARGB32)
        assert (image.width(), image.height()) == (size, size)
        bits = np.frombuffer(image.constBits().asstring(image.byteCount()), np.uint8).reshape(size, size, 4)
        assert 0.02 < (bits[..., 3] > 100).mean() < 0.6, name
        seen.add(bits.tobytes())
    assert len(seen) == len(drawings()) >= 27


def test_icons_look_as_every_other_program_draws_their_svg(qapp):
    from PyQt5.QtCore import QRectF
    from PyQt5.QtGui import QPainter
    from PyQt5.QtSvg import QSvgRenderer

    from viewer.ui.look import icons

    side, text = 96, icons._SHEET.read_text(encoding="utf-8").replace("currentColor", theme.TEXT.name())
    whole = QSvgRenderer(text.encode())
    assert whole.isValid()
    sheet = QImage(whole.defaultSize() * (side // 24), QImage.Format.Format_ARGB32_Premultiplied)
    sheet.fill(0)
    painter = QPainter(sheet)
    whole.render(painter, QRectF(sheet.rect()))
    painter.end()
    places = re.findall(r'id="(.+?)" transform="translate\((\d+) (\d+)\)"', text)
    assert [name for name, _, _ in places] == list(icons.drawings())
    for name, x, y in places:
        theirs = alpha(sheet.copy(int(x) * side // 24, int(y) * side // 24, side, side))
        ours = alpha(icons.icon(name).pixmap(QSize(side, side)).toImage())
        assert np.abs(theirs - ours).mean() < 0.5, name


def alpha(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_ARGB32)
    bits = np.frombuffer(plain.constBits().asstring(plain.byteCount()), np.uint8)
    return bits.reshape(plain.height(), plain.width(), 4)[..., 3].astype(float)


def test_the_icon_of_viewer_exe_is_that_of_its_window(qapp):
    from tests import emblem

    make_application()
    assert {size.width() for size in QApplication.windowIcon().availableSizes()} == {16, 32, 48}
    for size, picture in emblem.pictures_in(emblem.FILE.read_bytes()).items():
        filed = QImage.fromData(picture).convertToFormat(QImage.Format.Format_ARGB32)
        assert filed == QImage.fromData(emblem.png(size)).convertToFormat(filed.format()), "make it anew"
        assert filed.size() == QSize(size, size)


def test_a_drawing_of_an_unknown_kind_is_refused():
    from viewer.ui.look.svg import read_drawings

    with pytest.raises(ValueError, match="unknown shape: polygon"):
        read_drawings('<svg><g id="a"><polygon points="1,1 2,2"/></g></svg>')
    with pytest.raises(ValueError):
        read_drawings('<svg><g id="a">')
