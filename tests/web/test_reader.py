"""The page as a person uses it: folder, list, texts on the image, measurements, keys, languages; and no network."""

from collections.abc import Iterator
import json
from pathlib import Path
import shutil
import socket
from threading import Thread

import numpy as np
import pytest

from tests.browser import Browser, chromium
from tests.viewer.bundles import CORONAL, CaseSpec, SeriesSpec, StackSpec, head_like
from tests.web import opened
from tests.web.conftest import make_medium

ROWS, COLUMNS, SPACING = 240, 400, (0.8, 0.5)
MASKED = "text masked, 960 of 96000 pixels"
GAP = [(0.0, 0.0, z) for z in (0.0, 2.0, 4.0, 12.0, 14.0, 16.0)]
DELETE, F2, TAB = "\ue017", "\ue032", "\ue004"


def cases() -> list[CaseSpec]:
    phantom = np.add.outer(np.arange(ROWS) * 3, np.arange(COLUMNS) * 2)[None].repeat(6, axis=0) - 500
    head = StackSpec(phantom, GAP, pixel_spacing=SPACING, altered=[MASKED, "", "", "", "", ""], thickness=2.0)
    places = [(0.0, -2.0 * k, 0.0) for k in range(4)]
    other = StackSpec(head_like(4), places, orientation=CORONAL, window=(40.0625, 400.125))
    padded = StackSpec(head_like(4), paddings=[(-1100, -900)] * 4, pixel_spacing=None)
    return [
        CaseSpec([SeriesSpec([head], left_out=3, description="Head, axial 2 mm")], not_chosen=12),
        CaseSpec(
            [SeriesSpec([other], description="chest"), SeriesSpec([padded], modality="MR", description="<b>knee</b>")],
            pseudonym="P-SECRET", unreadable=1,
        ),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_medium(tmp_path_factory.mktemp("reader") / "stick", cases())


@pytest.fixture
def shown(browser: Browser, medium: Path) -> Browser:
    browser.resize(1366, 768)
    opened.open_medium(browser, medium)
    return browser


def place_of(browser: Browser, column: float, row: float) -> tuple[float, float]:
    """Where an image place is in the window: the whole image just fits, with square millimetres."""
    left, top, width, height = opened.area(browser)
    scale = min(width / (COLUMNS * SPACING[1]), height / (ROWS * SPACING[0]))
    x = width / 2 + scale * (column - COLUMNS / 2) * SPACING[1]
    return left + x, top + height / 2 + scale * (row - ROWS / 2) * SPACING[0]


def test_before_the_folder_is_chosen_the_cases_are_listed_and_what_the_page_cannot_do_is_said(browser, medium):
    opened.open_page(browser, medium)
    said = browser.text("body")
    for text in (
        "CASE-001",
        "Head, axial 2 mm",
        "CT \u00b7 1 \u00b7 6 images",
        "Open the scans",
        "12 images not chosen",
    ):
        assert text in said
    assert "3 of 9 images left out: text in the image" in said
    assert "1 image could not be read" in said
    assert "This is a reading" not in said
    assert browser.run("return document.querySelectorAll('aside b').length") == 0
    # Without a form nobody is blinded.
    assert "P-SECRET" in said and "2019-03-04" in said


def test_each_series_has_its_picture_before_the_folder_is_chosen(browser, medium):
    opened.open_page(browser, medium)
    script = """
    return [...document.querySelectorAll('.row canvas')].map(canvas => {
      const pixels = canvas.getContext('2d').getImageData(0, 0, 56, 56).data;
      return Array.from({ length: 56 * 56 }, (_, k) => pixels[4 * k + 3] ? pixels[4 * k] : -1);
    });
    """
    pictures = [np.array(greys).reshape(56, 56) for greys in browser.run(script)]
    assert len(pictures) == 3
    # The first is a ramp of 192 x 200 mm, dark above on the left; its window is 40, 400.
    stored = np.add.outer(np.arange(ROWS) * 3, np.arange(COLUMNS) * 2) - 500
    right = (((stored - 40) / 400 + 0.5).clip(0, 1) * 255)[2::4, 3::7]
    height, width = round(56 * ROWS * SPACING[0] / (COLUMNS * SPACING[1])), 56
    places = np.ix_(np.arange(60) * height // 60, np.arange(right.shape[1]) * width // right.shape[1])
    shown = pictures[0][(56 - height) // 2 :][:height][places]
    assert np.abs(shown - right[:60]).mean() < 12
    assert (pictures[0][0] == -1).all()
    # The skulls: bone around brain, in the middle of black.
    for picture in pictures[1:]:
        assert picture[2, 2] == 0
        assert 100 < picture[26:30, 14:42].mean() < 140
        assert picture.max() == 255


def test_another_folder_is_refused_and_the_right_one_opens_afterwards(browser, medium, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/INDEX.HTM").write_text("another page")
    opened.open_page(browser, medium)
    browser.fill("#folder", str(tmp_path / "other"))
    browser.wait("return document.querySelector('[role=alert]').textContent")
    assert "not the folder of the medium" in browser.text("[role=alert]")
    browser.fill("#folder", str(medium))
    browser.wait("return !!document.querySelector('.pane')")


def test_a_folder_that_holds_the_medium_opens_too(browser, medium):
    opened.open_page(browser, medium)
    browser.fill("#folder", str(medium.parent))
    browser.wait("return !!document.querySelector('.pane')")
    opened.see(browser)
    assert "Slice" in browser.text(".bottomLeft")


# A folder like that of showDirectoryPicker, whose dialog no driver reaches: it holds the files of the field for files.
PICKER = """
const below = (path) => ({
  async getDirectoryHandle(name) {
    const inside = `${path}/${name}/`, found = window.given.some(file => file.webkitRelativePath.startsWith(inside));
    if (!found) throw new DOMException('', 'NotFoundError');
    return below(`${path}/${name}`);
  },
  async getFileHandle(name) {
    const found = window.given.find(file => file.webkitRelativePath === `${path}/${name}`);
    if (!found) throw new DOMException('', 'NotFoundError');
    return { getFile: async () => found };
  },
});
window.showDirectoryPicker = async ({ mode }) => {
  window.mode = mode;
  return below(window.given[0].webkitRelativePath.split('/')[0]);
};
addEventListener('change', event => {
  window.given = [...event.target.files];
  event.stopImmediatePropagation();
}, true);
"""


def test_a_folder_that_the_better_dialog_gives_opens_by_its_names_alone(browser, medium):
    name = browser.before_pages(PICKER)
    try:
        opened.open_page(browser, medium)
        browser.fill("#folder", str(medium))
        browser.wait("return !!window.given")
        assert not browser.run("return !!document.querySelector('.pane')")
        browser.click("button.open")
        browser.wait("return !!document.querySelector('.pane')")
        opened.see(browser)
        opened.choose(browser, 1)
        assert opened.greys(browser).any()
        assert browser.run("return window.mode") == "read"
    finally:
        browser.no_more_before_pages(name)


def test_the_warnings_of_the_viewer_are_on_the_image(shown):
    opened.press(shown, opened.END)
    told = shown.text(".bottomLeft")
    assert "Text masked, 1.0 % of the image" in told
    assert "3 of 9 images left out: text in the image" in told
    assert "Slices missing at position" in told
    assert "Thickness 2 mm, spacing" in told
    assert "Slice 6 / 6" in told
    opened.press(shown, opened.HOME, opened.ARROW_DOWN, opened.ARROW_DOWN)
    assert "The next slice is 8.0 mm away" in shown.text(".bottomLeft")
    assert "Text masked" not in shown.text(".bottomLeft")
    assert shown.run("return document.querySelectorAll('.gap').length") == 1
    colour = "return getComputedStyle(document.querySelector('.gap')).backgroundColor"
    assert shown.run(colour) == "rgb(240, 191, 102)"


def test_what_was_done_to_the_pixels_stays_when_all_other_text_is_off(shown):
    opened.press(shown, opened.END, "i", "i")
    assert shown.text(".bottomLeft") == "Text masked, 1.0 % of the image"
    assert shown.text(".topLeft") == ""
    opened.press(shown, "i")


def test_letters_and_scale_are_those_of_the_patient(shown):
    assert [shown.text(f".letter.{side}") for side in ("left", "right", "top", "bottom")] == ["R", "L", "A", "P"]
    opened.choose(shown, 1)
    assert [shown.text(f".letter.{side}") for side in ("left", "right", "top", "bottom")] == ["R", "L", "S", "I"]


def test_a_distance_on_pixels_that_are_no_squares_is_the_one_in_millimetres(shown):
    opened.press(shown, opened.END, "d")
    (a, b), (c, d) = (50, 40), (350, 200)
    shown.drag([place_of(shown, a, b), place_of(shown, c, d)])
    opened.see(shown)
    exact = float(np.hypot((c - a) * SPACING[1], (d - b) * SPACING[0]))
    assert abs(float(shown.text(".spoken").removesuffix(" mm")) - exact) < 0.3  # a pixel of the screen is 0.3 mm
    opened.press(shown, opened.ARROW_UP)
    assert shown.text(".spoken") == ""
    opened.press(shown, opened.END, DELETE)
    assert shown.text(".spoken") == ""


def test_the_values_of_a_rectangle_are_those_of_numpy(shown):
    """Its corners are at the middle of pixels, so that a pixel of the screen more or less changes nothing."""
    opened.press(shown, opened.END, "b")
    shown.drag([place_of(shown, 100.02, 60.02), place_of(shown, 160.98, 90.98)])
    opened.see(shown)
    said = shown.text(".spoken").replace("\N{MINUS SIGN}", "-")
    rows, columns = np.mgrid[60:91, 100:161]
    values = rows * 3 + columns * 2 - 500
    assert f"Mean {values.mean():.0f} HU" in said
    assert f"Min {values.min()} Max {values.max()}" in said
    assert abs(float(said.split("SD ")[1].split(",")[0]) - values.std(ddof=1)) < 0.2
    opened.press(shown, DELETE)


def test_an_ellipse_leaves_out_padding(shown):
    opened.choose(shown, 2)
    opened.press(shown, "e")
    left, top, width, height = opened.area(shown)
    shown.drag([(left + width / 2 - height / 2 + 2, top + 2), (left + width / 2 + height / 2 - 2, top + height - 2)])
    opened.see(shown)
    said = shown.text(".spoken").replace("\N{MINUS SIGN}", "-")
    assert -900 < float(said.split("Min ")[1].split()[0]) < 35
    assert "px²" in said
    assert "Pixel size unknown: the image may be distorted" in shown.text(".bottomLeft")


def test_the_pointer_shows_the_value_below_it_and_padding_has_none(shown):
    opened.press(shown, opened.END)
    shown.point(place_of(shown, 200.5, 100.5))
    opened.see(shown)
    assert shown.text(".bottomRight").startswith(f"{100 * 3 + 200 * 2 - 500} HU")
    left, top, _, height = opened.area(shown)
    shown.point((left + 3, top + height / 2))
    opened.see(shown)
    assert shown.text(".bottomRight").startswith("outside the image")


def test_wheel_keys_and_slider_scroll_and_pages_change_series_and_case(shown):
    left, top, width, height = opened.area(shown)
    opened.press(shown, opened.HOME)
    shown.wheel((left + width / 2, top + height / 2), 200)
    opened.see(shown)
    assert "Slice 3 / 6" in shown.text(".bottomLeft")
    shown.drag([(left + width + 15, top + 20), (left + width + 15, top + height - 10)])
    opened.see(shown)
    assert "Slice 6 / 6" in shown.text(".bottomLeft")
    opened.press(shown, opened.PAGE_DOWN)
    assert shown.text(".topLeft") == "CASE-002\nP-SECRET"
    assert "Chest" in shown.text(".bottomRight")
    opened.press(shown, opened.PAGE_DOWN)
    assert "b>knee" in shown.text(".bottomRight")


def test_zoom_and_pan_move_the_image_and_escape_brings_it_back(shown):
    opened.press(shown, opened.END)
    before = opened.greys(shown)
    left, top, _, _ = opened.area(shown)
    opened.press(shown, "+")
    shown.drag([(left + 500, top + 300), (left + 560, top + 330)], button=1)
    opened.see(shown)
    assert "(fit)" not in shown.text(".bottomRight")
    assert (opened.greys(shown) != before).any()
    opened.press(shown, opened.ESCAPE)
    assert (opened.greys(shown) == before).all()


def test_the_help_lists_the_keys(shown):
    shown.keys("h")
    assert shown.run("return document.querySelector('.help').innerText").count("\n") > 40
    assert "Invert black and white" in shown.text(".help")
    shown.keys(opened.ESCAPE)
    assert not shown.run("return document.querySelector('.help').checkVisibility()")


def test_an_image_with_another_header_is_not_shown(browser, medium, tmp_path):
    root = tmp_path / "stick"
    shutil.copytree(medium, root)
    images = sorted((root / "DICOM").rglob("IM*"))
    content = bytearray(images[0].read_bytes())
    content[150] ^= 1
    images[0].write_bytes(content)
    images[1].write_bytes(images[1].read_bytes()[:-1])
    images[2].unlink()
    opened.open_medium(browser, root)
    for number, reason in enumerate(("its header differs", "it has another length", "it cannot be read")):
        browser.keys(opened.END, *[opened.ARROW_UP] * number)
        browser.wait("return document.querySelector('.message').textContent.includes(arguments[0])", reason)
        assert "This image cannot be shown" in browser.text(".message")
        assert not opened.greys(browser).any()
    browser.wait("return document.body.innerText.includes('3 images of this series are damaged')")


def test_a_series_whose_medium_is_back_is_read_when_it_is_opened_again(browser, medium, tmp_path):
    root = shutil.copytree(medium, tmp_path / "stick")
    opened.open_medium(browser, root)
    away = (root / "WEB").rename(root / "AWAY")
    images = (root / "DICOM").rename(root / "GONE")
    browser.run("document.querySelectorAll('.row')[1].click()")
    browser.wait("return document.querySelector('.message').textContent.includes('open the series again')")
    away.rename(root / "WEB")
    images.rename(root / "DICOM")
    opened.choose(browser, 1)
    assert opened.greys(browser).any()
    browser.wait("return !document.body.innerText.includes('are damaged')")


def test_german_readers_get_german(medium):
    with chromium("de") as browser:
        opened.open_medium(browser, medium)
        opened.press(browser, opened.END)
        assert "Schicht 6 / 6" in browser.text(".bottomLeft")
        assert "Text überdeckt, 1.0 % des Bildes" in browser.text(".bottomLeft")
        assert "3 von 9 Bildern weggelassen: Text im Bild" in browser.text(".bottomLeft")
        assert browser.run("return document.documentElement.lang") == "de"


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port of this machine, and the first bytes of whoever connects to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard: list[bytes] = []

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    heard.append(connection.recv(100))

        Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], heard


def test_the_page_asks_for_its_own_files_alone_and_could_ask_for_no_other(browser, medium, listener):
    port, heard = listener
    browser.log("performance")
    opened.open_medium(browser, medium)
    opened.press(browser, opened.PAGE_DOWN, "d", "8", "x")
    own = {(medium / "WEB" / name).as_uri() for name in ("READER.HTM", "READER.JS", "INDEX.JS", "FORM.JS")}
    assert asked_for(browser) == own
    tries = f"""
    const address = 'http://127.0.0.1:{port}/';
    const image = new Image(); image.src = address;
    const script = document.createElement('script'); script.src = address; document.body.append(script);
    const inline = document.createElement('script'); inline.text = 'window.ran = 1'; document.body.append(inline);
    return fetch(address).then(() => 'sent', () => window.ran ? 'ran' : 'refused');
    """
    assert browser.run(tries) == "refused"
    assert heard == []


def asked_for(browser: Browser) -> set[str]:
    """The addresses of all requests since the log was last read."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.log("performance")]
    sent = (message["params"] for message in messages if message["method"] == "Network.requestWillBeSent")
    return {request["request"]["url"] for request in sent}


def test_nothing_is_said_in_the_console(browser, medium):
    browser.log("browser")
    opened.open_medium(browser, medium)
    opened.choose(browser, 2)
    assert browser.log("browser") == []


def test_the_corners_name_patient_study_and_series_as_in_the_viewer(shown):
    opened.choose(shown, 0)
    assert shown.text(".topLeft") == "CASE-001\nP-7KQ2"
    assert shown.text(".topRight") == "2019-03-04"
    assert "CT · Series 1" in " ".join(shown.text(".bottomRight").split())


def test_a_window_is_typed_and_takes_effect_at_once_and_esc_brings_the_old_one_back(shown):
    # Its own window has more figures than anybody types.
    opened.choose(shown, 1)
    before = shown.text(".bottomRight").splitlines()[-1]
    shown.keys(F2)
    shown.wait("return !!document.querySelector('dialog[open] input')")
    shown.keys(*"350", TAB, *"-25.5")
    opened.see(shown)
    assert shown.text(".bottomRight").splitlines()[-1] == "W 350   C \u221225.5"
    shown.keys("x", opened.ESCAPE)
    opened.see(shown)
    assert shown.text(".bottomRight").splitlines()[-1] == before
    shown.keys(F2, *"1500", "\ue007")
    opened.see(shown)
    assert shown.text(".bottomRight").splitlines()[-1].startswith("W 1500 ")
    assert not shown.run("return !!document.querySelector('dialog')")
    # The keys are those of the image again.
    opened.press(shown, "0")
    assert shown.text(".bottomRight").splitlines()[-1] == before
