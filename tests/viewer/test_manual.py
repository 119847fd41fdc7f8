"""The manual on the medium: one page of A4, with a picture, and never another one than the viewer of today."""

import re
import subprocess
import unicodedata

from PyQt5.QtCore import QLocale
import pytest

from tests import manual, translations
from viewer.ui.look.language import use_language


def text_of(file) -> list[str]:
    """The words on the page as poppler reads them, whatever the order in which columns are read."""
    said = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout
    return sorted(unicodedata.normalize("NFKC", said).split())  # "fi" is one letter in print


LANGUAGES = [pytest.param(language, id=language) for language in manual.FILES]


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("manual")
    (folder / f"{request.param}.pdf").write_bytes(manual.make(folder / "stick", request.param))
    return folder / f"{request.param}.pdf"


def test_every_language_of_the_viewer_has_a_manual():
    assert sorted(manual.FILES) == sorted(manual.WORDS) == translations.languages()


def test_the_manual_says_what_the_viewer_does_today(made):
    assert text_of(manual.FILES[made.stem]) == text_of(made), "make it anew: python -m tests.manual"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_names_every_key_of_the_window(qapp, show_window, bundle_root, language):
    words = " ".join(text_of(manual.FILES[language]))
    use_language(QLocale(language))
    keys = manual.keys_of(show_window(bundle_root))
    use_language(QLocale("en"))
    for _, rows in keys:
        for key, text in rows:
            assert [word for word in f"{key} {text}".split() if word not in words] == []


@pytest.mark.parametrize("file", manual.FILES.values(), ids=manual.FILES)
def test_the_manual_is_one_page_of_a4_with_a_picture_and_its_own_type(file):
    facts = subprocess.run(["pdfinfo", file], check=True, capture_output=True, text=True).stdout
    assert re.search(r"^Pages: +1$", facts, re.MULTILINE)
    assert re.search(r"^Page size: .*\(A4\)$", facts, re.MULTILINE)
    assert "2020" in re.search(r"^CreationDate: +(.*)$", facts, re.MULTILINE)[1]
    pictures = subprocess.run(["pdfimages", "-list", file], check=True, capture_output=True, text=True).stdout
    assert len(pictures.splitlines()) > 2
    fonts = subprocess.run(["pdffonts", file], check=True, capture_output=True, text=True).stdout
    assert all(re.search(r" yes +(yes|no) +(yes|no) +\d+", line) for line in fonts.splitlines()[2:]), "not embedded"
    assert file.stat().st_size < 1_000_000


def test_the_same_viewer_makes_the_same_bytes(made, tmp_path):
    assert manual.make(tmp_path / "stick", made.stem) == made.read_bytes()
