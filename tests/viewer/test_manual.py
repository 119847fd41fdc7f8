"""The manual on the medium: one page of A4, with a picture, and never another one than the viewer of today."""

import re
import subprocess
import unicodedata

import pytest

from tests import manual
from viewer.ui.app import make_application


def text_of(file) -> list[str]:
    """The words on the page as poppler reads them, whatever the order in which columns are read."""
    said = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout
    return sorted(unicodedata.normalize("NFKC", said).split())  # "fi" is one letter in print


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("manual")
    make_application()
    (folder / "new.pdf").write_bytes(manual.make(folder / "stick"))
    return folder / "new.pdf"


def test_the_manual_says_what_the_viewer_does_today(made):
    assert text_of(manual.FILE) == text_of(made), "make it anew: python -m tests.manual"


def test_the_manual_names_every_key_of_the_window(show_window, bundle_root):
    words = " ".join(text_of(manual.FILE))
    for _, rows in manual.keys_of(show_window(bundle_root)):
        for key, text in rows:
            assert [word for word in f"{key} {text}".split() if word not in words] == []


def test_the_manual_is_one_page_of_a4_with_a_picture_and_its_own_type():
    facts = subprocess.run(["pdfinfo", manual.FILE], check=True, capture_output=True, text=True).stdout
    assert re.search(r"^Pages: +1$", facts, re.MULTILINE)
    assert re.search(r"^Page size: .*\(A4\)$", facts, re.MULTILINE)
    assert "2020" in re.search(r"^CreationDate: +(.*)$", facts, re.MULTILINE)[1]
    pictures = subprocess.run(["pdfimages", "-list", manual.FILE], check=True, capture_output=True, text=True).stdout
    assert len(pictures.splitlines()) > 2
    fonts = subprocess.run(["pdffonts", manual.FILE], check=True, capture_output=True, text=True).stdout
    assert all(re.search(r" yes +(yes|no) +(yes|no) +\d+", line) for line in fonts.splitlines()[2:]), "not embedded"
    assert manual.FILE.stat().st_size < 1_000_000


def test_the_same_viewer_makes_the_same_bytes(made, tmp_path):
    assert manual.make(tmp_path / "stick") == made.read_bytes()
