"""Drives Debian's Firefox by its own protocol, Marionette, with its usual, strict policy for pages from files.

Debian has no geckodriver, and an automated Firefox switches that policy off unless it is told not to. Where a person
would choose a folder in a dialog, the dialog answers at once with that of the test; all that follows is Firefox's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import json
from pathlib import Path
import socket
import subprocess
from tempfile import TemporaryDirectory
import time
from typing import Any

from tests.browser import Browser, Refused

_PATIENCE = 60.0
_COMMANDS = {
    "/url": "WebDriver:Navigate", "/execute/sync": "WebDriver:ExecuteScript", "/element": "WebDriver:FindElement",
    "/actions": "WebDriver:PerformActions", "/screenshot": "WebDriver:TakeScreenshot",
    "/window/rect": "WebDriver:SetWindowRect",
}  # fmt: skip
# Its dialog for folders, which no driver reaches, in the parent process: it names this folder.
_DIALOG = """
const root = arguments[0];
class Picker {
  QueryInterface = ChromeUtils.generateQI(["nsIFilePicker"]);
  init() {} appendFilters() {} appendFilter() {} appendRawFilter() {} close() {}
  isModeSupported() { return Promise.resolve(true); }
  get file() {
    const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
    file.initWithPath(root);
    return file;
  }
  open(callback) { Services.tm.dispatchToMainThread(() => callback.done(Ci.nsIFilePicker.returnOK)); }
}
const factory = {
  QueryInterface: ChromeUtils.generateQI(["nsIFactory"]),
  createInstance: (iid) => new Picker().QueryInterface(iid),
};
const registrar = Components.manager.QueryInterface(Ci.nsIComponentRegistrar);
const id = Services.uuid.generateUUID();
registrar.registerFactory(id, "", "@mozilla.org/filepicker;1", factory);
"""
# Every request that goes through the network, with whether a page from a file made it.
_WATCH = """
window.requested = [];
Services.obs.addObserver(channel => {
  channel.QueryInterface(Ci.nsIHttpChannel);
  window.requested.push([channel.URI.spec, channel.loadInfo.triggeringPrincipal.schemeIs("file")]);
}, "http-on-opening-request");
"""


class Firefox(Browser):
    """One window of a running Firefox; it does what Browser does, except for what only Chromium has."""

    def __init__(self, connection: socket.socket, process: int, capabilities: dict[str, Any]) -> None:
        super().__init__("", "", process)
        self._connection, self._stream = connection, connection.makefile("rb")
        self._number = 0
        self._read()  # who it is
        self._send("WebDriver:NewSession", {"capabilities": {"alwaysMatch": capabilities}})

    def _call(self, method: str, path: str, **values: Any) -> Any:
        found = self._send(*_command(path, values))
        return found.get("value", found) if isinstance(found, dict) else found

    def _send(self, name: str, values: dict[str, Any]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, name, values]).encode()
        self._connection.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._read()
        if error:
            raise Refused(f"{name}: {error['message'][:2000]}")
        return result

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._stream.read(1)
        return json.loads(self._stream.read(int(length[:-1])))

    def resize(self, width: int, height: int) -> None:
        super().resize(width, height)
        self.wait("return outerWidth === arguments[0] && outerHeight === arguments[1]", width, height)
        self.run("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def watch_requests(self) -> None:
        """Note from now on what goes through the network."""
        self._in_the_browser(_WATCH)

    def requests(self) -> list[tuple[str, bool]]:
        """Address, and whether a page from a file asked for it."""
        found: list[tuple[str, bool]] = self._in_the_browser("return window.requested")["value"]
        return found

    def _in_the_browser(self, script: str, *arguments: Any) -> Any:
        self._send("Marionette:SetContext", {"value": "chrome"})
        found = self._send("WebDriver:ExecuteScript", {"script": script, "args": list(arguments)})
        self._send("Marionette:SetContext", {"value": "content"})
        return found

    def choose_folder(self, folder: Path, css: str) -> None:
        """Click on a button that asks for a folder, choose this one, and confirm what Firefox asks about it."""
        self._in_the_browser(_DIALOG, str(folder))
        self.click(css)
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self._send("WebDriver:GetAlertText", {})
                break
            except Refused:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
        self._send("WebDriver:AcceptAlert", {})


def _command(path: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if path.startswith("/element/"):
        _, _, element, action = path.split("/")
        name = {"click": "WebDriver:ElementClick", "value": "WebDriver:ElementSendKeys"}[action]
        return name, {"id": element, **values}
    return _COMMANDS[path], values


@contextmanager
def firefox(capabilities: dict[str, Any] | None = None, profile: Path | None = None) -> Iterator[Firefox]:
    """Debian's Firefox, without a window on the screen; what it writes stays in `profile`, also its user's home."""
    with TemporaryDirectory() as own, socket.socket() as free:
        profile = profile or Path(own)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        Path(profile, "user.js").write_text(
            f'user_pref("remote.prefs.recommended", false);\nuser_pref("marionette.port", {port});\n'
            'user_pref("datareporting.policy.dataSubmissionEnabled", false);\n'
            # Its questions take an answer at once; else one that comes too soon is lost.
            'user_pref("security.dialog_enable_delay", 0);\n'
        )
        command = ["firefox-esr", "--headless", "--no-remote", "--marionette", "--remote-allow-system-access"]
        running = subprocess.Popen(
            [*command, "--profile", str(profile), "--width", "1366", "--height", "768", "about:blank"],
            env={"HOME": str(profile), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            with _connected(port) as connection:
                yield Firefox(connection, running.pid, capabilities or {})
        finally:
            running.terminate()
            running.wait()


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=120)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
