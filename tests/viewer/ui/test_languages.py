"""Every text of the viewer in every language: complete, compiled, loaded by the locale, and nothing cut off."""

import re
from string import Formatter
import struct

from PyQt5.QtCore import QLocale, QTimer
from PyQt5.QtWidgets import QApplication, QDialogButtonBox, QFrame, QInputDialog, QLabel, QPushButton, QToolButton
import pytest

from bundle.errors import DamagedFile
from bundle.images import alterations
from bundle.images.geometry import FramePlane, describe
from bundle.images.loss import loss_text
from bundle.layout import FORM
from bundle.reading.form_file import read_form
from tests import translations
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from viewer.__main__ import parse
from viewer.annotation import corners, spacing_notes
from viewer.entries import count_text, sentence
from viewer.space.voxel_volume import make_solid
from viewer.startup.options import StartOptions
from viewer.state import Annotation
from viewer.ui.app import _refuse, open_window
from viewer.ui.look.language import use_language
from viewer.ui.look.message import Message
from viewer.ui.reading.begin import UnusableForm
from viewer.ui.shell.help import HelpOverlay
from viewer.ui.trial import wait_until
from viewer.words import tr, tr_error, tr_remark

LANGUAGES = translations.languages()


@pytest.fixture
def german(qapp):
    assert use_language(QLocale("de_DE")) == "de"
    yield
    use_language(QLocale("en"))


def test_there_is_german():
    assert {"de", "en"} <= set(LANGUAGES)
    assert len(translations.wanted("de")) > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_its_translation_and_none_that_is_gone_is_left(language):
    messages, wanted = translations.read(language), translations.wanted(language)
    assert sorted(wanted.keys() - messages.keys()) == [], "make it anew: python -m tests.translations"
    assert sorted(messages.keys() - wanted.keys()) == [], "make it anew: python -m tests.translations"
    assert [message.source for message in messages.values() if not message.finished] == []
    assert [text for text, counts in wanted.items() if messages[text].counts != counts] == []


def test_no_text_is_looked_up_that_nobody_can_translate():
    """What is given to `tr` is written there, a constant, or one of the names that are listed."""
    of_names = {"preset", "preset.name", "look.name", "name", "value.value"}
    of_notes_and_errors = {"_NUMBER.sub('{}', text)", "error.text", "str(error)"}
    assert translations.computed() <= of_names | of_notes_and_errors


def places(text: str) -> list[str]:
    """What is filled in, with its format: '{low:.2f}', '%n', and the letter that a button is chosen with."""
    fields = [f"{name}!{how}:{form}" for _, name, form, how in Formatter().parse(text) if name is not None]
    return sorted(fields + re.findall(r"%n", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_what_the_text_does(language):
    for message in translations.read(language).values():
        for said in message.said:
            assert places(said) == places(message.source)
            assert said.count("\n") == message.source.count("\n")
            blanks = (
                len(message.source) - len(message.source.lstrip()),
                len(message.source) - len(message.source.rstrip()),
            )
            assert (len(said) - len(said.lstrip()), len(said) - len(said.rstrip())) == blanks


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_loaded_was_compiled_from_what_is_translated(qapp, language):
    assert use_language(QLocale(language)) == language
    messages = translations.read(language).values()
    for message in messages:
        for number, said in zip((1, 2), message.said, strict=False):
            expected = said.replace("%n", str(number))
            assert tr(message.source, number if message.counts else -1) == expected
    use_language(QLocale("en"))
    assert number_of_messages(translations.file_of(language, ".qm").read_bytes()) == len(messages)


def number_of_messages(content: bytes) -> int:
    """How many texts a .qm holds: 16 bytes of magic, then sections; that of the hashes (0x42) has 8 bytes for each."""
    at, found = 16, 0
    while at + 5 <= len(content):
        tag, length = struct.unpack_from(">BI", content, at)
        found = length // 8 if tag == 0x42 else found
        at += 5 + length
    return found


def test_most_german_texts_are_not_the_english_ones():
    same = [message.source for message in translations.read("de").values() if message.said == [message.source]]
    assert [text for text in same if len(text) > 40] == []
    assert len(same) < 40


# Which language it is


@pytest.mark.parametrize(
    ("locale", "language", "said"),
    [("de_DE", "de", "Schließen"), ("de_AT", "de", "Schließen"), ("en_US", "en", "Close"), ("fr_FR", "en", "Close"),
     ("C", "en", "Close")],
)  # fmt: skip
def test_the_locale_chooses_the_language(qapp, locale, language, said):
    assert use_language(QLocale(locale)) == language
    assert tr("Close") == said
    use_language(QLocale("en"))


def test_the_command_line_chooses_it_as_well():
    options = parse(["--language", "de"])
    assert options is not None and options.language == "de"


def test_the_buttons_of_qt_speak_german(german):
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel | QDialogButtonBox.StandardButton.Save)
    assert {button.text().replace("&", "") for button in box.buttons()} == {"Abbrechen", "Speichern"}
    dialog = QInputDialog()
    dialog.setLabelText("?")
    dialog.show()
    assert "Abbrechen" in {button.text().replace("&", "") for button in dialog.findChildren(QPushButton)}
    message = Message("a", "b")
    assert {button.text() for button in message.findChildren(QPushButton)} == {"Schließen", "Text kopieren"}


# What the index and errors say


@pytest.mark.parametrize(("number", "said"), [(1, "1 Bild"), (2, "2 Bilder"), (1200, "1200 Bilder")])
def test_numbers_take_the_form_of_the_language(german, number, said):
    assert tr("%n images", number) == said


@pytest.mark.parametrize(("number", "said"), [(1, "1 image"), (0, "0 images"), (21, "21 images")])
def test_english_has_one_form_for_one(number, said):
    assert tr("%n images", number) == said


def remarks() -> list[str]:
    """What the builder can write into the index, made by what makes it there."""
    orientation = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)

    def note(*places: tuple[float, float, float], spacing: tuple[float, float] | None = (1.0, 1.0)) -> list[str]:
        found = describe([FramePlane(place, orientation, spacing) for place in places])
        return [found.not_volume_reason, *found.notes.split("; ")]

    straight = [(0.0, 0.0, 2.0 * k) for k in range(40)]
    geometry = [
        *note(straight[0]), *note(straight[0], straight[0]), *note(*straight[:3], spacing=None),
        *note((0, 0, 0), (9, 0, 2), (0, 0, 4), (5, 0, 6)), *note(*((0, 0.5 * k, 2.0 * k) for k in range(9))),
        *note((0, 0, 0), (0, 0, 2), (0, 0, 5.1), (0, 0, 8)),
        *(text for lost in range(1, 8) for text in note(*(straight[:20] + straight[20 + lost :]))),
    ]  # fmt: skip
    methods = ["ISO_10918_1", "ISO_14495_1", "ISO_15444_1", "ISO_15444_15", "ISO_13818_2"]
    loss = [loss_text(ratios, [name][:n]) for ratios in ([], [8.0], [12.5]) for name in methods for n in (0, 1)]
    altered = [
        alterations.kept_with_text(), alterations.bits_cleared(12), alterations.series_joined(40), "text masked",
        *(alterations.padding_rewritten(old, new) for old in ((-2000, -2000), (-9, 3)) for new in ((1, 1), (-9, 3))),
    ]  # fmt: skip
    return [text for text in (*geometry, *loss, *altered) if text]


def test_every_note_of_the_index_is_said_in_german(german):
    made = remarks()
    assert len(set(made)) > 35
    assert [text for text in made if tr_remark(text) == text] == []
    assert sentence("uneven spacing, 5.00 to 30.00 mm") == "Abstand ungleich, 5.00 bis 30.00 mm"
    assert sentence("tilted gantry, -15.0°") == "Gekippte Gantry, −15.0°"


def test_no_note_of_the_index_is_forgotten():
    found = set().union(*map(translations.literals, translations.NOTES))
    assert len(found) > 8
    assert found - set(translations.REMARKS) == {"slices missing at position {}{} mm"}  # listed by how many there are


QUESTIONS = """
[[question]]
id = "size"
text = "Size"
type = "number"
unit = "mm"
from = 5
to = 50
required = true

[[question]]
id = "kinds"
text = "Kinds"
type = "choices"
options = ["a", "b", "c"]
least = 2
most = 2
"""


def test_why_an_answer_is_none_is_said_in_german(german):
    form = read_form(QUESTIONS)
    answers = [{}, {("size", ""): 4}, {("size", ""): 51}, {("size", ""): 9, ("kinds", ""): ["a"]}]
    whys = [why for given in answers for _, _, why in form.open_points(given, [])]
    assert len(whys) > 3
    assert [why for why in whys if tr_remark(why.removesuffix(" mm")) == why.removesuffix(" mm")] == []


def test_an_error_is_said_in_german_with_its_details(german):
    said = tr_error(DamagedFile("DICOM/X", tr("its pixel data are incomplete")))
    assert said.startswith("DICOM/X passt nicht zum Index (ihre Pixeldaten sind unvollständig)")


def test_a_damaged_form_tells_a_german_reader_what_to_do(german, tmp_path, qapp):
    root = bundles.make_bundle(tmp_path / "stick", [CaseSpec([SeriesSpec([StackSpec(bundles.head_like())])])])
    (root / FORM).write_text(QUESTIONS.replace('"number"', '"numbre"'), encoding="utf-8")
    said: list[str] = []

    def read_and_close() -> None:
        message = QApplication.activeModalWidget()
        assert isinstance(message, Message)
        said.extend(label.text() for label in message.findChildren(QLabel))
        message.accept()

    QTimer.singleShot(300, read_and_close)
    with pytest.raises(UnusableForm) as refused:
        open_window(StartOptions(root, reader="Quill"))
    assert _refuse(StartOptions(root), refused.value) == refused.value.exit_code
    title, text = said
    assert title == "Die Aufnahmen können nicht angezeigt werden"
    assert "beschädigt oder wurde verändert" in text and "Bitten Sie den Absender" in text
    assert "line 5" in text and "mkbundle" not in text


# On the screen


@pytest.fixture
def root(tmp_path):
    uneven = StackSpec(bundles.head_like(4), [(0, 0, z) for z in (0, 5, 10, 40)])
    series = [SeriesSpec([StackSpec(bundles.head_like())]), SeriesSpec([uneven], number=2)]
    return bundles.make_bundle(tmp_path / "stick", [CaseSpec(series)])


def test_the_german_window_shows_no_english_and_cuts_nothing_off(german, show_window, root):
    look_through(show_window(root, size=(1366, 768)))


def look_through(window) -> None:
    english = {message.source for message in translations.read("de").values() if message.said != [message.source]}
    seen = set()
    for name in ("single", "mpr", "3d"):
        window.pages.show_page(name)
        assert wait_until(lambda: window.pages.settled, 40)
        for clip in (button for button in window.findChildren(QToolButton) if button.text() == "Beschneiden"):
            clip.click()
        QApplication.processEvents()
        seen |= {part.text() for part in window.findChildren((QToolButton, QLabel))}
        assert wait_until(lambda: not cut_off(window), 10), cut_off(window)
    assert "Knochen" in seen and "Vorgaben" in seen and seen & english == set()
    window.toggle_help()
    card = window.findChild(HelpOverlay).findChild(QFrame, "card")
    assert card.sizeHint().width() <= window.width() and card.sizeHint().height() <= window.height()
    seen = {part.text() for part in card.findChildren(QLabel)}
    assert "Letzte Messung löschen" in seen and seen & english == set()


def cut_off(window) -> list[str]:
    """The texts of what reaches out of the window, or has less room than its text needs."""
    parts = [part for part in window.findChildren((QToolButton, QLabel)) if part.isVisible()]
    parts = [part for part in parts if part.objectName() != "qt_toolbar_ext_button"]
    return [part.text() for part in parts if not has_room(window, part)]


def has_room(window, part: QToolButton | QLabel) -> bool:
    wraps = isinstance(part, QLabel) and part.wordWrap()
    whole = part.rect().translated(part.mapTo(window, part.rect().topLeft()))
    return window.rect().contains(whole) and (wraps or part.width() >= part.minimumSizeHint().width())


def test_what_stands_on_the_image_is_german_and_says_nothing_twice(german, show_window, root):
    window = show_window(root)
    window.open(window.viewing.entries[1])
    assert wait_until(lambda: window.viewing.loaded_stack.complete, 10)
    viewing = window.viewing
    said = corners(viewing.entry, viewing.loaded_stack, viewing.state, Annotation.FULL)
    texts = [line.text for corner in (said.bottom_left, said.bottom_right) for line in corner]
    assert "Abstand ungleich, 5.00 bis 30.00 mm" in texts and "Schicht 2 / 4" in texts
    assert count_text(viewing.entry) == "4 Bilder"
    note = make_solid(viewing.loaded_stack).note
    assert note == "Schichten fehlen von 10 bis 40 mm"
    notes = [line.text for line in spacing_notes(viewing.entry, f"{note}; Abstand ungleich, 5.00 bis 30.00 mm")]
    assert notes == ["Abstand ungleich, 5.00 bis 30.00 mm", "Schichten fehlen von 10 bis 40 mm"]
