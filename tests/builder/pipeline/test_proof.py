"""No build becomes a bundle while an identifier of the scans is in anything that it wrote but pixels."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
import re
import shutil
import sqlite3

from pydicom import Dataset, dcmread
import pytest

from builder.check import Originals, search_written
from builder.check.originals.proof import written
from builder.errors.build import OriginalsWritten
from builder.key.originals import read_originals
from builder.pipeline import build as building
from builder.pipeline.cleaner import Cleaner
from builder.plan import WriteJob
from builder.write.handover import CleanHeader, Described
from bundle import manifest
from bundle.hanging_file import read_hanging
from bundle.layout import FORM, HANGING, INDEX, MANIFEST, UNFINISHED
from bundle.reading.form_file import read_form
from tests import scans
from tests.builder.check.test_search import IMAGE, PLANTS, png_text, with_more_to_find
from tests.builder.pipeline.test_change import build as build_work
from tests.builder.pipeline.test_change import cases, errors, remove, write
from tests.builder.pipeline.test_media import SPAN, build_media, five_cases  # noqa: F401  (a fixture)
from tests.conftest import Built, build_bundle

_NAME = "Quillfeather^Ottoline"


@pytest.fixture
def leak(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AbstractContextManager[None]]:
    """While it is on, the writer puts a text into the comments of the second image of each series, as a fault could."""

    @contextmanager
    def on(text: str = _NAME) -> Iterator[None]:
        with monkeypatch.context() as patched:
            for name in ("from_bytes", "from_dataset"):
                patched.setattr(Cleaner, name, _leaking(getattr(Cleaner, name), text))
            yield

    return on


def _leaking(clean: Callable[..., CleanHeader], text: str) -> Callable[..., CleanHeader]:
    def leaking(cleaner: Cleaner, source: object, job: WriteJob, described: Described) -> CleanHeader:
        told = {"ImageComments": text} if job.relative_path.endswith("2") else {}
        return clean(cleaner, source, job, described | told)

    return leaking


def is_no_bundle(drive: Path) -> bool:
    return not (drive / MANIFEST).exists() and not (drive / "DICOMDIR").exists() and (drive / UNFINISHED).exists()


def test_a_header_with_an_identifier_ends_the_build_before_it_is_a_bundle(tmp_path, leak):
    with leak(), pytest.raises(OriginalsWritten) as error:
        build_bundle(tmp_path, scans.write_series(tmp_path / "scans", 3))
    told = str(error.value)
    assert f"{IMAGE}: holds what stood in the source: PatientName (name)" in told and "in ImageComments" in told
    assert "(1 file(s))" in told and "IM000001" not in told and "Quill" not in told
    assert is_no_bundle(tmp_path / "stick")
    with sqlite3.connect(tmp_path / "keys" / "study.db") as register:
        assert register.execute("SELECT finished FROM stick").fetchall() == [("",)]


def test_the_same_command_finishes_once_the_fault_is_gone(tmp_path, leak):
    source = scans.write_series(tmp_path / "scans", 3)
    with leak():
        for resume in (False, True):
            with pytest.raises(OriginalsWritten):
                build_bundle(tmp_path, source, resume=resume)
    built = build_bundle(tmp_path, source, resume=True)
    assert built.outcome.searched > 10
    assert errors(built.drive) == []


def test_what_is_added_is_searched_and_what_was_there_is_not_lost(tmp_path, leak):
    write(tmp_path / "scans", 1, 1)
    write(tmp_path / "more", 2222, 1)
    build_work(tmp_path, "scans")
    before = cases(tmp_path / "stick")
    with leak("for MRN-2222"), pytest.raises(OriginalsWritten, match=r"PatientID \(id\)"):
        build_work(tmp_path, "more", add=True)
    assert is_no_bundle(tmp_path / "stick")
    build_work(tmp_path, "more", add=True, resume=True)
    assert cases(tmp_path / "stick").items() >= before.items()
    assert errors(tmp_path / "stick") == []


def test_a_removal_searches_what_is_left(tmp_path, leak, monkeypatch):
    write(tmp_path / "scans", 1111, 1)
    write(tmp_path / "scans", 2, 1)
    with leak("for MRN-1111"), monkeypatch.context() as patched:
        patched.setattr(building, "prove", lambda *_: 1)
        build_work(tmp_path, "scans")
    first = next(iter(cases(tmp_path / "stick").values()))
    with pytest.raises(OriginalsWritten, match="IM000002"):
        remove(tmp_path, first, key=tmp_path / "keys" / "study.key")
    assert is_no_bundle(tmp_path / "stick")


def test_each_of_several_media_is_searched_and_a_finished_one_again(tmp_path, five_cases):  # noqa: F811
    build_media(tmp_path, five_cases, span=SPAN)
    image = sorted((tmp_path / "media").rglob("IM000001"))[0]
    kept = read_originals(tmp_path / "keys" / "study.key").identifiers
    original = next(text for kind, _, text in kept if kind == "uid")
    image.write_bytes(image.read_bytes() + original.encode())
    with pytest.raises(OriginalsWritten, match=r"\(uid\)"):
        build_media(tmp_path, five_cases, span=SPAN, resume=True)


@pytest.mark.parametrize("name", ["Quillfeather, Ottoline", "Ottoline Quillfeather"])
def test_the_researchers_own_texts_are_searched_too(tmp_path, name):
    source = scans.write_series(tmp_path / "scans", 3)
    form = read_form(f'title = "{name}"\nversion = "1"\n[[question]]\nid = "a"\ntext = "What?"\ntype = "text"\n')
    with pytest.raises(OriginalsWritten, match=re.escape(FORM)) as error:
        build_bundle(tmp_path, source, form=form)
    assert "Ottoline" not in str(error.value)
    assert is_no_bundle(tmp_path / "stick")
    assert errors(build_bundle(tmp_path, source, resume=True).drive) == []


def test_a_question_may_hold_a_family_name_alone(tmp_path):
    """Many scores are named after somebody, and a patient may share the name."""
    source = scans.write_series(tmp_path / "scans", 3)
    asked = "What is the Quillfeather score?"
    form = read_form(f'title = "S"\nversion = "1"\n[[question]]\nid = "a"\ntext = "{asked}"\ntype = "text"\n')
    assert errors(build_bundle(tmp_path, source, form=form).drive) == []


def test_words_of_a_hanging_rule_are_searched(tmp_path):
    source = scans.write_series(tmp_path / "scans", 3)
    rule = read_hanging('[[rule]]\nmodality = "CT"\nwords = ["Ottoline Quillfeather"]\n')
    with pytest.raises(OriginalsWritten, match=re.escape(HANGING)):
        build_bundle(tmp_path, source, hanging=rule)


@pytest.fixture(scope="module")
def rich(tmp_path_factory) -> Built:
    work = tmp_path_factory.mktemp("rich")
    return build_bundle(work, scans.write_series(work / "scans", 3, with_more_to_find))


def found_by_the_build(drive: Path, key: Path) -> dict[str, str]:
    """File -> what the search of a build says of it."""
    files = (path for path in drive.rglob("*") if path.is_file())
    digests = {path.relative_to(drive).as_posix(): manifest.file_digest(path) for path in files}
    originals = Originals.kept(read_originals(key))
    with ThreadPoolExecutor(1) as executor:
        found = search_written(drive, originals, digests, (), lambda done, total: None, executor)
    return {finding.subject: finding.message for finding in found}


@pytest.mark.parametrize(("path", "text", "said"), PLANTS)
def test_it_finds_what_the_search_of_a_finished_medium_finds(rich, tmp_path, path, text, said):
    drive = tmp_path / "stick"
    shutil.copytree(rich.drive, drive)
    (drive / path).parent.mkdir(parents=True, exist_ok=True)
    content = (drive / path).read_bytes() if (drive / path).exists() else b""
    if "binary" in said:
        at = content.index(b"\x28\0\x02\0US")
        content = content[:at] + b"\x20\0\x06\x91FD" + len(text).to_bytes(2, "little") + text + content[at:]
    else:
        content += b"\0\0" + text + b"\0\0"
    (drive / path).write_bytes(content)
    (drive / MANIFEST).unlink()
    found = found_by_the_build(drive, rich.key)
    assert list(found) == [path]
    assert said in found[path]
    assert not any(word in found[path] for word in ("Quill", "Brackw", "4821", "1953", "Infirmary"))


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("series", "description", "CT Quillfeather"),
        ("instance", "altered", "MRN-77310"),
        ("bundle", "value", "18.04.1953"),
    ],
)
def test_it_finds_an_identifier_in_the_index(rich, tmp_path, table, column, value):
    drive = tmp_path / "stick"
    shutil.copytree(rich.drive, drive)
    with sqlite3.connect(drive / INDEX) as index:
        index.execute(f"UPDATE {table} SET {column} = ?", [value])
    assert list(found_by_the_build(drive, rich.key)) == [INDEX]


def test_it_finds_an_identifier_beside_the_pixels_of_a_preview(rich, tmp_path):
    drive = tmp_path / "stick"
    shutil.copytree(rich.drive, drive)
    with sqlite3.connect(drive / INDEX) as index:
        ((png,),) = index.execute("SELECT png FROM preview").fetchall()
        at = png.index(b"IEND") - 4
        index.execute(
            "UPDATE preview SET png = ?", [png[:at] + png_text(b"tEXt", b"Author\0Brackwater, Ivo") + png[at:]]
        )
    assert "in a preview" in found_by_the_build(drive, rich.key)[INDEX]


def test_pixels_are_searched_where_they_are_not_the_sources_own(rich, tmp_path):
    drive = tmp_path / "stick"
    shutil.copytree(rich.drive, drive)
    dataset = dcmread(drive / IMAGE)
    pixels = bytearray(dataset.PixelData)
    pixels[40 : 40 + len(_NAME)] = _NAME.encode()
    dataset.PixelData = bytes(pixels)
    dataset.save_as(drive / IMAGE)
    assert found_by_the_build(drive, rich.key) == {}  # for `mkbundle check --key`
    blanked = Dataset()
    blanked.CodeValue, blanked.CodingSchemeDesignator, blanked.CodeMeaning = "113101", "DCM", "Clean Pixel Data Option"
    dataset.DeidentificationMethodCodeSequence.append(blanked)
    dataset.save_as(drive / IMAGE)
    assert list(found_by_the_build(drive, rich.key)) == [IMAGE]


@pytest.mark.parametrize(
    ("option", "keyword", "value"),
    [
        ("device-identity", "StationName", "MRN-77310"), ("institution-identity", "InstitutionName", "Brackwater, Ivo"),
        ("clean-descriptors", "StudyDescription", "CT Ottoline Quillfeather"),
        ("uids", "StudyInstanceUID", "1.2.48213377.3"),
        ("uids", "ImageComments", "1.2.3.4.99.1"), ("device-identity", "ImageComments", "Royal Invented Infirmary"),
        ("patient-characteristics", "EthnicGroup", "Quillfeather"),
    ],
)  # fmt: skip
def test_under_an_option_an_identifier_is_found_in_what_it_keeps_and_beside_it(tmp_path, option, keyword, value):
    source = scans.write_series(tmp_path / "scans", 3, with_more_to_find)
    built = build_bundle(tmp_path, source, deidentify=frozenset({option}))
    dataset = dcmread(built.drive / IMAGE)
    setattr(dataset, keyword, value)
    dataset.save_as(built.drive / IMAGE)
    found = found_by_the_build(built.drive, built.key)
    assert list(found) == [IMAGE] and f"in {keyword}" in found[IMAGE]


@pytest.mark.parametrize("together", [1, 2, 512])
def test_it_finds_every_image_however_many_a_worker_searches_at_a_time(rich, tmp_path, monkeypatch, together):
    monkeypatch.setattr(written, "_IMAGES", together)
    drive = tmp_path / "stick"
    shutil.copytree(rich.drive, drive)
    images = [path for path in sorted(drive.rglob("IM*")) if path.is_file()]
    assert len(images) == 3
    for path in images[1:]:
        path.write_bytes(path.read_bytes() + b"\0Quillfeather^Ottoline\0")
    found = found_by_the_build(drive, rich.key)
    assert list(found) == [path.relative_to(drive).as_posix() for path in images[1:]]
