"""The search for originals: what is planted on a medium is found wherever it stands, and what is not there is not."""

from collections.abc import Iterator
import gzip
from io import BytesIO
from pathlib import Path
import shutil
import sqlite3
from zipfile import ZIP_DEFLATED, ZipFile
import zlib

from hypothesis import given
from hypothesis import strategies as st
import pytest

from builder.check import Original, inspect_bundle
from builder.check.search import Matcher
from builder.check.streams import inflated
from builder.crosswalk import originals_path, read_originals
from builder.errors import NoOriginals
from bundle.layout import INDEX, MANIFEST
from bundle.manifest import bundle_files, digests_of, format_lines
from tests import scans
from tests.conftest import Built, build_bundle

ORIGINALS = [
    Original("name", "PatientName", "Quillfeather^Ottoline"),
    Original("name", "PatientName", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
    Original("name", "PatientName", "Müller-Öß^Jürgen"),
    Original("id", "PatientID", "MRN-77310"),
    Original("id", "AccessionNumber", "48213377"),
    Original("date", "PatientBirthDate", "19530418"),
    Original("uid", "StudyInstanceUID", "1.2.840.99999.4711.1"),
]


@pytest.mark.parametrize(
    "text",
    [
        b"QUILLFEATHER^OTTOLINE", b"ottoline quillfeather", b"Ottoline_Quillfeather", b"x MRN-77310 y", b"a48213377b",
        b"born 18.04.1953", b"1953-04-18", b"19530418", b"uid 1.2.840.99999.4711.1;", "山田^太郎".encode("shift_jis"),
        "山田^太郎".encode("iso2022_jp"), "たろう".encode(), "Müller-Öß".encode("latin-1"), "Müller-Öß".encode(),
        "Quillfeather Ottoline".encode("utf-16-le"), "MRN-77310".encode("utf-16-le"),
    ],
)  # fmt: skip
def test_an_original_is_found_in_every_spelling(text):
    assert Matcher(ORIGINALS).find(b"\x00\x01 " + text + b" \xff\x00")


@pytest.mark.parametrize(
    "text",
    [b"Ottoline alone", b"148213377", b"1.2.840.99999.4711.12", b"119530418", b"MRN-773101", b"REMOVED", b"feather"],
)
def test_what_only_looks_like_an_original_is_not_taken_for_one(text):
    assert Matcher(ORIGINALS).find(b"( " + text + b" )") == set()


def test_words_of_a_program_are_not_taken_for_a_lone_name():
    originals = [Original("id", "PatientID", "Windows"), Original("uid", "SOPInstanceUID", "1.2.840.99999.4711.1")]
    assert Matcher(originals).find(b"Windows 1.2.840.99999.4711.1", program=True) == {originals[1]}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Built:
    work = tmp_path_factory.mktemp("search")
    return build_bundle(work, scans.write_series(work / "scans", 3))


def found_in(drive: Path, key: Path) -> list[str]:
    originals = [Original(*one) for one in read_originals(originals_path(key))]
    return [
        one.subject for one in inspect_bundle(drive, originals=originals).findings if one.check == "identity.original"
    ]


def test_a_good_bundle_holds_no_original(built):
    assert found_in(built.drive, built.key) == []
    kinds = {kind for kind, _, _ in read_originals(originals_path(built.key))}
    assert kinds == {"name", "id", "date", "uid"}


def packed(name: str, text: str | bytes) -> bytes:
    """A ZIP archive with one file."""
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as made:
        made.writestr(name, text)
    return archive.getvalue()


def plants() -> Iterator[tuple[str, bytes]]:
    yield "DICOM/PT000001/ST000001/SE000001/IM000002", b"Quillfeather^Ottoline"
    yield "README.TXT", b"MRN-77310"
    yield "INDEX.HTM", b"18.04.1953"
    yield "VIEWER/WIN64/x.dll", "Ottoline Quillfeather".encode("utf-16-le")
    yield "VIEWER/WIN64/x.exe", zlib.compress(b"def quill(): return 'Quillfeather, Ottoline'  # " + bytes(200))
    yield "VIEWER/LINUX64/x.gz", gzip.compress(b"the patient was Quillfeather^Ottoline, born 1953")
    yield "INDEX.HTM", packed("notes.txt", "Quillfeather^Ottoline " * 3)
    yield "DICOM/PT000001/ST000001/SE000001/IM000002", packed("a.zip", packed("b.txt", "MRN-77310 " * 9))


@pytest.mark.parametrize(("path", "text"), list(plants()))
def test_one_planted_original_is_one_finding_that_names_the_file_and_not_the_text(built, tmp_path, path, text):
    drive = tmp_path / "stick"
    shutil.copytree(built.drive, drive)
    (drive / path).parent.mkdir(parents=True, exist_ok=True)
    with (drive / path).open("ab") as stream:
        stream.write(b"\0\0" + text + b"\0\0")
    (drive / MANIFEST).write_text(format_lines(digests_of(drive, bundle_files(drive))))
    assert found_in(drive, built.key) == [path]


def test_a_deleted_row_that_stays_in_a_free_page_of_the_index_is_found(built, tmp_path):
    drive = tmp_path / "stick"
    shutil.copytree(built.drive, drive)
    with sqlite3.connect(drive / INDEX) as index:
        index.execute("PRAGMA secure_delete = OFF")
        index.execute("CREATE TABLE note (text TEXT)")
        index.execute("INSERT INTO note VALUES ('Quillfeather, Ottoline')")
        index.commit()
        index.execute("DROP TABLE note")
    assert found_in(drive, built.key) == [INDEX]


def test_real_scans_leave_no_original_on_the_medium(real_bundle):
    assert found_in(real_bundle.drive, real_bundle.key) == []


def test_a_key_without_its_list_is_said(tmp_path):
    with pytest.raises(NoOriginals, match="originals"):
        read_originals(originals_path(tmp_path / "study.key"))


@given(st.binary(max_size=3000))
def test_any_bytes_can_be_looked_through_for_streams(content):
    assert all(len(unpacked) <= 1 << 24 for unpacked in inflated(content))


@given(st.binary(min_size=16, max_size=2000), st.binary(max_size=50), st.sampled_from([zlib.compress, gzip.compress]))
def test_a_stream_is_unpacked_wherever_it_begins(text, before, compress):
    before = before.replace(b"\x78", b"").replace(b"\x1f", b"").replace(b"P", b"")
    assert text in list(inflated(before + compress(text) + b"rest"))


def test_a_bomb_takes_bounded_memory():
    assert next(len(unpacked) for unpacked in inflated(zlib.compress(bytes(1 << 27), 9), 1)) == 1 << 24
