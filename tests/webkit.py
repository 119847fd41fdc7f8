"""Drives the small browser of WebKitGTK, the engine of Safari, by WebDriver, with its usual policy for files."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path

from tests.browser import Browser, driven
from tests.screen import display

_PROGRAMS = Path("/usr/lib")


@contextmanager
def webkit(home: Path) -> Iterator[Browser]:
    """Debian's WebKitGTK in a window of 1366 x 768; what it keeps and saves is below `home`."""
    (program,) = _PROGRAMS.glob("*/webkit2gtk-4.1/MiniBrowser")
    options = {"binary": str(program), "args": ["--automation"]}
    wanted = {"browserName": "MiniBrowser", "webkitgtk:browserOptions": options}
    environment = os.environ | {"DISPLAY": display(), "HOME": str(home), "LANG": "C.UTF-8"}
    with driven(["WebKitWebDriver"], wanted, environment) as browser:
        browser.resize(1366, 768)
        yield browser
