"""The window on an encrypted stick: it asks for the password, says at once if one is wrong, and lets nothing leave."""

import time

from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPushButton
import pytest

from bundle.sealed.errors import DamagedSeal, MediumIsSealed, WrongPassword
from tests.bundle.sealed.sticks import CHECKER, OTHER, READER
from tests.viewer import bundles
from tests.viewer.reading.test_reading import tiny_cases
from tests.viewer.sealed import seal
from tests.viewer.ui.test_reading_window import FORM
from viewer.startup.options import StartOptions
from viewer.ui.app import make_application, open_window
from viewer.ui.look.message import Message
from viewer.ui.reading.panel import ReadingPanel
from viewer.ui.shell import output
from viewer.ui.shell.password import Password, ask_for_medium


@pytest.fixture
def stick(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    plain = bundles.make_bundle(tmp_path / "plain", tiny_cases(3))
    (plain / "BUNDLE/FORM.TXT").write_text(FORM)
    return seal(plain, tmp_path / "stick")


def texts(dialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def type_in(dialog, text: str) -> None:
    field = dialog.findChild(QLineEdit)
    field.clear()
    field.insert(text)  # QTest types ASCII alone
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_wrong_password_is_said_within_a_second_and_the_right_one_opens(stick, qtbot):
    dialog = Password(stick)
    qtbot.addWidget(dialog)
    dialog.show()
    field = dialog.findChild(QLineEdit)
    assert field.echoMode() == QLineEdit.EchoMode.Password
    for wrong in ("wrong", READER.upper(), "Ünverständlich 1"):
        start = time.monotonic()
        type_in(dialog, wrong)
        assert time.monotonic() - start < 3  # the machine of a test may be busy
        assert "does not open the stick" in texts(dialog)
        assert dialog.isVisible() and dialog.medium is None
    QTest.keyClick(field, Qt.Key.Key_X)
    assert "does not open" not in texts(dialog)
    type_in(dialog, READER)
    assert not dialog.isVisible() and dialog.medium is not None
    assert dialog.medium.keys.name == "Dr Quillfeather"
    assert field.text() == ""
    dialog.medium.close()


def test_the_password_can_be_shown_and_nothing_opens_without_one(stick, qtbot):
    dialog = Password(stick)
    qtbot.addWidget(dialog)
    dialog.show()
    opens = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Open")
    assert not opens.isEnabled()
    QTest.keyClick(dialog.findChild(QLineEdit), Qt.Key.Key_Return)
    assert dialog.medium is None
    dialog._show(True)
    assert dialog.findChild(QLineEdit).echoMode() == QLineEdit.EchoMode.Normal


def test_the_words_are_german_on_a_german_pc(stick, qtbot):
    make_application("de")
    try:
        dialog = Password(stick)
        qtbot.addWidget(dialog)
        dialog.show()
        type_in(dialog, "falsch")
        assert "Diese Bilder sind verschlüsselt" in texts(dialog)
        assert "Dieses Passwort öffnet den Stick nicht" in texts(dialog)
    finally:
        make_application("en")


def test_a_damaged_stick_is_an_error_and_no_question(stick, qtbot):
    part = stick / "BUNDLE/SEALED/00000001.BIN"
    part.write_bytes(part.read_bytes()[:-1])

    def answer() -> None:
        type_in(QApplication.activeModalWidget(), READER)

    QTimer.singleShot(100, answer)
    with pytest.raises(DamagedSeal):
        ask_for_medium(stick)


def test_whoever_closes_the_question_sees_nothing(stick, qtbot):
    QTimer.singleShot(100, lambda: QApplication.activeModalWidget().reject())
    assert open_window(StartOptions(stick)) is None


def test_nobody_is_asked_where_nobody_is(stick, tmp_path):
    with pytest.raises(MediumIsSealed, match="--password-file"):
        open_window(StartOptions(stick, self_test=tmp_path / "report.json"))
    (tmp_path / "pw").write_text("wrong\n")
    with pytest.raises(WrongPassword):
        open_window(StartOptions(stick, self_test=tmp_path / "report.json", password_file=tmp_path / "pw"))


def with_password(stick, tmp_path, password: str, **more):
    (tmp_path / "pw").write_text(f"{password}\n", encoding="utf-8")
    window = open_window(StartOptions(stick, password_file=tmp_path / "pw", **more))
    window.show()
    return window


def test_a_reading_goes_on_where_it_stopped_and_its_pictures_stay(stick, tmp_path, qtbot, monkeypatch):
    window = with_password(stick, tmp_path, READER, reader="Dr Quillfeather")
    qtbot.addWidget(window)
    panel = window.findChild(ReadingPanel)
    panel.session.answer(panel.session.form.questions[0], "", "a small nodule")
    said = []
    monkeypatch.setattr(Message, "exec", lambda message: said.append(texts(message)))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "saved.png"), ""))
    QApplication.clipboard().clear()
    for take in (lambda: output.save_pane(window.pane, "x"), lambda: output.copy_pane(window.pane),
                 lambda: output.print_pane(window.pane)):  # fmt: skip
        take()
    assert len(said) == 3 and all("neither saved, copied nor printed" in text for text in said)
    assert not (tmp_path / "saved.png").exists() and QApplication.clipboard().image().isNull()
    window.close()
    again = with_password(stick, tmp_path, READER, reader="Dr Quillfeather")
    qtbot.addWidget(again)
    assert "a small nodule" in again.findChild(ReadingPanel).session.reading().answers.values()
    again.close()
    other = with_password(stick, tmp_path, OTHER, reader="Dr Quillfeather")
    qtbot.addWidget(other)
    assert other.findChild(ReadingPanel).session.reading().answers == {}
    other.close()
    assert not (tmp_path / "home").exists()


def test_a_checker_sees_the_scans_without_the_form(stick, tmp_path, qtbot):
    window = with_password(stick, tmp_path, CHECKER)
    qtbot.addWidget(window)
    assert window.findChild(ReadingPanel) is None
    window.close()


def test_the_hanging_rule_of_an_encrypted_stick_holds(tmp_path, qtbot, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    plain = bundles.make_bundle(tmp_path / "plain", tiny_cases(2))
    (plain / "BUNDLE/HANGING.TXT").write_text('[[rule]]\nmodality = "CT"\nlayout = "four"\n')
    window = with_password(seal(plain, tmp_path / "stick"), tmp_path, READER)
    qtbot.addWidget(window)
    window.hang()
    assert len(window.viewing.ports) == 4
    window.close()
