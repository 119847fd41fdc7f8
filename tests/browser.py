"""Drives a real browser by the protocol of WebDriver (W3C): opens a page from file://, types, clicks, looks at it."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
import json
import os
from pathlib import Path
import signal
import socket
import subprocess
from tempfile import TemporaryDirectory
import time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.screen import display

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_PATIENCE = 30.0


class Refused(Exception):
    """The browser did not do what it was told."""


class Browser:
    """One window of a running browser."""

    def __init__(self, address: str, session: str, driver: int = 0) -> None:
        self._address, self._session, self.driver = address, session, driver
        self.is_dead, self.died = False, 0.0

    def kill(self) -> None:
        """End the browser at once, as a power cut would: nothing of it may finish anything."""
        self.died = time.monotonic()
        for process in _below(self.driver):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.is_dead = True

    def _call(self, method: str, path: str, **values: Any) -> Any:
        return _call(method, f"{self._address}/session/{self._session}{path}", values)

    def open(self, page: Path, query: str = "") -> None:
        self._call("POST", "/url", url=page.as_uri() + (f"?{query}" if query else ""))

    def run(self, script: str, *arguments: Any) -> Any:
        """The value that a script returns; a promise is awaited."""
        return self._call("POST", "/execute/sync", script=script, args=list(arguments))

    def wait(self, script: str, *arguments: Any) -> Any:
        """The value of a script, once it is true."""
        end = time.monotonic() + _PATIENCE
        while not (found := self.run(script, *arguments)):
            if time.monotonic() > end:
                raise Refused(f"it never came true: {script}\n{self.run('return document.body.innerText')}")
            time.sleep(0.03)
        return found

    def find(self, css: str) -> str:
        return self._call("POST", "/element", using="css selector", value=css)[_ELEMENT]

    def click(self, css: str) -> None:
        self._call("POST", f"/element/{self.find(css)}/click")

    def fill(self, css: str, text: str) -> None:
        """Type into a field; for a field of files, the path to choose."""
        self._call("POST", f"/element/{self.find(css)}/value", text=text)

    def text(self, css: str) -> str:
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", css)

    def keys(self, *keys: str) -> None:
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": actions})

    def drag(self, places: Sequence[tuple[float, float]], button: int = 0) -> None:
        """Press at the first place of the window, go on to each of the others, and let go."""
        first, *others = places
        self._act({
            "type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
            "actions": [
                _move(first), {"type": "pointerDown", "button": button}, *map(_move, others),
                {"type": "pointerUp", "button": button},
            ],
        })  # fmt: skip

    def hold(self, places: Sequence[tuple[float, float]]) -> None:
        """Press at the first place of the window, and go on to each of the others."""
        self._press([_move(places[0]), {"type": "pointerDown", "button": 0}, *map(_move, places[1:])])

    def let_go(self) -> None:
        """End what `hold` began."""
        self._press([{"type": "pointerUp", "button": 0}])

    def _press(self, actions: list[dict[str, Any]]) -> None:
        self._act({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions})

    def shift_drag(self, places: Sequence[tuple[float, float]]) -> None:
        """The same with the left button while Shift is held."""
        shift = "\ue008"
        self._act({"type": "key", "id": "keyboard", "actions": [{"type": "keyDown", "value": shift}]})
        self.drag(places)
        self._act({"type": "key", "id": "keyboard", "actions": [{"type": "keyUp", "value": shift}]})

    def chord(self, *keys: str) -> None:
        """All of these at the same time."""
        down = [{"type": "keyDown", "value": key} for key in keys]
        up = [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self._act({"type": "key", "id": "keyboard", "actions": [*down, *up]})

    def double_click(self, place: tuple[float, float]) -> None:
        twice = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp") * 2]
        self._act({
            "type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [_move(place), *twice],
        })  # fmt: skip

    def pinch(self, first: Sequence[tuple[float, float]], last: Sequence[tuple[float, float]]) -> None:
        """Two fingers on a touch screen, from the first places to the last."""
        self._call("POST", "/actions", actions=[
            {
                "type": "pointer", "id": f"finger{number}", "parameters": {"pointerType": "touch"},
                "actions": [
                    _move(start), {"type": "pointerDown", "button": 0}, _move(end), {"type": "pointerUp", "button": 0},
                ],
            }
            for number, (start, end) in enumerate(zip(first, last, strict=True))
        ])  # fmt: skip

    def point(self, place: tuple[float, float]) -> None:
        self._act({
            "type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": [_move(place)],
        })  # fmt: skip

    def wheel(self, place: tuple[float, float], down: int) -> None:
        x, y = map(round, place)
        step = {"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": down, "duration": 0}
        self._act({"type": "wheel", "id": "wheel", "actions": [step]})

    def _act(self, source: dict[str, Any]) -> None:
        self._call("POST", "/actions", actions=[source])

    def resize(self, width: int, height: int) -> None:
        """The size of the whole window."""
        self._call("POST", "/window/rect", width=width, height=height)

    def before_pages(self, script: str) -> str:
        """Run a script in every page that opens from now on, before its own; the name to end that with."""
        found: dict[str, str] = self._devtools("Page.addScriptToEvaluateOnNewDocument", source=script)
        return found["identifier"]

    def no_more_before_pages(self, name: str) -> None:
        self._devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=name)

    def _devtools(self, command: str, **values: Any) -> Any:
        return self._call("POST", "/goog/cdp/execute", cmd=command, params=values)

    def drop(self, place: tuple[float, float], path: Path) -> None:
        """Drop a file or folder of this machine on a place of the window."""
        x, y = place
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self._devtools("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def save_into(self, folder: Path) -> None:
        """Save what the page offers in this folder, without asking."""
        self._devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))

    def forget(self) -> None:
        """Collect the garbage of the page now."""
        self._devtools("HeapProfiler.collectGarbage")

    def screenshot(self) -> bytes:
        return base64.b64decode(self._call("GET", "/screenshot"))

    def log(self, kind: str) -> list[dict[str, Any]]:
        """Chromium's own log since it was last asked: `browser` for its console, `performance` for the network."""
        found: list[dict[str, Any]] = self._call("POST", "/se/log", type=kind)
        return found


def _below(process: int) -> list[int]:
    """The processes that this one started, and those that they did."""
    try:
        started = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    return [each for child in map(int, started) for each in (child, *_below(child))]


def _move(place: tuple[float, float]) -> dict[str, Any]:
    x, y = map(round, place)
    return {"type": "pointerMove", "x": x, "y": y, "duration": 0}


def _call(method: str, address: str, values: dict[str, Any]) -> Any:
    body = json.dumps(values).encode() if method == "POST" else None
    request = Request(address, body, {"Content-Type": "application/json"}, method=method)
    try:
        with urlopen(request, timeout=120) as answer:
            return json.loads(answer.read())["value"]
    except HTTPError as error:
        raise Refused(error.read().decode(errors="replace")[:2000]) from error


@contextmanager
def chromium(
    language: str = "en",
    width: int = 1366,
    height: int = 768,
    *,
    profile: Path | None = None,
    shown: bool = False,
    capabilities: dict[str, Any] | None = None,
    options: Sequence[str] = (),
) -> Iterator[Browser]:
    """Debian's Chromium, without a window on the screen unless it is `shown`; `profile` is kept for the next time."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as own:
        profile = profile or Path(own)
        for lock in profile.glob("Singleton*"):  # of a browser that was killed
            lock.unlink()
        hidden = ["--window-position=0,0"] if shown else ["--headless=new"]
        ways = {
            "binary": "/usr/bin/chromium",
            "args": [
                *hidden, "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                f"--lang={language}", f"--accept-lang={language}", f"--window-size={width},{height}",
                f"--user-data-dir={profile}", "--force-color-profile=srgb", *options,
            ],
        }  # fmt: skip
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": ways,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            **(capabilities or {}),
        }
        environment = os.environ | ({"DISPLAY": display()} if shown else {})
        with driven(["chromedriver"], wanted, environment) as browser:
            yield browser


@contextmanager
def driven(command: list[str], wanted: dict[str, Any], environment: dict[str, str] | None = None) -> Iterator[Browser]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    driver = subprocess.Popen(
        [*command, f"--port={port}"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        asked = {"capabilities": {"alwaysMatch": wanted}}
        browser = Browser(address, _call("POST", f"{address}/session", asked)["sessionId"], driver.pid)
        try:
            yield browser
        finally:
            if not browser.is_dead:
                browser._call("DELETE", "")
    finally:
        driver.terminate()
        driver.wait()


def _wait_for(address: str) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            if _call("GET", f"{address}/status", {})["ready"]:
                return
        except (URLError, OSError):
            pass
        if time.monotonic() > end:
            raise Refused("the driver does not answer")
        time.sleep(0.05)
