"""Fixtures of the reader in a browser: one Chromium for all tests, and small media that it opens."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builder.catalogue.web_chunks import Chunks
from builder.catalogue.web_files import web_files
from bundle.hanging_file import hanging_text, read_hanging
from bundle.hanging_protocol import Hanging
from bundle.layout import FORM, HANGING, INDEX
from bundle.reading.form import Form
from bundle.reading.form_file import form_content
from tests.browser import Browser, chromium
from tests.conftest import Silence
from tests.viewer.bundles import CaseSpec, make_bundle


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium at 1366 x 768, in English."""
    with chromium() as running:
        yield running


def make_medium(
    root: Path, cases: list[CaseSpec], form: Form | None = None, hanging: str = "", *, full: bool = False
) -> Path:
    """A medium made without the builder, with the builder's reader on it; if `full`, with the images for browsers."""
    make_bundle(root, cases, format_version=2)
    rules = read_hanging(hanging) if hanging else Hanging()
    if hanging:
        (root / HANGING).write_text(hanging_text(rules))
    with ThreadPoolExecutor(2) as executor:
        chunks = Chunks(root, executor, Silence()) if full else None
        for path, content in web_files((root / INDEX).read_bytes(), form, chunks, hanging=rules):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
    if form is not None:
        (root / FORM).write_bytes(form_content(form))
    return root
