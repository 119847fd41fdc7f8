"""What a person does on the page and sees there: opens the folder, goes to a series, looks at canvas and texts."""

import base64
from pathlib import Path

import numpy as np

from tests.browser import Browser

ARROW_DOWN, ARROW_UP, HOME, END, PAGE_DOWN, ESCAPE = "\ue015", "\ue013", "\ue011", "\ue010", "\ue00f", "\ue00c"

_HERE = "const m = document.querySelector('.message'); return !!m && !m.textContent"
_FORGET = """
return new Promise(done => {
  const asked = indexedDB.deleteDatabase('mkbundle-readings');
  asked.onsuccess = asked.onerror = () => done(true);
});
"""
_GREYS = """
const canvas = document.querySelector('canvas.image'), pixels = canvas.getContext('2d')
  .getImageData(0, 0, canvas.width, canvas.height).data;
let found = '';
for (let k = 0; k < pixels.length; k += 4) {
  if (pixels[k] !== pixels[k + 1] || pixels[k] !== pixels[k + 2] || pixels[k + 3] !== 255) throw new Error('no grey');
  found += String.fromCharCode(pixels[k]);
}
return [canvas.height, canvas.width, btoa(found)];
"""
# The state is on the canvas after the next two pictures of the screen; execute/sync awaits the promise.
_SETTLE = "return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"


def open_page(browser: Browser, root: Path) -> None:
    browser.open(root / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('#folder')")


def open_medium(browser: Browser, root: Path) -> None:
    """Open the page and choose the folder of the medium, as a browser without a better dialog asks for it."""
    open_page(browser, root)
    browser.fill("#folder", str(root))
    browser.wait("return !!document.querySelector('.pane')")
    see(browser)


def forget_answers(browser: Browser, root: Path) -> None:
    """Erase what the browser keeps, from a page that writes nothing when it is left."""
    browser.open(root / "README.TXT" if (root / "README.TXT").exists() else root / "WEB/INDEX.JS")
    browser.run(_FORGET)


def choose(browser: Browser, number: int) -> None:
    """Click on a row of the list, from 0."""
    browser.run("document.querySelectorAll('.row')[arguments[0]].click()", number)
    see(browser)


def press(browser: Browser, *keys: str) -> None:
    browser.keys(*keys)
    see(browser)


def see(browser: Browser) -> None:
    """Wait until the slice is there and drawn."""
    browser.run(_SETTLE)
    browser.wait(_HERE)
    browser.run(_SETTLE)


def greys(browser: Browser) -> np.ndarray:
    """The grey levels on the canvas, (rows, columns); fails if any pixel is coloured."""
    rows, columns, text = browser.run(_GREYS)
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(rows, columns)


def fit_to(browser: Browser, height: int, width: int = 1366) -> tuple[float, float, float, float]:
    """Make the pane so high that an image of as many rows has its own size; left, top, width, height of the pane."""
    browser.resize(width, 768)
    _, _, _, found = area(browser)
    browser.resize(width, round(768 + height - found))
    browser.run(_SETTLE)
    place = area(browser)
    assert place[3] == height
    return place


def area(browser: Browser) -> tuple[float, float, float, float]:
    """Left, top, width and height of the pane in the window."""
    script = (
        "const r = document.querySelector('.pane').getBoundingClientRect(); return [r.left, r.top, r.width, r.height]"
    )
    left, top, width, height = browser.run(script)
    return left, top, width, height
