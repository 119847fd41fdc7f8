"""Images for browsers: shown without a folder, each grey as NumPy has it; what is damaged is never shown."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
import re
import shutil
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

from builder.catalogue.web_chunks import Chunks, packed_frame
from builder.catalogue.web_files import web_files
from builder.plan import Progress
from bundle import web
from bundle.layout import INDEX
from tests.browser import Browser
from tests.viewer.bundles import CORONAL, CaseSpec, SeriesSpec, StackSpec, make_bundle
from tests.web import opened
from tests.web.test_pictures import SIZE, SPECS, by_the_standard, picture

LONG = np.random.default_rng(3).integers(-900, 900, (20, 64, 64))


class Listener:
    """Hears the names of the steps."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def step(self, name: str, *, in_bytes: bool = False) -> Progress:
        assert not in_bytes
        self.steps.append(name)
        return lambda done, total: None

    def say(self, text: str) -> None:
        raise AssertionError(text)


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("chunks") / "stick"
    series = [SeriesSpec([replace(spec)], description=name) for name, spec in SPECS.items()]
    series.append(SeriesSpec([StackSpec(LONG), StackSpec(LONG[:9] + 1)], description="two stacks"))
    make_bundle(root, [CaseSpec(series)], format_version=2)
    listener = Listener()
    with ThreadPoolExecutor(2) as executor:
        for path, content in web_files((root / INDEX).read_bytes(), chunks=Chunks(root, executor, listener)):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
    assert listener.steps == ["Making the images for browsers"]
    return root


def open_at_once(browser: Browser, root: Path) -> None:
    browser.open(root / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('.pane')")
    opened.see(browser)


@pytest.fixture(scope="module")
def shown(browser: Browser, medium: Path) -> Browser:
    open_at_once(browser, medium)
    opened.fit_to(browser, SIZE)
    return browser


@pytest.mark.parametrize("name", SPECS)
def test_each_grey_of_each_slice_is_that_of_the_standard(shown, name):
    spec, number = SPECS[name], list(SPECS).index(name)
    opened.choose(shown, number)
    opened.press(shown, opened.HOME)
    for k in range(3) if spec.orientation == CORONAL else (2, 1, 0):  # to the back; to the feet
        assert np.array_equal(picture(shown), by_the_standard(spec, k)), k
        opened.press(shown, opened.ARROW_DOWN)


def test_the_page_opens_and_shows_without_a_click(browser, medium):
    browser.resize(1366, 768)
    open_at_once(browser, medium)
    assert not browser.run("return !!document.querySelector('#folder')")
    assert browser.text(".row.current strong").lower() in SPECS


def all_chunks(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in (root / "WEB").rglob("*") if path.suffix == ".JS"
                  and path.parent.name != "WEB")  # fmt: skip


def test_chunks_have_names_of_eight_characters_below_the_folder_of_their_series(medium):
    of_two = [path for path in all_chunks(medium) if f"SE{len(SPECS) + 1:06d}" in path]
    stem = of_two[0].rpartition("/")[0]
    assert [path.rpartition("/")[2] for path in of_two] == [
        "00010001.JS", "00010002.JS", "00010003.JS", "00020001.JS", "00020002.JS",
    ]  # fmt: skip
    assert re.fullmatch(r"WEB/PT\d{6}/ST\d{6}/SE\d{6}", stem)
    assert all(map(web.is_chunk, all_chunks(medium)))


def in_place_of(other: str) -> Callable[[Path], None]:
    return lambda path: shutil.copy(path.parent / other, path)


def one_sign_changed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    begin, end = web.payload_in(bytes(content)) or (0, 0)
    place = (begin + end) // 2
    content[place] = ord("A") if content[place] != ord("A") else ord("B")
    path.write_bytes(content)


MISSING, DIFFERS = "cannot be read", "does not match the index"


@pytest.mark.parametrize(
    ("damage", "lost", "why"),
    [
        (Path.unlink, "8 images of this series are damaged", MISSING),
        (in_place_of("00020001.JS"), "8 images of this series are damaged", DIFFERS),
        (lambda path: path.write_bytes(b""), "8 images of this series are damaged", DIFFERS),
        (one_sign_changed, "1 image of this series is damaged", DIFFERS),
    ],
)
def test_a_damaged_chunk_is_said_and_its_images_are_not_shown(browser, medium, tmp_path, damage, lost, why):
    root = Path(shutil.copytree(medium, tmp_path / "stick"))
    (chunk,) = (path for path in all_chunks(root) if f"SE{len(SPECS) + 1:06d}/00010001" in path)
    damage(root / chunk)
    browser.resize(1366, 768)
    browser.open(root / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('.pane')")
    browser.run("document.querySelectorAll('.row')[arguments[0]].click()", len(SPECS))
    browser.keys(opened.END)  # the first slice of the stack, at the feet
    browser.wait("return document.querySelector('.pane').innerText.includes(arguments[0])", lost)
    for _ in range(8):  # one of the eight, from the feet up
        if chunk in browser.text(".message"):
            break
        browser.keys(opened.ARROW_UP)
        browser.run("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
    assert f"{chunk} {why}" in browser.text(".message")
    browser.keys(opened.HOME)
    opened.see(browser)
    assert not browser.text(".message")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["<u1", "<u2", "<u4"]), st.integers(1, 9), st.integers(1, 9), st.data())
def test_a_frame_is_unpacked_as_the_format_says(kind, rows, columns, data):
    """By the words of docs/bundle-format.md, pixel by pixel."""
    bits = np.dtype(kind).itemsize * 8
    values = st.lists(st.integers(0, 2**bits - 1), min_size=rows * columns, max_size=rows * columns)
    stored = np.array(data.draw(values), kind).reshape(rows, columns)
    planes = zlib.decompress(packed_frame(stored))
    found: dict[tuple[int, int], int] = {}
    for row in range(rows):
        for column in range(columns):
            k = row * columns + column
            folded = sum(planes[byte * rows * columns + k] << 8 * byte for byte in range(bits // 8))
            apart = -(folded // 2) - 1 if folded % 2 else folded // 2
            before = found.get((row, column - 1) if column else (row - 1, 0), 0)
            found[row, column] = (before + apart) % 2**bits
    assert [found[place] for place in np.ndindex(rows, columns)] == stored.ravel().tolist()
