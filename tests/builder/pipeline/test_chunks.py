"""`--web full`: the images are there for browsers, too, whatever is done with the bundle afterwards."""

from concurrent.futures import ThreadPoolExecutor
import json
from pathlib import Path
import shutil

from click.testing import CliRunner
import numpy as np
import pytest

from builder.cli.main import cli
from builder.pipeline import change
from bundle import web
from tests import scans
from tests.builder.pipeline.test_change import errors, write
from tests.conftest import Silence, build_bundle


@pytest.fixture
def work(tmp_path: Path) -> Path:
    for patient in (1, 2):
        write(tmp_path / "scans", patient, 1, images=10)
    shutil.copytree(tmp_path / "scans", tmp_path / "more")
    write(tmp_path / "more", 1, 1, images=18)  # eight more images of a known series
    write(tmp_path / "more", 3, 1)
    build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False, web_full=True)
    return tmp_path


def chunks(work: Path) -> dict[str, bytes]:
    """Path -> content."""
    files = (path for path in (work / "stick" / "WEB").rglob("*") if path.is_file())
    named = {path.relative_to(work / "stick").as_posix(): path.read_bytes() for path in files}
    return {path: content for path, content in named.items() if path not in web.FILES}


def frames_in(content: bytes) -> int:
    return len(json.loads(content[len("self.bundleChunk(") : -len(");\n")])[1])


def test_a_chunk_has_eight_images_of_a_series_and_the_last_one_the_rest(work):
    assert sorted(frames_in(content) for content in chunks(work).values()) == [2, 2, 8, 8]
    assert errors(work / "stick") == []


def test_the_usual_build_has_none(tmp_path):
    write(tmp_path / "scans", 1, 1)
    build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    assert chunks(tmp_path) == {}
    assert b'"chunk_frames":0' in (tmp_path / "stick" / web.ROWS).read_bytes()


def test_what_is_added_comes_with_its_chunks_and_what_was_there_keeps_them(work):
    before = chunks(work)
    built = build_bundle(work, work / "more", look_into_pictures=False, add=True)
    after = chunks(work)
    assert sorted(frames_in(content) for content in after.values()) == [2, 2, 3, 8, 8, 8]
    of_the_other = [path for path in before if len([1 for found in after if found[:12] == path[:12]]) == 2]
    assert len(of_the_other) == 2  # of the person of whom nothing was added
    assert [after[path] for path in of_the_other] == [before[path] for path in of_the_other]
    assert errors(work / "stick") == []
    (told,) = (notice.text for notice in built.outcome.notices if notice.kind == "browser")
    assert told.startswith("The images for browsers take 0.0 MB, ")


def test_a_removed_case_leaves_no_chunk(work):
    gone = [path for path in chunks(work) if path.startswith("WEB/PT000001")]
    (case,) = (case for case, folder in cases_by_folder(work) if folder == "PT000001")
    with ThreadPoolExecutor(2) as executor:
        change.remove_cases(work / "stick", [case], executor, Silence())
    assert len(gone) == 2
    assert len(chunks(work)) == 2 and not set(gone) & set(chunks(work))
    assert errors(work / "stick") == []


def cases_by_folder(work: Path) -> list[tuple[str, str]]:
    listed = json.loads((work / "stick" / web.ROWS).read_text()[len("self.bundleIndex=") : -len(";\n")])
    return [
        (case["case"], case["series"][0]["stacks"][0]["frames"]["folder"].split("/")[1]) for case in listed["cases"]
    ]


def test_pixels_that_spell_a_name_are_no_leak_and_a_name_beside_them_is_one(work):
    """The base64 of a series may spell anything; the search for originals knows that it is pixels."""
    key = work / "keys" / "study.key"
    assert CliRunner().invoke(cli, ["check", str(work / "stick"), "--key", str(key)]).exit_code == 0
    path = work / "stick" / next(iter(chunks(work)))
    path.write_bytes(path.read_bytes() + b"// Lapwing\n")
    said = CliRunner().invoke(cli, ["check", str(work / "stick"), "--key", str(key)])
    assert "identity.original" in said.output


@pytest.mark.parametrize("other", [["--encrypt"], ["--span", "1GB"]])
def test_what_cannot_have_them_says_so_before_anything_is_written(tmp_path, other):
    write(tmp_path / "scans", 1, 1)
    (tmp_path / "stick").mkdir()
    said = CliRunner().invoke(cli, [str(tmp_path / "scans"), str(tmp_path / "stick"), "--web", "full", *other])
    assert said.exit_code == 2 and "--web full" in said.output
    assert not list((tmp_path / "stick").iterdir())


def test_the_chunks_of_a_thousand_volumes_have_names_of_their_own_that_every_medium_can_hold():
    """Functional MR measures a volume every second."""
    folder = "DICOM/PT000001/ST000001/SE000001"
    paths = {web.chunk_path(folder, stack, chunk) for stack in (1, 999, 1000, 9999) for chunk in (1, 1000, 9999)}
    assert len(paths) == 12 and all(map(web.is_chunk, paths))


def test_random_pixels_do_not_break_a_chunk(tmp_path):
    noise = np.random.default_rng(1).integers(-32768, 32768, (64, 64))
    scans.save(scans.ct_slice(noise, (0.0, 0.0, 0.0), 1), tmp_path / "scans" / "I1")
    build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False, web_full=True)
    assert errors(tmp_path / "stick") == []
