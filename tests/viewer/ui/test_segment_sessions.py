"""Segmentations beyond one window: a blinded reading, an encrypted stick, the self-test."""

import json
import shutil
import warnings

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication
import pytest

from bundle.layout import FORM
from bundle.reading.form_file import form_content, read_form
from bundle.sealed.medium import open_medium
from bundle.segments import compact_path
from tests.bundle.sealed.sticks import CHECKER
from tests.viewer.events import CONTROL, colours, press
from tests.viewer.sealed import seal
from tests.viewer.ui.segmented import shown, with_and_without
from viewer.startup.options import StartOptions
from viewer.state import Annotation
from viewer.ui.app import open_window
from viewer.ui.look.message import Message
from viewer.ui.trial import WindowTrial, wait_until

QUESTION = """
[[question]]
id = "diagnosis"
text = "Diagnosis"
type = "text"
"""


@pytest.mark.parametrize("asked", [False, True])
def test_a_blinded_reader_sees_segmentations_only_if_the_form_asks_for_them(show_window, sticks, tmp_path, asked):
    root = tmp_path / "stick"
    shutil.copytree(sticks, root)
    form = ('show = ["segmentations"]' if asked else "") + QUESTION
    (root / FORM).write_bytes(form_content(read_form(form)))
    window = show_window(root, reader="Ada", size=(1500, 800))
    segmenting, entry = window.viewing.segmenting, window.viewing.entry
    if asked:
        assert wait_until(lambda: bool(segmenting.labels(entry)), 10)
        shown(window, 0)
        window.viewing.set_annotation(Annotation.OFF)
        window.viewing.set_index(1)
        seen, bare = with_and_without(window, window.pane)
        assert not np.array_equal(seen, bare)
        assert "series" not in window.segments.panel.choice.currentText()
        return
    wait_until(lambda: bool(segmenting.offered(entry)), 0.5)
    assert window.segments.panel is None and segmenting.labels(entry) is None
    press(window, Qt.Key.Key_G, held=CONTROL)
    QApplication.processEvents()
    (message,) = [each for each in window.findChildren(Message) if each.isVisible()]
    assert "does not show segmentations" in message._text
    message.close()


@pytest.mark.parametrize("damage", ["", "a mask", "the number in the index"])
def test_the_self_test_counts_the_voxels_of_every_segment(sticks, tmp_path, qapp, damage):
    root = tmp_path / "stick"
    shutil.copytree(sticks, root)
    if damage == "a mask":
        content = bytearray((root / compact_path(2)).read_bytes())
        content[-4] ^= 1
        (root / compact_path(2)).write_bytes(content)
    if damage == "the number in the index":
        import sqlite3

        with sqlite3.connect(root / "BUNDLE/INDEX.DB") as database:
            database.execute("UPDATE segment SET voxels = voxels + 1 WHERE segmentation_id = 2")
        database.close()
    window = open_window(StartOptions(root))
    window.resize(1100, 700)
    window.show()
    code = WindowTrial(window, tmp_path / "report.json").run()
    report = json.loads((tmp_path / "report.json").read_text())
    found = [counted["ok"] for counted in report["segmentations"]]
    assert found == [True, not damage, True, True, True, True, True]
    assert (code == 0) is (not damage)
    assert all(counted["voxels"] == counted["expected"] > 0 for counted in report["segmentations"][3:])


@pytest.mark.parametrize("damaged", [False, True])
def test_an_encrypted_stick_shows_the_same_pictures_and_no_mask_of_a_damaged_object(
    show_window, sticks, tmp_path, damaged
):  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sealed = seal(sticks, tmp_path / "sealed")
    if damaged:
        medium = open_medium(sealed, CHECKER)
        extent = medium._objects[compact_path(1)]
        part = next((sealed / "BUNDLE/SEALED").iterdir())
        medium.close()
        content = bytearray(part.read_bytes())
        content[extent.at + 60] ^= 1
        part.write_bytes(content)
    password = tmp_path / "password"
    password.write_text(CHECKER + "\n")
    window = show_window(sealed, password_file=password)
    segmenting, entry = window.viewing.segmenting, window.viewing.entry
    if damaged:
        assert wait_until(lambda: bool(arriving := segmenting.arriving(entry)) and bool(arriving.failure), 10)
        assert segmenting.labels(entry) is None
        return
    shown(window, 0)
    plain = show_window(sticks)
    shown(plain, 0)
    pictures = []
    for each in (window, plain):
        each.viewing.set_annotation(Annotation.OFF)
        each.viewing.set_index(1)
        QApplication.processEvents()
        pictures.append(colours(each.pane))
    assert np.array_equal(*pictures)


def test_segments_that_overlap_too_often_for_this_pc_are_not_shown_and_that_is_said(show_window, sticks, monkeypatch):
    window = show_window(sticks, load=False)
    segmenting, entry = window.viewing.segmenting, window.viewing.entry
    stack = entry.stack
    one_layer = stack.rows * stack.columns * stack.number_of_frames
    monkeypatch.setattr("viewer.segments.labels.memory.stack_bytes", lambda: 2 * one_layer // 3)
    window.viewing.start()
    assert wait_until(lambda: bool(arriving := segmenting.arriving(entry)) and bool(arriving.failure), 10)
    assert "overlap so often" in " ".join(line.text for line in window.pane._corners().bottom_left)
    assert segmenting.labels(entry) is None
