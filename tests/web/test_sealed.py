"""Encrypted sticks in real browsers: the pixels of the plain stick, sealed answers, and an error for every damage."""

from collections.abc import Callable, Iterator
import csv
import json
from pathlib import Path
import shutil
import time

import numpy as np
from pydicom import dcmread
import pytest

from bundle.reading.form_file import read_form
from bundle.sealed.header import COPY
from tests import scans
from tests.browser import Browser, chromium
from tests.builder.cli.test_cli import mkbundle
from tests.bundle.sealed.sticks import OTHER, READER, RESEARCHER
from tests.firefox import Firefox, firefox
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec, head_like
from tests.web import opened
from tests.web.conftest import make_medium
from tests.web.sealed_sticks import PART, places, seal
from tests.web.test_reading import WHEN, allow, press

WORDS, PASSWORD = "acorn beacon cricket delta ember", "garnet hazel indigo jasmine kettle"
FORM = (
    'title = "Knoten im Quittengarten"\nsession = 1\n'
    '[[question]]\nid = "finding"\ntext = "Sieht man ihn?"\ntype = "text"\n'
)
# Found nowhere but where somebody wrote it.
NAME, ANSWER = "Zzyzxleserin", "Mispelkernobst"
LOCK, SLICES = "BUNDLE/LOCK.BIN", 4
_UNTIL = 30.0


@pytest.fixture(scope="module")
def sticks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same scans and form on a plain stick and on an encrypted one, without any other viewer."""
    work = tmp_path_factory.mktemp("sealed")
    scans.write_people(work / "scans", 2)
    (work / "form.toml").write_text(FORM, encoding="utf-8")
    for name, words in (("pw", WORDS), ("reader", PASSWORD)):
        (work / name).write_text(f"{words}\n")
    for name, more in (("plain", ()), ("stick", ("--encrypt", "--password-file", work / "pw"))):
        (work / name).mkdir()
        mkbundle(work / "scans", work / name, "--key", work / "keys/study.key", "--form", work / "form.toml",
                 "--viewer", "none", "--no-picture-search", "--no-progress", *more)  # fmt: skip
    mkbundle("password", "add", work / "stick", "Dr Brackwater", "--password-file", work / "pw",
             "--new-password-file", work / "reader")  # fmt: skip
    return work


def unlock(browser: Browser, password: str) -> None:
    """Type the password, and wait until it was tried."""
    browser.wait("return !!document.querySelector('#password')")
    browser.run("document.querySelector('#password').value = ''")
    browser.fill("#password", password)
    browser.click(".unlock .open")
    browser.wait(
        "return !document.querySelector('#password') || !!document.querySelector('.unlock .damage').textContent"
    )


def answer_all(browser: Browser) -> list[np.ndarray]:
    """Give an answer to each case, and submit it; the pictures of all slices."""
    browser.wait("return !!document.querySelector('.form textarea')")
    pictures = []
    while "All cases are done" not in browser.text(".state"):
        case, done = browser.text(".form h2"), browser.text(".form .muted")
        opened.see(browser)
        browser.run("document.activeElement.blur()")
        opened.press(browser, opened.HOME)
        for _ in range(SLICES):
            pictures.append(opened.greys(browser))
            opened.press(browser, opened.ARROW_DOWN)
        browser.fill(".form textarea", f"{ANSWER} {case}")
        browser.run("document.querySelector('.form .submit').click()")
        browser.wait("return document.querySelector('.form .muted').innerText !== arguments[0]", done)
    return pictures


def table(folder: Path, *sources: object) -> list[dict[str, str]]:
    """What `mkbundle collect` makes of them, without what depends on when somebody read."""
    out = folder / "table.csv"
    mkbundle("collect", *sources, "-o", out, check=None)
    with out.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [{name: text for name, text in row.items() if name not in WHEN} for row in rows]


def traces(folder: Path, sticks: Path) -> list[str]:
    """What of answers, name, password, form and pixels lies in any file, in the ways in which browsers write texts."""
    texts = [NAME, ANSWER, "Quittengarten", "Sieht man ihn", WORDS[:12], PASSWORD[:12], "CASE-001"]
    sought = {text: [text.encode(), text.encode("utf-16-le")] for text in texts}
    for image in map(dcmread, (sticks / "plain/DICOM").rglob("IM*")):
        sought[f"pixels of {image.SOPInstanceUID}"] = [image.PixelData[64:96]]
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return [
        f"{what} in {path.relative_to(folder)}"
        for path in files
        for content in [path.read_bytes()]
        for what, patterns in sought.items()
        if any(pattern in content for pattern in patterns)
    ]


def at_the_name(browser: Browser, stick: Path, password: str) -> None:
    if password:
        unlock(browser, password)
    browser.wait("return !!document.querySelector('.who input') && !document.querySelector('#password')")
    browser.fill(".who input", NAME)


def read_in_chromium(stick: Path, profile: Path, password: str = "") -> list[np.ndarray]:
    with chromium(profile=profile, shown=True) as browser:
        opened.open_page(browser, stick)
        browser.drop((600, 300), stick)
        at_the_name(browser, stick, password)
        browser.click(".who .open")
        allow()
        pictures = answer_all(browser)
        time.sleep(3)  # the browser saves what it would bring back after a crash
    return pictures


@pytest.fixture(scope="module")
def plainly(sticks: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[np.ndarray]]:
    """The plain stick, read in Chromium, and its pictures."""
    root = Path(shutil.copytree(sticks / "plain", tmp_path_factory.mktemp("plainly") / "stick"))
    return root, read_in_chromium(root, root.parent / "profile")


def test_chromium_shows_the_pixels_of_the_plain_stick_and_writes_sealed_answers_on_it(sticks, plainly, tmp_path):
    twin, pictures = plainly
    stick = Path(shutil.copytree(sticks / "stick", tmp_path / "stick"))
    shown = read_in_chromium(stick, tmp_path / "profile", PASSWORD)
    assert len({picture.tobytes() for picture in pictures}) == 2 * SLICES
    np.testing.assert_array_equal(np.stack(shown), np.stack(pictures))
    journals = list((stick / "READINGS").iterdir())
    assert {path.read_bytes()[:16] for path in journals} == {b"MKBUNDLE JOURNAL"}
    collected = table(tmp_path, stick, "--password-file", sticks / "pw")
    assert [row["finding"] for row in collected] == [f"{ANSWER} Case 1", f"{ANSWER} Case 2"]
    assert collected == table(tmp_path, twin)
    mkbundle("check", stick, "--password-file", sticks / "pw", "--no-progress")
    assert traces(tmp_path / "profile", sticks) == []
    assert traces(stick, sticks) == []


def test_the_same_search_finds_what_a_plain_stick_leaves(sticks, plainly):
    found = traces(plainly[0], sticks)
    assert any("CASE-001" in each for each in found) and any("pixels" in each for each in found)


@pytest.fixture(scope="module")
def in_firefox(sticks: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """What Firefox leaves on the PC of a reading of the plain stick, and its pictures."""
    home = tmp_path_factory.mktemp("home")
    pictures, _ = read_in_firefox(sticks / "plain", home)
    return home, pictures


def read_in_firefox(stick: Path, home: Path, password: str = "") -> tuple[np.ndarray, Path]:
    """The pictures of all slices, and the file to send."""
    with firefox(profile=home) as browser:
        browser.resize(1366, 768)
        browser.open(stick / "WEB/READER.HTM")
        browser.choose_folder(stick, "button.open")
        at_the_name(browser, stick, password)
        browser.click(".who .open")
        return np.stack(answer_all(browser)), sent_of(browser, home)


def test_firefox_shows_the_pixels_and_keeps_and_sends_only_sealed_answers(sticks, plainly, in_firefox, tmp_path):
    stick, home = Path(shutil.copytree(sticks / "stick", tmp_path / "stick")), tmp_path / "home"
    home.mkdir()
    pictures, sent = read_in_firefox(stick, home, PASSWORD)
    np.testing.assert_array_equal(pictures, in_firefox[1])
    assert traces(home, sticks) == []
    assert any(NAME in each for each in traces(in_firefox[0], sticks))
    collected = table(tmp_path, sent, "--password-file", sticks / "pw")
    assert collected == table(tmp_path, stick, sent, "--password-file", sticks / "pw") == table(tmp_path, plainly[0])
    refused = mkbundle("collect", sent, "-o", tmp_path / "t.csv", "--password-file", sticks / "reader", check=None)
    assert "This needs the researcher's password" in refused.stderr


def sent_of(browser: Firefox, home: Path) -> Path:
    """The file to send, as Firefox saves it."""
    assert "kept in this browser, not on the medium" in browser.text(".trouble")
    press(browser, "Save a copy to send")
    end = time.monotonic() + _UNTIL
    while not (found := [path for path in home.rglob("readings-*.json") if path.stat().st_size]):
        assert time.monotonic() < end
        time.sleep(0.1)
    time.sleep(1)
    json.loads(found[0].read_text())
    return found[0]


# The rest on small sticks, without a form, whose passwords are stretched in no time


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cases = [CaseSpec([SeriesSpec([StackSpec(head_like(4))])], f"P-{k}") for k in range(2)]
    return make_medium(tmp_path_factory.mktemp("small") / "plain", cases)


@pytest.fixture
def small(plain: Path, tmp_path: Path) -> Path:
    return seal(plain, tmp_path / "stick")


def ask(browser: Browser, stick: Path, password: str = READER) -> None:
    browser.resize(1366, 768)
    opened.open_page(browser, stick)
    browser.fill("#folder", str(stick))
    unlock(browser, password)


def test_a_wrong_password_is_said_and_each_right_one_opens_the_stick(browser, small):
    ask(browser, small, "delta ember")
    assert "This password does not open the stick" in browser.text(".unlock .damage")
    assert browser.run("return document.querySelector('#password').type") == "password"
    for password in (RESEARCHER, "  delta   EMBER falcon".lower(), OTHER):
        ask(browser, small, password)
        opened.see(browser)
        assert opened.greys(browser).max() > 0
        assert password not in browser.run("return document.documentElement.outerHTML")


def test_the_page_may_run_nothing_but_its_own_script_and_its_worker(browser, small):
    """The policy of the plain page, and a worker of the page's own: neither eval nor wasm, nothing from elsewhere."""
    ask(browser, small)
    opened.see(browser)
    text = (small / "WEB/READER.HTM").read_text()
    policy = text.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    assert [part.strip() for part in policy.split(";") if "style" not in part] == [
        "default-src 'none'", "script-src 'self'", "worker-src blob:", "form-action 'none'", "base-uri 'none'",
    ]  # fmt: skip
    assert text.count("<script") == 1 and "DICOM" not in text
    wasm = "try { new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) } catch { return 'refused' }"
    assert browser.run(wasm) == "refused"


def flip(at: int) -> Callable[[bytearray], None]:
    def damaged(content: bytearray) -> None:
        content[at] ^= 1

    return damaged


def changed(path: Path, change: Callable[[bytearray], None]) -> None:
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)


# What is damaged, and what the page says of it instead of showing anything.
WHOLE = {
    "both copies of the header": "neither copy of the header is whole",
    "the list of scans": "WEB/INDEX.JS was damaged or altered (chunk 1)",
    "the list of files": "the list of files was damaged or altered",
    "a part cut off": "00000001.BIN was damaged or altered (it is longer or shorter than it was)",
    "no part": "00000001.BIN was damaged or altered (it is missing)",
}


@pytest.mark.parametrize("place", WHOLE)
def test_a_damaged_stick_is_an_error_and_shows_nothing(browser, small, place):
    part, lock, where = small / PART, small / LOCK, places(small)
    if place == "both copies of the header":
        changed(lock, flip(1400))
        changed(lock, flip(COPY + 1400))
    elif place == "the list of scans":
        changed(part, flip(where["WEB/INDEX.JS"][0] + 90))
    elif place == "the list of files":
        changed(part, flip(max(end for _, end in where.values()) + 90))
    elif place == "a part cut off":
        part.write_bytes(part.read_bytes()[:-1])
    else:
        part.unlink()
    ask(browser, small)
    assert WHOLE[place] in browser.text(".unlock .damage")
    assert not browser.run("return !!document.querySelector('canvas, .row')")


def test_one_damaged_copy_of_the_header_is_of_no_matter(browser, small):
    changed(small / LOCK, flip(1400))
    ask(browser, small)
    opened.see(browser)


def swap(first: tuple[int, int], second: tuple[int, int]) -> Callable[[bytearray], None]:
    def swapped(content: bytearray) -> None:
        one, other = content[slice(*first)], content[slice(*second)]
        content[slice(*first)], content[slice(*second)] = other, one

    return swapped


@pytest.mark.parametrize("kind", ["flipped", "swapped", "cut"])
def test_a_damaged_slice_is_an_error_and_the_others_are_shown(browser, small, kind):
    where = places(small)
    images = sorted(path for path in where if "IM" in path)[:SLICES]
    first, second = where[images[0]], where[images[1]]
    if kind == "flipped":
        changed(small / PART, flip(first[1] - 40))
    elif kind == "swapped":
        changed(small / PART, swap(first, second))
    else:  # the second chunk of it once more in the place of the first
        changed(small / PART, lambda content: content.__setitem__(slice(first[0] + 56, first[0] + 72), bytes(16)))
    ask(browser, small)
    browser.run(opened._SETTLE)
    said = []
    opened_at(browser)
    for _ in range(SLICES):
        browser.wait("const m = document.querySelector('.message'); return !!m && !m.textContent.includes('Loading')")
        said.append(browser.text(".message"))
        browser.keys(opened.ARROW_DOWN)
        browser.run(opened._SETTLE)
    wrong = [text for text in said if text]
    assert len(wrong) == (2 if kind == "swapped" else 1)
    assert all("was damaged or altered" in text for text in wrong)


def test_a_damaged_slice_names_no_file_to_a_blinded_reader(browser, tmp_path):
    form = read_form('title = "F"\n[[question]]\nid = "q"\ntext = "Q"\ntype = "yesno"\n')
    root = seal(
        make_medium(tmp_path / "plain", [CaseSpec([SeriesSpec([StackSpec(head_like(2))])])], form), tmp_path / "stick"
    )
    for path, (_, end) in places(root).items():
        if "IM" in path:
            changed(root / PART, flip(end - 40))
    ask(browser, root)
    browser.wait("return !!document.querySelector('.who input')")
    browser.fill(".who input", "R1")
    browser.click(".who .open")
    browser.wait("return document.querySelector('.message')?.textContent.includes('damaged')")
    said = browser.text(".message")
    assert "The file of this image was damaged or altered (chunk 1)" in said
    assert "PT0" not in browser.text("body") and "IM0" not in browser.text("body")


def opened_at(browser: Browser) -> None:
    browser.keys(opened.HOME)
    browser.run(opened._SETTLE)


@pytest.fixture(scope="module")
def german() -> Iterator[Browser]:
    with chromium("de") as running:
        yield running


def test_a_german_browser_asks_in_german(german, small):
    ask(german, small, "falsch")
    assert "Dieses Passwort öffnet den Stick nicht" in german.text(".unlock .damage")
    assert "Diese Bilder sind verschlüsselt" in german.text("h1")
