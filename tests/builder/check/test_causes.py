"""One change of a finished bundle is one finding: what follows from it is named below it."""

from collections.abc import Callable
from pathlib import Path
import re
import shutil

import pytest

from builder.check import check_bundle
from tests.conftest import Built
from tests.hostile_media import seal

IMAGE = "DICOM/PT000001/ST000001/SE000001/IM000001"


def value(tag: bytes, vr: bytes, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Another value for an element of an image, of the same length."""

    def edit(root: Path) -> None:
        content = (root / IMAGE).read_bytes()
        found = re.search(re.escape(tag + vr) + rb"(.)\0", content, re.DOTALL)
        start, end = found.end(), found.end() + found[1][0]
        (root / IMAGE).write_bytes(content[:start] + change(content[start:end]) + content[end:])

    return edit


def last_pixel(root: Path) -> None:
    content = bytearray((root / IMAGE).read_bytes())
    content[-10] ^= 1
    (root / IMAGE).write_bytes(content)


def another_end(uid: bytes) -> bytes:
    return uid[:-4] + b"1111"


EDITS: dict[str, tuple[Callable[[Path], None], set[str], str]] = {
    "a pixel": (last_pixel, {"index.digest"}, ""),
    "the series": (value(b"\x20\0\x0e\0", b"UI", another_end), {"index.header"}, "directory.agrees"),
    "the study": (value(b"\x20\0\x0d\0", b"UI", another_end), {"index.header"}, "index.agrees"),
    "the number": (value(b"\x20\0\x13\0", b"IS", lambda text: b"9 "[: len(text)]), {"index.header"}, "index.instance"),
    "the place": (
        value(b"\x20\0\x32\0", b"DS", lambda text: text.replace(b"0", b"1", 1)), {"index.header"}, "index.position",
    ),
    "the person": (
        value(b"\x10\0\x20\0", b"LO", lambda text: text[::-1]), {"index.header", "identity.name"}, "directory.agrees",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_one_edit_is_one_error_and_what_follows_is_named_in_it(name: str, small_bundle: Built, tmp_path: Path):
    edit, expected, follows = EDITS[name]
    root = Path(shutil.copytree(small_bundle.drive, tmp_path / "stick"))
    edit(root)
    seal(root)
    errors = [finding for finding in check_bundle(root) if finding.severity == "error"]
    assert {error.check for error in errors} == expected and len(errors) == len(expected)
    assert follows in " ".join(error.message for error in errors) and all(error.subject == IMAGE for error in errors)


def test_what_another_image_says_is_not_hidden_below_the_first(small_bundle: Built, tmp_path: Path):
    root = Path(shutil.copytree(small_bundle.drive, tmp_path / "stick"))
    EDITS["the number"][0](root)
    last = root / IMAGE.replace("IM000001", "IM000006")
    last.write_bytes(last.read_bytes()[:-100])
    seal(root)
    errors = {(error.check, error.subject[-8:]) for error in check_bundle(root) if error.severity == "error"}
    assert errors == {("index.header", "IM000001"), ("dicom.structure", "IM000006")}
