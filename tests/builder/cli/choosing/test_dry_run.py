"""A dry run shows the stick before it is made, and leaves everything as it is."""

import json
from pathlib import Path
import zipfile

from pydicom import dcmread
import pytest

from builder.decide.decisions import COLUMNS
from builder.drive import target
from tests.builder.choose.test_selection import write
from tests.builder.cli.test_cli import mkbundle
from tests.conftest import build_bundle


def everything(top: Path) -> dict[str, tuple[int, int, int]]:
    """Every path below a folder, and itself, with size and times: reading changes none of them."""
    paths = [top, *top.rglob("*")]
    states = {str(path): path.lstat() for path in paths}
    return {path: (state.st_size, state.st_mtime_ns, state.st_ctime_ns) for path, state in states.items()}


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "scans"
    write(folder / "thin", 1, 5, SliceThickness=1, SeriesDescription="Thorax 1.0 B30f", BodyPartExamined="HEAD")
    write(folder / "thick", 2, 4, SliceThickness=5, SeriesDescription="Abdomen")
    write(folder / "topo", 3, 1, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    (folder / "notes.txt").write_text("Quillfeather")
    (tmp_path / "stick").mkdir()
    return folder


def test_it_shows_series_slices_thickness_folder_and_what_is_left_out(tmp_path, study):
    command = (study, tmp_path / "stick", "--dry-run", "--viewer", "none", "--max-thickness", "2")
    lines = mkbundle(*command, "--key", tmp_path / "study.key").stdout.splitlines()
    text = "\n".join(lines)
    assert "Study 1, of 2024-02-29: 2 series, 6 slices" in lines
    assert f"  {study}" in lines
    assert "    CT       5 slices of 1 mm   Thorax 1.0 B30f  thin" in lines
    assert "  - CT       4 slices of 5 mm   Abdomen  thick" in lines
    told = " ".join(text.split())
    assert "left out: in a series with thicker slices than --max-thickness, 5 mm" in told
    assert "1 series of a head by Body Part Examined" in told
    assert "searches 6 images for text, and leaves out those with any" in told
    assert "It does not look for text or faces in the" in text
    assert "Left out: 5 of 11 files below the scans; 6 taken" in lines
    assert "No stick was made. Run the same command without --dry-run to build." in lines
    assert all(len(line) <= 80 for line in lines if str(tmp_path) not in line), lines


def test_studies_of_which_nothing_is_taken_are_counted(tmp_path, study):
    for number in (7, 8):
        write(study / f"other{number}", number, 2, StudyInstanceUID=f"1.2.3.{number}")
    command = (study, tmp_path / "stick", "--dry-run", "--viewer", "none", "--min-slices", "3")
    lines = mkbundle(*command, "--key", tmp_path / "study.key").stdout.splitlines()
    assert "Nothing is taken of 2 more studies (--plan FILE.csv lists them)" in lines
    assert not any(line.startswith("Study 2") for line in lines)


@pytest.mark.parametrize("more", [(), ("--span", "700MB"), ("--exclude", "thin")])
def test_it_writes_nothing_anywhere_and_makes_no_key(tmp_path, study, more):
    (tmp_path / "home").mkdir()
    before = everything(tmp_path)
    mkbundle(study, tmp_path / "stick", "--dry-run", *more, home=tmp_path / "home", check=None)
    assert everything(tmp_path) == before


def test_the_key_and_the_register_of_earlier_builds_stay_as_they_are(tmp_path, study):
    built = build_bundle(tmp_path, study / "thin", look_into_pictures=False)
    (tmp_path / "other").mkdir()
    before = everything(tmp_path)
    mkbundle(study, tmp_path / "other", "--dry-run", "--key", built.key, "--viewer", "none")
    mkbundle(study, built.drive, "--add", "--dry-run", "--key", built.key)
    assert everything(tmp_path) == before


def test_what_is_unpacked_for_it_is_gone_afterwards(tmp_path, study, monkeypatch):
    with zipfile.ZipFile(study / "disc.zip", "w") as archive:
        archive.write(study / "thin" / "I000", "a/I900")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    done = mkbundle(study, tmp_path / "stick", "--dry-run", "--viewer", "none", "--key", tmp_path / "k" / "study.key")
    assert "disc.zip was unpacked" in done.stdout
    assert list((tmp_path / "tmp").iterdir()) == [] and not (tmp_path / "k").exists()


def test_a_stick_that_is_too_small_is_said_with_both_sizes(tmp_path, study, monkeypatch):
    right = target.space
    monkeypatch.setattr(target, "space", lambda *given, **named: (right(*given, **named)[0], 1000))
    outcome = build_bundle(tmp_path, study, dry_run=True).outcome
    assert outcome.forecast is not None and outcome.forecast.free == 1000 < outcome.forecast.needed


def test_json_has_every_series(tmp_path, study):
    done = mkbundle(study, tmp_path / "stick", "--dry-run", "--viewer", "none", "--json", "-", "--min-slices", "2",
                    "--key", tmp_path / "study.key")  # fmt: skip
    found = json.loads(done.stdout)
    assert (found["files_seen"], found["files_taken"]) == (11, 9)
    assert found["left_out_by_reason"] == {"not_dicom": 1, "too_few": 1}
    rows = {Path(row["folder"]).name: row for row in found["forecast"]["series"]}
    assert (rows["thick"]["slices"], rows["thick"]["thickness"], rows["thick"]["left_out"]) == (4, 5, 0)
    assert (rows["topo"]["left_out"], rows["topo"]["images"]) == (1, 1)


def test_viewers_that_are_not_made_yet_are_counted_and_not_made(tmp_path, study, monkeypatch):
    monkeypatch.setenv("MKBUNDLE_CACHE", str(tmp_path / "cache"))
    outcome = build_bundle(tmp_path, study, dry_run=True, platforms=("linux64",)).outcome
    assert outcome.forecast is not None
    assert list(outcome.forecast.unmade) == ["linux64"] or outcome.missing_packs
    assert outcome.bytes_needed > sum(outcome.forecast.unmade.values())
    assert not (tmp_path / "cache").exists()


def test_what_a_dry_run_says_is_what_the_build_does(tmp_path, study):
    foreseen = build_bundle(tmp_path, study, dry_run=True, look_into_pictures=False).outcome
    made = build_bundle(tmp_path, study, look_into_pictures=False).outcome
    for name in ("patients", "studies", "series", "instances", "seen_files", "taken", "bytes_needed"):
        assert getattr(foreseen, name) == getattr(made, name), name
    assert [(file.path, file.reason) for file in foreseen.skipped] == [
        (file.path, file.reason) for file in made.skipped
    ]
    size = sum(path.stat().st_size for path in made.options.drive.rglob("*") if path.is_file())
    assert foreseen.forecast is not None and size <= foreseen.forecast.needed


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--mask",), "searches 10 images for text, and masks what is read, or leaves the image out"),
        (("--no-picture-search",), "for neither text nor faces: a name in one would stay on the stick"),
        (("--deface",), "looks for faces in 3 series, and removes those in CT"),
        (("--decide", "look.csv"), "carries out --decide: leaves out 1, masks 4 of the images"),
        (("--decide", "look.csv"), "searches 9 images for text, and leaves out those with any"),
    ],
)
def test_it_says_what_a_build_does_with_pictures_as_far_as_headers_tell(tmp_path, study, options, said):
    image, series = (dcmread(study / path) for path in ("topo/I000", "thick/I000"))
    lines = [f"leave out,suspected,,,,,{image.SOPInstanceUID}", f"mask,suspected,,,,{series.SeriesInstanceUID},"]
    (tmp_path / "look.csv").write_text("\n".join([",".join(COLUMNS), *lines]) + "\n")
    options = [tmp_path / option if option == "look.csv" else option for option in options]
    command = (study, tmp_path / "stick", "--dry-run", "--viewer", "none", "--key", tmp_path / "study.key", *options)
    assert said in " ".join(mkbundle(*command).stdout.split())
