"""Over a whole reading the page asks for its own files alone: by what Chromium and Firefox say of their requests."""

from collections.abc import Iterator
import json
from pathlib import Path
import socket
from threading import Thread
from typing import Any

import pytest

from tests.browser import Browser
from tests.firefox import Firefox, firefox
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec, head_like
from tests.web import opened
from tests.web.conftest import make_medium
from tests.web.test_reading import ENTER, FORM, READER, Hand, forgotten, saved

# What begins a request in Chromium, whatever for.
BEGUN = {"Network.requestWillBeSent", "Network.webSocketCreated", "Network.webTransportCreated"}


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    cases = [CaseSpec([SeriesSpec([StackSpec(head_like(12))])], f"P-{k}") for k in range(4)]
    return make_medium(tmp_path / "stick", cases, FORM, full=True)


@pytest.fixture
def listener() -> Iterator[int]:
    """The port of something on this PC that a page might ask."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                connection.close()

        Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]


def read_all(browser: Browser, stick: Path) -> None:
    """A whole reading, with the planes, the body and the help."""
    browser.open(stick / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('.who input')")
    browser.keys(*READER, ENTER)
    browser.wait("return !!document.querySelector('.who .questions')")
    browser.keys(*"12")
    browser.click(".who .open")
    browser.wait("return !!document.querySelector('.form')")
    opened.see(browser)
    for key, there in (("m", ".plane"), ("n", ".stage canvas"), ("h", ".help")):
        browser.run("document.activeElement.blur()")
        browser.keys(key)
        browser.wait("return !!document.querySelector(arguments[0])?.clientWidth", there)
        browser.keys(key)
    assert Hand(browser).read_on(1000)


def test_chromium_asks_for_the_files_of_the_page_and_for_nothing_else(browser, stick, tmp_path, listener):
    browser.log("performance")
    read_all(browser, stick)
    saved(browser, tmp_path)
    forgotten(browser, stick)
    browser.open(stick / "WEB/READER.HTM", "self-test")
    browser.wait("return document.querySelectorAll('.selftest tr').length === 9")
    sent = begun(browser)
    beside = {path.as_uri() for path in (stick / "WEB").rglob("*") if path.is_file()}
    # The worker of 3D is a text in the script: a blob of a page from a file comes from nowhere else.
    asked = {address.partition("?")[0] for address in sent if not address.startswith("blob:null/")}
    assert asked == beside
    # What another page asks for is seen.
    other = tmp_path / "other.html"
    other.write_text(f"<img src='http://127.0.0.1:{listener}/'>")
    browser.open(other)
    assert begun(browser) == {other.as_uri(), f"http://127.0.0.1:{listener}/"}


def begun(browser: Browser) -> set[str]:
    """The addresses of all requests since the log was last read."""
    messages: list[dict[str, Any]] = [json.loads(entry["message"])["message"] for entry in browser.log("performance")]
    asked = (message["params"] for message in messages if message["method"] in BEGUN)
    # Chromium's own pages, such as that of its downloads, are in the log, too.
    ours = (params for params in asked if not params.get("documentURL", "").startswith("chrome:"))
    return {params["request"]["url"] if "request" in params else params["url"] for params in ours}


def test_firefox_opens_no_connection_for_the_page(stick, tmp_path, listener):
    with firefox() as running:
        running.watch_requests()
        read_all(running, stick)
        assert of_pages(running) == []
        other = tmp_path / "other.html"
        other.write_text(f"<img src='http://127.0.0.1:{listener}/'>")
        running.open(other)
        assert of_pages(running) == [f"http://127.0.0.1:{listener}/"]


def of_pages(running: Firefox) -> list[str]:
    """What pages asked the network for; the browser's own requests are not theirs."""
    return [address for address, is_of_page in running.requests() if is_of_page]
