"""The page tests its browser: a fault in one part fails its line alone, and the report names nobody."""

import base64
from collections.abc import Iterator
from pathlib import Path
import re
import shutil
import subprocess
import time
import zlib

import numpy as np
import pytest

from builder.catalogue.web_chunks import packed_frame
from tests import webviewer
from tests.browser import Browser, chromium
from tests.firefox import firefox
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec, head_like
from tests.web.conftest import make_medium
from tests.web.test_pictures import by_the_standard
from tests.web.test_reading import FORM
from tests.webkit import webkit

PARTS = (
    "Scripts beside the page", "Digests (WebCrypto)", "Unpacking (DecompressionStream)", "Pixels of a chunk",
    "Grey levels of a small picture", "The picture on a canvas", "Storage (IndexedDB)", "Choosing a folder", "WebGL 2",
)  # fmt: skip
FOLDER = "An image from the chosen folder"
LINES = "return [...document.querySelectorAll('.selftest tr')].map(row => [...row.cells].map(cell => cell.innerText))"


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("self") / "Prof. Quill's own stick"
    return make_medium(root, [CaseSpec([SeriesSpec([StackSpec(head_like(4))])], "P-SECRET")], FORM, full=True)


def outcomes(browser: Browser, root: Path) -> dict[str, str]:
    """What is said of each part, once all have been tried."""
    browser.open(root / "WEB/READER.HTM", "self-test")
    browser.wait("return document.querySelectorAll('.selftest tr').length === arguments[0]", len(PARTS))
    browser.wait("return !document.querySelector('.selftest > .open').disabled")
    return {name: outcome for name, outcome, _ in browser.run(LINES)}


@pytest.mark.parametrize("engine", ["chromium", "firefox", "webkit"])
def test_all_that_the_page_needs_works_in_every_browser_that_is_here(medium, tmp_path, engine):
    with {"chromium": chromium, "firefox": firefox, "webkit": lambda: webkit(tmp_path)}[engine]() as browser:
        found = outcomes(browser, medium)
        if engine == "firefox":  # without a graphics card there is none in it
            assert found.pop("WebGL 2") in {"works", "not here"}
        assert found == dict.fromkeys(PARTS[: len(found)], "works")
        assert browser.text(".verdict") == "This browser does all that the page needs."


# By the part that it breaks: what the browser does wrong.
WRONG = {
    "Digests (WebCrypto)": "SubtleCrypto.prototype.digest = async () => new ArrayBuffer(32);",
    "Unpacking (DecompressionStream)": "delete self.DecompressionStream;",
    "The picture on a canvas": """
const { getImageData } = CanvasRenderingContext2D.prototype;
CanvasRenderingContext2D.prototype.getImageData = function (...area) {
  const found = getImageData.apply(this, area);
  found.data[40] ^= 1;
  return found;
};""",
    "Storage (IndexedDB)": "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };",
    "WebGL 2": "WebGL2RenderingContext.prototype.clear = () => {};",
}
# By the part that it breaks: a file of the page, what stands there, and what is wrong.
FAULTS = {
    "Pixels of a chunk": ("chunks.ts", "left + ((folded >>> 1)", "left + ((folded >>> 2)"),
    "Grey levels of a small picture": ("pixels.ts", "table[pattern] = opaque(", "table[pattern] = opaque(1 + "),
}


@pytest.fixture
def spoilt(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Browser]:
    name = browser.before_pages(WRONG[request.param])
    yield browser
    browser.no_more_before_pages(name)


@pytest.mark.parametrize(("spoilt", "part"), [(part, part) for part in WRONG], indirect=["spoilt"])
def test_what_a_browser_does_wrong_fails_its_line_alone(spoilt, medium, part):
    assert outcomes(spoilt, medium) == dict.fromkeys(PARTS, "works") | {part: "FAILED"}
    assert spoilt.text(".verdict") == f"This browser does not do what the page needs: {part}"


@pytest.mark.parametrize("part", FAULTS)
def test_a_fault_planted_in_the_page_fails_its_line_alone(browser, medium, tmp_path, part):
    source, stick = tmp_path / "webviewer", tmp_path / "stick"
    shutil.copytree(webviewer.SOURCE, source)
    shutil.copytree(medium, stick)
    name, right, wrong = FAULTS[part]
    text = (source / "src" / name).read_text("utf-8")
    assert text.count(right) == 1
    (source / "src" / name).write_text(text.replace(right, wrong), "utf-8")
    command = ["esbuild", "src/main.ts", *webviewer.OPTIONS]
    made = subprocess.run(command, cwd=source, capture_output=True, check=True)
    (stick / "WEB/READER.JS").write_bytes(made.stdout)
    assert outcomes(browser, stick) == dict.fromkeys(PARTS, "works") | {part: "FAILED"}


def a_list_is_missing(root: Path) -> None:
    (root / "WEB/INDEX.JS").unlink()


def a_chunk_is_missing(root: Path) -> None:
    for path in (root / "WEB").rglob("0001*.JS"):
        path.unlink()


@pytest.mark.parametrize("damage", [a_list_is_missing, a_chunk_is_missing])
def test_a_script_that_does_not_load_fails_its_line_alone(browser, medium, tmp_path, damage):
    stick = Path(shutil.copytree(medium, tmp_path / "stick"))
    damage(stick)
    assert outcomes(browser, stick) == dict.fromkeys(PARTS, "works") | {PARTS[0]: "FAILED"}


def test_a_browser_without_folders_and_webgl_is_told_without_alarm(browser, medium):
    name = browser.before_pages(
        "delete self.showDirectoryPicker; delete HTMLInputElement.prototype.webkitdirectory;"
        "HTMLCanvasElement.prototype.getContext = (old => function (kind, ...more) {"
        "  return kind === 'webgl2' ? null : old.call(this, kind, ...more);"
        "})(HTMLCanvasElement.prototype.getContext);"
    )
    try:
        found = outcomes(browser, medium)
    finally:
        browser.no_more_before_pages(name)
    assert found == dict.fromkeys(PARTS[:-2], "works") | dict.fromkeys(PARTS[-2:], "not here")


def test_the_folder_is_tested_when_it_is_chosen(browser, medium, tmp_path):
    outcomes(browser, medium)
    browser.click("summary")
    browser.fill("#folder", str(medium))
    browser.wait("return document.querySelectorAll('.selftest tr').length === arguments[0]", len(PARTS) + 1)
    assert browser.run(LINES)[-1][:2] == [FOLDER, "works"]
    stick = Path(shutil.copytree(medium, tmp_path / "stick"))
    for image in (stick / "DICOM").rglob("IM*"):
        image.write_bytes(b"\0" * image.stat().st_size)
    outcomes(browser, stick)
    browser.click("summary")
    browser.fill("#folder", str(stick))
    browser.wait("return document.querySelectorAll('.selftest tr').length === arguments[0]", len(PARTS) + 1)
    assert browser.run(LINES)[-1] == [FOLDER, "FAILED", "Error"]


def test_the_first_page_and_the_help_lead_to_the_test(browser, medium, tmp_path):
    browser.open(medium / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('.opening a[href=\"?self-test\"]')")
    root = make_medium(tmp_path / "stick", [CaseSpec([SeriesSpec([StackSpec(head_like(4))])])], full=True)
    browser.open(root / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('.pane')")
    browser.keys("h")
    assert browser.run("return document.querySelector('.help a').href").endswith("/WEB/READER.HTM?self-test")


def test_the_saved_report_says_what_was_found_and_nothing_of_people_and_places(browser, medium, tmp_path):
    outcomes(browser, medium)
    browser.save_into(tmp_path)
    browser.click(".selftest > .open")
    file, end = tmp_path / "self-test.txt", time.monotonic() + 20
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.1)
    text = file.read_text("utf-8")
    assert [line.partition("  ")[0] for line in text.splitlines()].count("works") == len(PARTS)
    assert re.search(r"^browser Mozilla/5.0 .*Chrome/\d+", text, re.MULTILINE)
    assert re.search(r"^program \d\S+ browser$", text, re.MULTILINE)
    for word in ("SECRET", "Quill", "CASE", "PT0", str(medium.parent.name), "/tmp", "Livers"):
        assert word not in text
    assert sorted(line.split(" ", 1)[0] for line in text.splitlines()[:8]) == sorted(
        ["program", "browser", "language", "screen", "window", "cores", "memory", "opened"]
    )


def test_the_test_speaks_german_and_its_report_english(medium, tmp_path):
    with chromium("de") as german:
        found = outcomes(german, medium)
        assert set(found.values()) == {"geht"}
        assert not found.keys() & set(PARTS) - {"WebGL 2"}
        german.save_into(tmp_path)
        german.click(".selftest > .open")
        end = time.monotonic() + 20
        while not (tmp_path / "self-test.txt").exists() and time.monotonic() < end:
            time.sleep(0.1)
    assert "works     Digests (WebCrypto): SHA-256" in (tmp_path / "self-test.txt").read_text("utf-8")


def test_the_small_picture_has_the_values_of_format_and_standard():
    text = (webviewer.SOURCE / "src/selftest/golden.ts").read_text("utf-8")
    found = {name: base64.b64decode(said) for name, said in re.findall(r'const ([A-Z]+) =\s+"([^"]+)"', text)}
    stored = np.frombuffer(found["VALUES"], "<i2").reshape(12, 16)
    assert zlib.decompress(found["PACKED"]) == found["PLANES"] == zlib.decompress(packed_frame(stored.view("<u2")))
    spec = StackSpec(stored[None], padding=-1100, window=(40.0, 400.0))
    assert found["GREYS"] == by_the_standard(spec, 0).tobytes()
    assert len(set(found["GREYS"])) > 20
