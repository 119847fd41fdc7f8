"""Several panes in the browser: linked by position, lines, cross-hair, key images, undo, cine, touch, whole screen."""

from collections.abc import Iterator
import math
from pathlib import Path

import numpy as np
import pytest

from tests.browser import Browser
from tests.viewer.bundles import CORONAL, CaseSpec, SeriesSpec, StackSpec
from tests.web import opened
from tests.web.conftest import make_medium

CTRL_Z, CTRL_Y = ("\ue009", "z"), ("\ue009", "y")
FRAME, OTHER_FRAME = "2.25.77", "2.25.78"


def flat(slices: int) -> np.ndarray:
    """Each slice has one grey of its own."""
    return np.arange(slices)[:, None, None] * 10 + np.zeros((slices, 64, 64), int)


def series(spec: StackSpec, description: str, frame: str = FRAME) -> SeriesSpec:
    return SeriesSpec([spec], description=description, frame_of_reference=frame)


def cases() -> list[CaseSpec]:
    thin = StackSpec(flat(20), [(0.0, 0.0, 2.0 * k) for k in range(20)], pixel_spacing=(1.0, 1.0))
    # The same place, twice the field of view, other steps, from head to feet.
    thick = StackSpec(flat(8), [(-32.0, -32.0, 40.0 - 5.0 * k) for k in range(8)], pixel_spacing=(2.0, 2.0))
    across = StackSpec(
        flat(10), [(0.0, 6.0 * k, 40.0) for k in range(10)], orientation=CORONAL, pixel_spacing=(1.0, 1.0)
    )
    elsewhere = StackSpec(flat(20), [(0.0, 0.0, 100.0 + 2.0 * k) for k in range(20)])
    return [
        CaseSpec([
            series(thin, "Thin"), series(thick, "Thick"), series(across, "Across"),
            series(elsewhere, "Elsewhere", OTHER_FRAME),
        ]),
        CaseSpec([series(thin, "Another")], pseudonym="P-2222"),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_medium(tmp_path_factory.mktemp("panes") / "stick", cases())


@pytest.fixture
def shown(browser: Browser, medium: Path) -> Iterator[Browser]:
    browser.resize(1366, 768)
    opened.open_medium(browser, medium)
    opened.choose(browser, 0)
    yield browser
    browser.run("document.querySelectorAll('.cine:not([hidden])').forEach(bar => bar.hidden = true)")


def texts(browser: Browser, place: str) -> list[str]:
    script = "return [...document.querySelectorAll('.pane')].map(pane => pane.querySelector(arguments[0]).innerText)"
    return browser.run(script, f".{place}")


def slices(browser: Browser) -> list[int]:
    """The number of the slice in each pane."""
    return [int(text.partition("Slice ")[2].split()[0]) for text in texts(browser, "bottomLeft")]


def positions(browser: Browser) -> list[float]:
    found = [text.replace("\N{MINUS SIGN}", "-").partition("Position ")[2] for text in texts(browser, "bottomLeft")]
    return [float(text.split()[0]) for text in found]


def pane_area(browser: Browser, number: int) -> tuple[float, float, float, float]:
    area = browser.run(
        "return document.querySelectorAll('.pane')[arguments[0]].getBoundingClientRect().toJSON()", number
    )
    return area["left"], area["top"], area["width"], area["height"]


def middle(browser: Browser, number: int) -> tuple[float, float]:
    left, top, width, height = pane_area(browser, number)
    return left + width / 2, top + height / 2


def click(browser: Browser, place: tuple[float, float]) -> None:
    browser.drag([place])
    opened.see(browser)


def settle(browser: Browser) -> None:
    browser.wait("return [...document.querySelectorAll('.message')].every(m => !m.textContent)")
    opened.see(browser)


def test_panes_go_from_one_to_two_to_four_and_show_the_other_series_of_the_case(shown):
    assert len(texts(shown, "topLeft")) == 1
    opened.press(shown, "q")
    settle(shown)
    assert texts(shown, "topLeft") == ["CASE-001\nP-7KQ2"] * 2
    opened.press(shown, "q")
    settle(shown)
    for name, text in zip(("Thin", "Thick", "Across", "Elsewhere"), texts(shown, "bottomRight"), strict=True):
        assert name in text
    areas = [pane_area(shown, number) for number in range(4)]
    assert len({(round(left), round(top)) for left, top, _, _ in areas}) == 4
    assert min(width for _, _, width, _ in areas) > 480
    opened.press(shown, "q")
    assert len(texts(shown, "topLeft")) == 1


def test_linked_panes_go_to_the_same_position_and_say_so_and_others_stay(shown):
    opened.press(shown, "q", "q")
    settle(shown)
    opened.press(shown, opened.HOME)
    before = slices(shown)
    opened.press(shown, opened.ARROW_DOWN)
    assert slices(shown) == [before[0] + 1, *before[1:]]
    opened.press(shown, "l")
    opened.press(shown, *[opened.ARROW_DOWN] * 3)
    settle(shown)
    found = positions(shown)
    assert found[0] == 38 - 4 * 2
    assert found[1] == 30.0
    assert slices(shown)[2] == before[2]
    # Of another frame of reference: where it was when the panes were linked, and as far on as the leader.
    assert found[3] == pytest.approx(100 + 2 * (20 - before[3]) - 6)
    linked = ["⇄ Linked" in text for text in texts(shown, "topRight")]
    assert linked == [True, True, False, True]
    opened.press(shown, "u")
    opened.press(shown, opened.ARROW_DOWN)
    assert positions(shown)[1] == 30.0
    assert not any("Linked" in text for text in texts(shown, "topRight"))


def test_linked_panes_have_one_scale_in_mm_and_one_place_in_the_middle(shown):
    opened.press(shown, "q", "l", "-", "-", "-", "-")
    settle(shown)
    x, y = middle(shown, 0)
    shown.drag([(x, y), (x + 40, y - 30)], button=1)
    opened.see(shown)
    bars = "return [...document.querySelectorAll('.pane')].map(p => p.querySelector('.bottomRight').innerText)"
    zooms = [float(text.partition("Zoom ")[2].split()[0]) for text in shown.run(bars)]
    # A pixel of the second is twice as large, so that its zoom is twice that of the first.
    assert zooms[1] == pytest.approx(2 * zooms[0], abs=1.5)
    # 64 mm of the first image lie beside each other in both panes: from the same place to the same place.
    edges = [columns_of(shown, number) for number in (0, 1)]
    width = (edges[0][1] - edges[0][0]) * 2
    assert edges[1][1] - edges[1][0] == pytest.approx(width, abs=3)
    centre = (edges[0][0] + edges[0][1]) / 2
    # The first image reaches from x = -0.5 to 63.5 mm, the second from -33 to 95.
    assert (edges[1][0] + edges[1][1]) / 2 == pytest.approx(centre, abs=0.5 * width / 64 + 2)


def columns_of(browser: Browser, number: int) -> tuple[float, float]:
    """From and to of the image in a pane, by the columns of its canvas that are not black."""
    script = """
    const canvas = document.querySelectorAll('.pane canvas.image')[arguments[0]];
    const row = canvas.getContext('2d').getImageData(0, canvas.height / 2, canvas.width, 1).data;
    const lit = Array.from({ length: canvas.width }, (_, k) => k).filter(k => row[4 * k]);
    return [lit[0], lit[lit.length - 1] + 1];
    """
    first, last = browser.run(script, number)
    return first, last


def test_a_click_selects_a_pane_and_keys_mean_it_alone(shown):
    opened.press(shown, "q")
    settle(shown)
    before = slices(shown)
    click(shown, middle(shown, 1))
    opened.press(shown, opened.ARROW_DOWN, "7")
    assert slices(shown) == [before[0], before[1] + 1]
    assert ["W 1500" in text for text in texts(shown, "bottomRight")] == [False, True]
    framed = shown.run("return [...document.querySelectorAll('.port')].map(p => p.classList.contains('selected'))")
    assert framed == [False, True]


def test_tab_goes_from_pane_to_pane_and_keys_mean_the_one_that_has_the_frame(shown):
    opened.press(shown, "q")
    settle(shown)
    before = slices(shown)
    shown.run("document.querySelectorAll('.port')[0].focus()")
    opened.press(shown, "\ue004", opened.ARROW_DOWN)
    assert slices(shown) == [before[0], before[1] + 1]


def test_another_case_leaves_no_picture_of_the_first_standing(shown):
    opened.press(shown, "q")
    settle(shown)
    shown.run("document.querySelectorAll('.row')[4].click()")
    shown.wait("return document.querySelector('.bottomRight').innerText.includes('Another')")
    left = shown.run("return document.querySelectorAll('.pane')[1].innerText")
    assert left.split("\n") == ["Empty", "Another case was opened. Click to show a series here."]
    script = """
    const canvas = document.querySelectorAll('.pane canvas.image')[1];
    return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((v, k) => k % 4 < 3 && v);
    """
    assert not shown.run(script)
    click(shown, middle(shown, 1))
    settle(shown)
    assert texts(shown, "topLeft") == ["CASE-002\nP-2222"] * 2


def test_the_line_of_the_selected_slice_stands_where_it_cuts_the_other_series(shown):
    opened.press(shown, "q", "q", "o")
    settle(shown)
    opened.press(shown, opened.END)
    for steps, z in ((0, 0.0), (10, 20.0)):
        opened.press(shown, *[opened.ARROW_UP] * steps)
        height = pane_area(shown, 2)[3]
        # Row r of the coronal images lies at z = 40 - r; a row is as high as the pane fits.
        expected = height / 2 + (40 - z + 0.5 - 32) * height / 64
        rows = orange_rows(shown, 2)
        if 0 <= 40 - z <= 63:
            assert abs(np.mean(rows) - expected) < 2
    opened.press(shown, "o")
    assert orange_rows(shown, 2) == []


def orange_rows(browser: Browser, number: int) -> list[int]:
    """The rows of a pane's drawing with the colour of notes in its middle third."""
    script = """
    const canvas = document.querySelectorAll('.pane canvas.over')[arguments[0]], { width, height } = canvas;
    const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data, rows = [];
    for (let y = 0; y < height; y++) for (let x = width / 3 | 0; x < width * 2 / 3; x++) {
      const at = 4 * (y * width + x);
      if (pixels[at] > 150 && pixels[at] > pixels[at + 2] + 60 && pixels[at + 3] > 128) { rows.push(y); break; }
    }
    return rows;
    """
    return browser.run(script, number)


def test_the_cross_hair_finds_one_place_in_the_other_panes(shown):
    opened.press(shown, "q", "q")
    settle(shown)
    opened.press(shown, opened.END, "j")
    left, top, width, height = pane_area(shown, 0)
    scale = height / 64
    # Column 20, row 42 of the lowest slice: x = 20, y = 42, z = 0.
    place = left + width / 2 + (20.5 - 32) * scale, top + height / 2 + (42.5 - 32) * scale
    click(shown, place)
    settle(shown)
    assert slices(shown)[2] == 42 // 6 + 1
    assert positions(shown)[1] == 5.0
    opened.press(shown, "s")


def test_key_images_and_measurements_are_undone_and_done_again(shown):
    opened.press(shown, "k")
    assert "★ Key image" in shown.text(".topRight")
    assert shown.run("return document.querySelectorAll('.tick').length") == 1
    opened.press(shown, "d")
    x, y = middle(shown, 0)
    shown.drag([(x, y), (x + 100, y)])
    opened.see(shown)
    said = shown.text(".spoken")
    assert said.endswith("mm")
    opened.press(shown, "v")
    shown.drag([(x + 100, y), (x + 100, y + 80)])
    opened.see(shown)
    moved = shown.text(".spoken")
    assert float(moved.split()[0]) == pytest.approx(float(said.split()[0]) * math.hypot(100, 80) / 100, abs=0.2)
    for expected in (said, "", ""):
        shown.chord(*CTRL_Z)
        opened.see(shown)
        assert shown.text(".spoken") == expected
    assert "Key image" not in shown.text(".topRight")
    for expected in ("", said, moved):
        shown.chord(*CTRL_Y)
        opened.see(shown)
        assert shown.text(".spoken") == expected
    assert "★ Key image" in shown.text(".topRight")


def test_cine_plays_at_once_goes_round_and_pauses_at_a_step(shown):
    opened.press(shown, opened.HOME)
    shown.keys("c")
    shown.wait("return document.querySelector('.bottomLeft').innerText.includes('Slice 20 ')")
    shown.wait("return document.querySelector('.bottomLeft').innerText.includes('Slice 2 ')")
    assert "15 / s" in shown.text(".cine")
    shown.run("document.querySelector('.cine [aria-label=\"First slice\"]').click()")
    opened.see(shown)
    assert slices(shown) == [1]
    shown.keys("c")
    assert not shown.run("return document.querySelector('.cine').checkVisibility()")


def test_two_fingers_zoom_about_their_middle_and_move_the_image(shown):
    x, y = middle(shown, 0)
    before = zoom(shown)
    shown.pinch([(x - 50, y), (x + 50, y)], [(x - 100, y + 20), (x + 100, y + 20)])
    opened.see(shown)
    assert zoom(shown) == pytest.approx(2 * before, rel=0.02)
    assert "Slice 10 / 20" in shown.text(".bottomLeft")
    opened.press(shown, opened.ESCAPE)
    assert zoom(shown) == before


def zoom(browser: Browser) -> float:
    return float(browser.text(".bottomRight").partition("Zoom ")[2].split()[0])


def test_f11_leaves_only_the_images_and_a_double_click_one_pane(shown):
    opened.press(shown, "q")
    settle(shown)
    _, _, narrow, _ = pane_area(shown, 0)
    shown.double_click(middle(shown, 0))
    opened.see(shown)
    assert pane_area(shown, 0)[2] > 1.9 * narrow
    shown.double_click(middle(shown, 0))
    opened.see(shown)
    assert pane_area(shown, 0)[2] == pytest.approx(narrow)
    shown.keys("\ue03b")
    shown.wait("return !document.querySelector('aside').checkVisibility()")
    opened.see(shown)
    assert pane_area(shown, 0)[0] == 0
    shown.keys("\ue03b")
    shown.wait("return document.querySelector('aside').checkVisibility()")
