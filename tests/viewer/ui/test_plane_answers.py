"""Answers on planes: clicks on balls seen in a plane are the balls' places in the patient, in journal and picture."""

import os
from pathlib import Path
import random

import numpy as np
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtWidgets import QApplication, QPushButton
import pytest

from bundle.reading.journal import journal_paths, read_journal
from bundle.reading.marks import apart
from tests.journals import readings_of
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import CONTROL, LEFT, SHIFT, blob, click, colours, drag, mouse, press
from tests.viewer.ui.test_answers import FORM, answer, begin, button, drawn, lines, said
from tests.viewer.ui.test_fuzz import Hand
from viewer.space.mpr import Plane
from viewer.state import Annotation
from viewer.ui.trial import wait_until

SHAPE, SPACING, APART = (20, 60, 60), (1.5, 1.0), 2.5
CORNER = np.array((-40.0, 10.0, 100.0))
# On the coronal plane through the middle, LPS in mm: one to the right and high, one to the left and low.
BALLS = (np.array((-28.0, 54.25, 139.0)), np.array((6.0, 54.25, 110.0)))


def phantom() -> np.ndarray:
    k, j, i = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1], 0 : SHAPE[2]]
    x, y, z = CORNER[0] + i * SPACING[1], CORNER[1] + j * SPACING[0], CORNER[2] + k * APART
    away = [(x - ball[0]) ** 2 + (y - ball[1]) ** 2 + (z - ball[2]) ** 2 for ball in BALLS]
    return np.rint(sum(1000 * np.exp(-squared / 18) for squared in away)).astype(int)


@pytest.fixture
def stick(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    positions = [tuple(CORNER + np.array((0, 0, APART * k))) for k in range(SHAPE[0])]
    spec = StackSpec(phantom(), positions, pixel_spacing=SPACING, window=(500, 1000))
    root = bundles.make_bundle(tmp_path / "stick", [CaseSpec([SeriesSpec([spec], frame_of_reference="2.25.8")])])
    (Path(root) / "BUNDLE/FORM.TXT").write_text(FORM.replace("LOCK", ""))
    return root


def planes(show_window, stick):
    """The window with its planes, at rest, without texts."""
    window, panel = begin(show_window, stick)
    press(window, Qt.Key.Key_M)
    return window, panel, page_of(window)


def page_of(window):
    assert wait_until(lambda: window.pages.page is not None and window.pages.page.content is not None, 20)
    page = window.pages.page.content
    assert wait_until(lambda: page.settled, 5)
    return page


def seen(window, pane) -> list[tuple[float, float]]:
    """Where the balls are seen on a coronal pane: the one to the right of the patient is on the left."""
    window.viewing.set_annotation(Annotation.OFF)
    picture = colours(pane).mean(axis=2)
    middle = picture.shape[1] // 2
    found = []
    for left, part in ((0, picture[:, :middle]), (middle, picture[:, middle:])):
        row, column = np.unravel_index(part.argmax(), part.shape)
        found.append(blob(picture, (column + left, row), 50))
    window.viewing.set_annotation(Annotation.FULL)
    return found


def at_balls(show_window, stick):
    """The coronal plane goes through the balls, wherever the planes opened; with the places where they are seen."""
    window, panel, page = planes(show_window, stick)
    page.planes.move_to(np.array((0.0, 54.25, 120.0)))
    assert wait_until(lambda: page.settled, 5)
    pane = page.panes[Plane.CORONAL]
    return window, panel, page, pane, seen(window, pane)


def test_a_distance_on_a_plane_has_the_places_of_the_balls_and_is_found_again(show_window, stick):
    window, panel, page, pane, spots = at_balls(show_window, stick)
    button(panel, "diameter", "Measure on the image").click()
    assert window.pages.name == "mpr"
    click(pane, spots[0])
    pane.underMouse = lambda: True
    mouse(pane, QEvent.Type.MouseMove, spots[1], Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
    assert line_share(pane, *spots) > 0.7, "the rubber line, as far as the hint lets it be seen"
    click(pane, spots[1])
    value = answer(panel, "diameter")
    for end, ball in zip(value["points"], BALLS, strict=True):
        assert end["position"] == pytest.approx(ball, abs=0.4)
        assert end["normal"] == pytest.approx((0, 1, 0), abs=1e-6)
        assert end["frame_of_reference"] == "2.25.8"
        assert "instance" not in end and "column" not in end
    assert apart(value["points"]) == ""
    assert value["value"] == pytest.approx(np.linalg.norm(BALLS[0] - BALLS[1]), abs=0.5)
    assert said(panel, "diameter") == f"{value['value']:.1f} mm, MPR plane"
    assert line_share(pane, *spots) > 0.9
    assert not len(drawn(page.panes[Plane.AXIAL]))
    window.close()
    window, panel = begin(show_window, stick)
    assert window.pages.name == "single"
    button(panel, "diameter", "Show").click()
    pane = page_of(window).panes[Plane.CORONAL]
    assert line_share(pane, *spots) > 0.9  # where the balls were seen before anything was drawn beside them
    assert [line["value"] for line in lines(stick)] == [value]


def line_share(pane, first, last) -> float:
    pixels = drawn(pane, off=60)
    places = np.array(first) + np.linspace(0, 1, 60)[:, None] * (np.array(last) - first)
    return float(np.mean([len(pixels) and np.abs(pixels - place).max(axis=1).min() <= 2 for place in places]))


def test_a_distance_measured_on_a_plane_is_offered_and_is_one_answer(show_window, stick):
    window, panel, _, pane, spots = at_balls(show_window, stick)
    press(window, Qt.Key.Key_D)
    click(pane, *spots)
    assert answer(panel, "diameter") is None
    button(panel, "diameter", "Measure on the image").click()
    (measure,) = window.viewing.markings.in_space.all
    button(panel, "diameter", f"Use {np.linalg.norm(np.subtract(*measure.points)):.1f} mm on MPR plane").click()
    value = answer(panel, "diameter")
    for end, ball in zip(value["points"], BALLS, strict=True):
        assert end["position"] == pytest.approx(ball, abs=0.4)
    assert apart(value["points"]) == ""
    assert window.viewing.markings.in_space.all == ()
    assert [line.get("how") for line in lines(stick)] == ["taken"]
    press(window, Qt.Key.Key_Z, held=CONTROL)
    assert answer(panel, "diameter") is None
    assert window.viewing.markings.in_space.all == (measure,)
    press(window, Qt.Key.Key_Delete, held=SHIFT)
    assert window.viewing.markings.in_space.all == ()
    press(window, Qt.Key.Key_Z, held=CONTROL)
    assert window.viewing.markings.in_space.all == (measure,)


def test_both_ends_lie_on_one_plane(show_window, stick):
    window, panel, page, coronal, spots = at_balls(show_window, stick)
    sagittal = page.panes[Plane.SAGITTAL]
    button(panel, "diameter", "Measure on the image").click()
    click(coronal, spots[0])
    click(sagittal, (sagittal.width() / 2, sagittal.height() / 2))
    why = "The distance begins on another plane, and must end there, too. Esc cancels"
    assert said(panel, "diameter") == why
    page.planes.scroll(Plane.CORONAL, 1)
    click(coronal, spots[1])
    assert said(panel, "diameter") == why
    click(coronal, (2, 2))
    assert "Click on an image" in window.viewing.answered.asked.refused
    page.planes.scroll(Plane.CORONAL, -1)
    click(coronal, spots[1])
    assert answer(panel, "diameter")["value"] == pytest.approx(np.linalg.norm(BALLS[0] - BALLS[1]), abs=0.5)


def test_a_mark_on_a_plane_is_seen_on_its_slice_and_moves_within_its_plane(show_window, stick):
    window, panel, _, pane, spots = at_balls(show_window, stick)
    button(panel, "where", "Mark on the image").click()
    click(pane, spots[1])
    (first,) = answer(panel, "where")
    press(window, Qt.Key.Key_V)
    drag(pane, LEFT, *(np.array(spots[0]) - spots[1]), start=spots[1])
    (moved,) = answer(panel, "where")
    assert moved["position"] == pytest.approx(BALLS[0], abs=0.4)
    assert moved["position"][1] == first["position"][1]
    press(window, Qt.Key.Key_Z, held=CONTROL)
    assert answer(panel, "where") == [first]
    assert [line.get("how", "") for line in lines(stick)] == ["", "moved", "undone"]
    window.pages.leave()
    QApplication.processEvents()
    number = round((BALLS[1][2] - CORNER[2]) / APART)
    here = []
    for index in range(SHAPE[0]):
        window.viewing.set_index(index)
        if len(drawn(window.pane)):
            here.append(index)
    assert here == [number]
    window.viewing.set_index(number)
    column, row = (BALLS[1][0] - CORNER[0]) / SPACING[1], (BALLS[1][1] - CORNER[1]) / SPACING[0]
    x, y = window.pane.mapping().to_screen(column + 0.5, row + 0.5)
    ring = drawn(window.pane)
    ring = ring[np.hypot(*(ring - (x, y)).T) < 14]
    assert (ring.min(axis=0) + ring.max(axis=0)) / 2 == pytest.approx((x, y), abs=5)


def test_an_oblique_plane_is_shown_again(show_window, stick):
    window, panel, page = planes(show_window, stick)
    pane = page.panes[Plane.OBLIQUE]
    pane.grab()
    button(panel, "where", "Mark on the image").click()
    click(pane, (pane.width() / 2 + 20, pane.height() / 2 - 10))
    (mark,) = answer(panel, "where")
    assert abs(np.dot(mark["normal"], (0.5**0.5, 0.5**0.5, 0))) < 1 and np.linalg.norm(mark["normal"]) == pytest.approx(
        1
    )
    window.pages.leave()
    button(panel, "where", "Show").click()
    page = page_of(window)
    facing = page.planes.state.facings[Plane.OBLIQUE]
    assert abs(float(facing.normal @ mark["normal"])) == pytest.approx(1, abs=1e-6)
    assert page.planes.state.point == pytest.approx(mark["position"], abs=1e-3)
    assert len(drawn(page.panes[Plane.OBLIQUE]))


def test_esc_ends_the_question_and_then_resets_the_planes(show_window, stick):
    window, panel, page = planes(show_window, stick)
    pane = page.panes[Plane.CORONAL]
    page.planes.move_to(np.array((0.0, 60.0, 120.0)))
    at = page.planes.state.point
    button(panel, "diameter", "Measure on the image").click()
    click(pane, (pane.width() / 2, pane.height() / 2))
    pane.setFocus()
    press_on(pane, Qt.Key.Key_Escape)
    assert window.viewing.answered.asked is None
    assert page.planes.state.point == at
    press_on(pane, Qt.Key.Key_Escape)
    assert page.planes.state.point != at
    assert answer(panel, "diameter") is None


def press_on(widget, key: int) -> None:
    from PyQt5.QtTest import QTest

    QTest.keyClick(widget, key)


STEPS = int(os.environ.get("MKBUNDLE_FUZZ_STEPS", "250"))


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_a_hand_does_the_journal_has_the_answers_of_the_screen(show_window, stick, nothing_modal, seed):
    """Slices and planes, clicks that answer, drags, undo; every distance is one of two places on one slice or plane."""
    window, panel = begin(show_window, stick)
    chance = random.Random(seed)
    hand = Hand(window, chance)
    texts = ["Measure on the image", "Mark on the image", "Show", "Remove"]
    for step in range(STEPS):
        chance.choice([hand.act, lambda: ask(panel, chance, texts), lambda: on_the_image(window, chance)])()
        if step % 25 == 0:
            QApplication.processEvents()
    panel.questions.keep()
    slots = {slot.key: dict(panel.session.reading(slot).answers) for slot in panel.session.slots}
    window.close()
    journals = [read_journal(path) for path in journal_paths(stick / "READINGS")]
    found = readings_of(journals, "Dr Quill")
    assert {key: found.case(key).answers for key in slots} == slots
    told = lines(stick)
    assert len(told) > 5
    for value in (line["value"] for line in told if isinstance(line["value"], dict)):
        first, last = value["points"]
        assert apart(value["points"]) == ""
        assert value["value"] == pytest.approx(
            np.linalg.norm(np.subtract(first["position"], last["position"])), abs=0.02
        )


def ask(panel, chance: random.Random, texts: list[str]) -> None:
    buttons = [b for b in panel.questions.findChildren(QPushButton) if b.isVisible() and b.isEnabled()]
    wanted = [b for b in buttons if b.text() in texts or b.text().startswith("Use ")]
    if wanted:
        chance.choice(wanted).click()


def on_the_image(window, chance: random.Random) -> None:
    """A click or a drag near the middle of a pane, with a tool that measures or selects now and then; undo, redo."""
    page = window.pages.page
    panes = (
        window.panes.all if page is None or page.content is None else list(getattr(page.content, "panes", {}).values())
    )
    panes = [pane for pane in panes if pane.isVisible()]
    if not panes:
        return
    pane = chance.choice(panes)
    at = (chance.uniform(0.1, 0.9) * pane.width(), chance.uniform(0.1, 0.9) * pane.height())
    act = chance.randrange(5)
    if act <= 1:
        click(pane, at)
    elif act == 2:
        drag(pane, LEFT, chance.uniform(-90, 90), chance.uniform(-90, 90), start=at)
    elif act == 3:
        press(window, chance.choice([Qt.Key.Key_V, Qt.Key.Key_D, Qt.Key.Key_S, Qt.Key.Key_Escape, Qt.Key.Key_Down]))
    else:
        press(window, chance.choice([Qt.Key.Key_Z, Qt.Key.Key_Y]), held=CONTROL)
