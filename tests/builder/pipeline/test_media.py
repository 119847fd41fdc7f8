"""Images of discs, read by others, and builds split over several media."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
import csv
from itertools import pairwise
from pathlib import Path
import re
import shutil
import sqlite3
import subprocess

from click.testing import CliRunner
from pydicom import dcmread, dcmwrite
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGLosslessSV1
import pytest

from builder.catalogue.web_files import fixed_size
from builder.check import check_bundle
from builder.cli import report
from builder.cli.main import cli
from builder.decide.decisions import COLUMNS, read_decisions
from builder.drive.disc_image import write_image
from builder.errors.drive import DriveHoldsBundle
from builder.errors.media import CaseTooLarge, ImageExists, ImageFailed, ImageOnDrive
from builder.pipeline.media import build_wanted, check_media
from builder.pipeline.outcome import BuildOptions, Outcome
from builder.pipeline.planning.finished_medium import decided_on
from builder.pipeline.span import MEDIA_LIST
from builder.reasons import Reason
from bundle.images.alterations import kept_with_text
from bundle.index.index import Catalog
from bundle.layout import FORM, INDEX
from bundle.manifest import file_digest, read
from bundle.reading.form_file import FormMistaken, check_cases, decode_form, read_form
from tests import scans
from tests.builder.check.damaging import BILLS, PROGRAMS, VIEWERS, bill_of, write_manifest, write_sources
from tests.builder.cli.test_cli import mkbundle
from tests.conftest import KEY, Silence, build_bundle
from tests.viewer import bundles
from viewer.reading.session import Session

DEEP = "VIEWER/LINUX64/_internal/PyQt5/Qt5/plugins/platforms/more/libqxcb-with-a-long-name.so.5.15.2"


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with stand-ins for the viewers, with a path as deep and a name as long as theirs."""
    work = tmp_path_factory.mktemp("disc")
    root = build_bundle(work, write_sources(work / "scans"), check=False).drive
    linux = PROGRAMS["linux64"] | {DEEP: b"\x7fELF"}
    for name, content in (VIEWERS | linux | {BILLS["linux64"]: bill_of("linux64", linux)}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    write_manifest(root)
    return root


@pytest.fixture(scope="module")
def image(drive: Path) -> Path:
    write_image(drive, drive.parent / "disc.iso", lambda done, total: None)
    return drive.parent / "disc.iso"


@contextmanager
def mounted(image: Path, kind: str, folder: Path) -> Iterator[Path]:
    """The image as the system shows it; by FUSE where the kernel does not know the file system."""
    folder.mkdir()
    known = Path("/proc/filesystems").read_text(encoding="ascii").split()
    if kind in known:
        command = ["mount", "-t", kind, "-o", "loop,ro", str(image), str(folder)]
    elif kind == "iso9660" and shutil.which("fuseiso") and Path("/dev/fuse").exists():
        command = ["fuseiso", "-n", str(image), str(folder), "-o", "ro"]
    else:
        pytest.skip(f"neither this kernel nor FUSE can mount {kind}")
    subprocess.run(command, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_the_mounted_image_is_a_good_bundle(image, tmp_path):
    with mounted(image, "iso9660", tmp_path / "mount") as root:
        assert check_bundle(root) == []
        assert (root / DEEP).read_bytes() == b"\x7fELF"


def test_its_udf_side_is_a_good_bundle(image, tmp_path):
    subprocess.run(["7z", "x", "-tudf", f"-o{tmp_path / 'udf'}", str(image)], check=True, capture_output=True)
    assert check_bundle(tmp_path / "udf") == []


def test_its_iso_9660_side_obeys_level_1_and_holds_the_file_set(image, drive, tmp_path):
    """ECMA-119 10.1 and PS3.12 Annex F, as libisofs reads it without Joliet."""
    plain = ["xorriso", "-read_fs", "ecma119", "-indev", str(image), "-osirrox", "on", "-extract", "/"]
    subprocess.run([*plain, str(tmp_path / "i")], check=True, capture_output=True)
    found = {path.relative_to(tmp_path / "i").as_posix() for path in (tmp_path / "i").rglob("*") if path.is_file()}
    expected = {path for path in read(drive) if not path.startswith("VIEWER/")} | {"BUNDLE/MANIFEST.TXT"}
    assert {path.upper() for path in found} == {path.upper() for path in expected}
    for path in found:
        parts = path.upper().split("/")
        assert len(parts) <= 8
        assert all(re.fullmatch(r"[A-Z0-9_]{1,8}(\.[A-Z0-9_]{1,3})?", part) for part in parts), path
    for path in expected - {"viewer.exe", "viewer.sh"}:
        assert (tmp_path / "i" / path).read_bytes() == (drive / path).read_bytes()


def test_dcmtk_reads_the_file_set_from_the_mounted_image(image, tmp_path):
    with mounted(image, "iso9660", tmp_path / "mount") as root:
        ran = subprocess.run(["dcmdump", str(root / "DICOMDIR")], check=True, capture_output=True, text=True)
        ids = re.findall(r"\(0004,1500\) CS \[([^\]]*)\]", ran.stdout)
        assert len(ids) == 8 and all((root / file_id.replace("\\", "/")).is_file() for file_id in ids)


def test_the_image_names_neither_machine_nor_user(image):
    content = image.read_bytes()
    assert str(image.parent).encode() not in content and b"/tmp" not in content[: 100 * 2048]


def test_an_image_that_cannot_be_written_leaves_nothing_behind(drive, tmp_path):
    with pytest.raises(ImageFailed):
        write_image(drive, tmp_path / "missing" / "disc.iso", lambda done, total: None)
    assert list(tmp_path.iterdir()) == []


def test_an_image_that_reads_back_as_another_is_refused(drive, tmp_path):
    shutil.copytree(drive, tmp_path / "stick")
    (tmp_path / "stick" / "README.TXT").write_bytes(b"changed")
    with pytest.raises(ImageFailed, match=r"README.TXT reads back"):
        write_image(tmp_path / "stick", tmp_path / "disc.iso", lambda done, total: None)
    assert not (tmp_path / "disc.iso").exists() and not list(tmp_path.glob("*.part"))


def test_the_command_writes_an_image_of_a_finished_bundle_once(drive, tmp_path):
    done = mkbundle("image", drive, tmp_path / "disc.iso")
    assert "read back and verified" in done.stdout
    assert "already exists" in mkbundle("image", drive, tmp_path / "disc.iso", check=2).stderr
    assert "on the drive itself" in mkbundle("image", drive, drive / "disc.iso", check=2).stderr


# Several media


def cases(folder: Path, number: int = 5, size: int = 1024) -> Path:
    """So many people with one study of four slices each: 8 MB with 1,024 x 1,024 pixels."""
    for n in range(number):

        def change(dataset, k, n=n):
            dataset.PatientID, dataset.PatientName = f"MRN-{n}", f"Brackwater^Ivo{n}"
            dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"1.2.3.{n}", f"1.2.3.{n}.1"
            dataset.SOPInstanceUID = f"1.2.3.{n}.1.{k}"

        scans.write_series(folder / f"person{n}", 4, change, size)
    return folder


def build_media(work: Path, *sources: Path, span: int, image: Path | None = None, **options: object) -> Outcome:
    (work / "media").mkdir(exist_ok=True)
    (work / "keys").mkdir(exist_ok=True)
    (work / "keys" / "study.key").write_text(KEY + "\n")
    wanted = BuildOptions(sources, work / "media", work / "keys" / "study.key", (), look_into_pictures=False, **options)
    check_media(image, wanted)
    with ThreadPoolExecutor(2) as executor:
        return build_wanted(wanted, span, image, executor, Silence())


def tree(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): file_digest(p) for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def five_cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cases(tmp_path_factory.mktemp("five"))


SPAN = 8_000_000 + fixed_size() + 2 * 8_500_000


def test_a_build_is_split_by_case_into_whole_bundles_with_a_list(five_cases, tmp_path):
    outcome = build_media(tmp_path, five_cases, span=SPAN, image=tmp_path / "disc.iso")
    names = sorted(path.name for path in (tmp_path / "media").iterdir())
    assert names == [MEDIA_LIST, "MEDIUM01", "MEDIUM02", "MEDIUM03"]
    seen: dict[str, str] = {}
    for name in names[1:]:
        root = tmp_path / "media" / name
        assert [finding for finding in check_bundle(root) if finding.severity == "error"] == []
        assert sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) <= SPAN
        with Catalog(root) as catalog:
            seen |= {study.case: name for study in catalog.studies()}
    assert sorted(seen) == [f"CASE-00{n}" for n in range(1, 6)]
    rows = list(csv.DictReader((tmp_path / "media" / MEDIA_LIST).open(encoding="utf-8")))
    assert {row["case"]: row["medium"] for row in rows} == seen
    assert [row["images"] for row in rows] == ["4"] * 5
    assert (outcome.studies, outcome.instances, outcome.patients) == (5, 20, 5)
    assert [path.name for path in outcome.images] == [f"disc-MEDIUM0{n}.iso" for n in (1, 2, 3)]
    assert all(path.stat().st_size <= SPAN for path in outcome.images)


def test_an_interrupted_split_is_finished_with_the_same_bytes(five_cases, tmp_path):
    build_media(tmp_path, five_cases, span=SPAN)
    whole = tree(tmp_path / "media")
    shutil.rmtree(tmp_path / "media" / "MEDIUM03")
    (tmp_path / "media" / MEDIA_LIST).unlink()
    with pytest.raises(DriveHoldsBundle):
        build_media(tmp_path, five_cases, span=SPAN)
    build_media(tmp_path, five_cases, span=SPAN, resume=True)
    assert tree(tmp_path / "media") == whole
    with pytest.raises(DriveHoldsBundle):  # of other cases on each medium
        build_media(tmp_path, five_cases, span=SPAN * 2, resume=True)


def test_a_finished_medium_says_again_what_was_decided_about_its_pictures(five_cases, tmp_path):
    lines = [f"leave out,suspected,,,,,1.2.3.{n}.1.1" for n in range(5)]
    (tmp_path / "look.csv").write_text("\n".join([",".join(COLUMNS), *lines]) + "\n")
    decisions = read_decisions(tmp_path / "look.csv")
    whole = build_media(tmp_path, five_cases, span=SPAN, decisions=decisions)
    shutil.rmtree(tmp_path / "media" / "MEDIUM03")
    resumed = build_media(tmp_path, five_cases, span=SPAN, decisions=decisions, resume=True)
    assert [(series.case, series.left_out, series.images) for series in resumed.pictures] == [
        (f"CASE-00{n}", 1, 4) for n in range(1, 6)
    ]
    assert len(whole.pictures) == 5 and len(resumed.seen) == 1  # only those of the new medium are on the page
    assert (resumed.seen_files, resumed.taken) == (whole.seen_files, whole.taken) == (20, 15)
    told = [notice for notice in resumed.notices if notice.kind == "decided before"]
    assert [notice.text for notice in told] == [
        text
        for n in (1, 2)
        for text in (
            f"MEDIUM0{n} was finished before: of its pictures 2 left out, and none of them is on the page for review; "
            f"delete MEDIUM0{n} and build once more to see them",
            f"MEDIUM0{n} was finished before, without 2 of 8 files of its cases; the report of that build names them, "
            "and `mkbundle who FOLDER` does",
        )
    ]
    assert all(notice.is_good_to_know for notice in told)
    said = " ".join("\n".join(report.lines(resumed, whole=True)).split())
    assert "CASE-001, series 2: 1 of 4 left out" in said and "MEDIUM01 was finished before" in said


def test_every_fate_of_a_picture_is_read_from_a_finished_medium(tmp_path):
    altered = ["text masked, 5 of 64 pixels", kept_with_text(), "", ""]
    head = bundles.StackSpec(bundles.head_like(4), altered=altered)
    spec = bundles.CaseSpec([bundles.SeriesSpec([head], left_out=3, masked=1), bundles.SeriesSpec([head], number=2)])
    root = bundles.make_bundle(tmp_path / "MEDIUM07", [spec])
    with sqlite3.connect(root / INDEX) as index:
        index.execute("UPDATE series SET images_undecided = 2 WHERE id = 2")
        index.execute("UPDATE study SET images_left_out = 5")  # two of them of a series without any image left
    found, (notice,) = decided_on(root)
    assert [(series.left_out, series.masked, series.kept, series.undecided) for series in found] == [
        (3, 1, 1, 0),
        (0, 0, 1, 2),
    ]
    assert found[0].share == pytest.approx(5 / 64)
    assert notice.kind == "undecided before" and not notice.is_good_to_know
    assert "5 left out, 1 masked, 2 kept with text, 2 undecided" in notice.text


def spoil(folder: Path) -> list[Path]:
    """Say of every image that its pixels, which are zeros, are a JPEG image: no header tells that it is none."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in paths:
        dataset = dcmread(path)
        dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
        dataset.PixelData = encapsulate([bytes(len(dataset.PixelData))])
        dataset["PixelData"].VR = "OB"
        dcmwrite(path, dataset)
    return paths


def test_a_medium_of_which_no_image_can_be_used_is_not_made_and_its_images_are_reported(tmp_path):
    paths = spoil(cases(tmp_path / "scans", number=3) / "person1")
    outcome = build_media(tmp_path, tmp_path / "scans", span=8_000_000 + 9_000_000)
    assert [(file.path, file.reason) for file in outcome.skipped] == [(path, Reason.DECODING_FAILED) for path in paths]
    made = sorted(path.name for path in (tmp_path / "media").iterdir() if path.is_dir())
    assert len(made) == 2 and made == sorted({case.medium for case in outcome.media})
    # The number of the case that was meant for the medium stays free.
    assert {case.case for case in outcome.media} == {f"CASE-00{name[-1]}" for name in made}
    assert (outcome.studies, outcome.series, outcome.instances, outcome.patients) == (2, 2, 8, 2)
    assert {Path(path).parts[0] for path in outcome.written} == set(made)
    assert [finding for name in made for finding in check_bundle(tmp_path / "media" / name)
            if finding.severity == "error"] == []  # fmt: skip


def test_a_case_that_fits_on_no_medium_is_named_and_nothing_is_written(five_cases, tmp_path):
    with pytest.raises(CaseTooLarge, match="person"):
        build_media(tmp_path, five_cases, span=9_000_000)
    assert list((tmp_path / "media").iterdir()) == []


def test_a_dry_run_of_a_split_writes_nothing(five_cases, tmp_path):
    outcome = build_media(tmp_path, five_cases, span=SPAN, dry_run=True)
    assert (outcome.studies, outcome.instances) == (5, 20)
    assert list((tmp_path / "media").iterdir()) == []


def test_an_image_that_is_there_is_seen_before_anything_is_read(five_cases, tmp_path):
    (tmp_path / "disc-MEDIUM01.iso").write_bytes(b"mine")
    with pytest.raises(ImageExists):
        build_media(tmp_path, five_cases, span=SPAN, image=tmp_path / "disc.iso")
    with pytest.raises(ImageOnDrive):
        build_media(tmp_path, five_cases, span=SPAN, image=tmp_path / "media" / "disc.iso")


def test_the_command_line_splits_and_says_which_case_is_where(five_cases, tmp_path):
    (tmp_path / "media").mkdir()
    done = mkbundle(
        five_cases, tmp_path / "media", "--key", tmp_path / "study.key", "--viewer", "none", "--no-picture-search",
        "--span", f"{SPAN / 1e6:.3f}MB",
    )  # fmt: skip
    assert "MEDIUM02: CASE-003, CASE-004" in done.stdout
    assert f"mkbundle check {tmp_path / 'media' / 'MEDIUM03'}" in done.stdout
    wrong = mkbundle(five_cases, tmp_path / "media", "--span", "many", check=2)
    assert "4.7GB" in wrong.stderr


# Several media of one reading

SPREAD = """
title = "Spread"
version = "1"
[order]
shuffle = true
seed = 5
training = ["CASE-001"]
repeat = 2
[[question]]
id = "diagnosis"
text = "Diagnosis"
type = "text"
required = true
"""


def read_medium(root: Path, reader: str) -> list[tuple[int, str, int]]:
    """A reader's answers to every case of a medium; (number, case, occurrence) in the order in which they came."""
    with Catalog(root) as catalog:
        form = decode_form((root / FORM).read_bytes())
        check_cases(form, [study.case for study in catalog.studies()])
        session = Session(root, catalog.studies(), form, reader)
    seen = []
    while session.done() < len(session.slots):
        slot = session.slot
        session.answer(form.questions[0], "", f"{reader} {slot.case} {slot.occurrence}")
        session.submit()
        seen.append((slot.number, slot.case, slot.occurrence))
        session.go_to(session.first_open() or slot)
    session.close()
    return seen


@pytest.fixture
def spread(five_cases, tmp_path, monkeypatch) -> list[Path]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    build_media(tmp_path, five_cases, span=SPAN, form=read_form(SPREAD))
    return [tmp_path / "media" / f"MEDIUM0{n}" for n in (1, 2, 3)]


def collected(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["collect", *map(str, arguments)], standalone_mode=False)
    assert done.exception is None, done.exception
    return done.return_value, done.output


def test_several_media_carry_one_form_and_come_out_as_one_table(spread, tmp_path):
    assert len({(root / FORM).read_bytes() for root in spread}) == 1
    assert all([finding for finding in check_bundle(root) if finding.severity == "error"] == [] for root in spread)
    expected = set()
    for reader in ("AB", "CD"):
        seen = [slot for root in reversed(spread) for slot in read_medium(root, reader)]  # in whatever order they come
        assert sorted(number for number, _, _ in seen) == list(range(1, 8))
        assert {case for _, case, _ in seen} == {f"CASE-00{n}" for n in range(1, 6)}
        assert {case for _, case, occurrence in seen if occurrence == 2} == {"CASE-003", "CASE-004"}
        in_order = [case for _, case, _ in sorted(seen)]
        assert in_order[0] == "CASE-001"
        assert all(name != other for name, other in pairwise(in_order))
        expected |= {(reader, *slot, f"{reader} {slot[1]} {slot[2]}") for slot in seen}
    code, said = collected(*spread, "-o", tmp_path / "r.csv", "--key", tmp_path / "keys" / "study.key")
    assert code == 0, said
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = {(r["reader"], int(r["number"]), r["case"], int(r["occurrence"]), r["diagnosis"]) for r in rows}
    assert found == expected
    assert len(rows) == len(expected)
    assert all(row["original_patient_id"].startswith("MRN-") for row in rows)
    _, said = collected(*spread, "-o", tmp_path / "sr", "--format", "dicom-sr")
    assert len(list((tmp_path / "sr").iterdir())) == len(expected), said


def test_a_medium_that_is_not_back_yet_is_named(spread, tmp_path):
    for root in spread:
        read_medium(root, "AB")
    code, said = collected(*spread[:2], "-o", tmp_path / "r.csv")
    assert code == 1
    assert "the medium with CASE-005 to CASE-005 is not among what was named" in said
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as stream:
        assert {row["case"] for row in csv.DictReader(stream)} == {f"CASE-00{n}" for n in range(1, 5)}


def test_an_interrupted_split_with_a_form_goes_on_and_another_form_is_another_build(spread, five_cases, tmp_path):
    whole = tree(tmp_path / "media")
    shutil.rmtree(spread[2])
    build_media(tmp_path, five_cases, span=SPAN, resume=True, form=read_form(SPREAD))
    assert tree(tmp_path / "media") == whole
    with pytest.raises(DriveHoldsBundle):
        build_media(tmp_path, five_cases, span=SPAN, resume=True, form=read_form(SPREAD.replace("5", "6")))


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        ('repeat = ["CASE-005"]', "CASE-005 is alone on its medium"),
        ('cases = ["CASE-001", "CASE-002"]', "there is no case to read on this medium"),
        ('training = ["CASE-009"]', "CASE-009 is not in this bundle, which has 5 cases"),
        ("repeat = 5", "5 cases cannot be repeated where 4 are read"),
    ],
)
def test_what_a_form_cannot_ask_of_several_media_is_said_before_anything_is_written(five_cases, tmp_path, order, wrong):
    form = read_form(SPREAD.replace('training = ["CASE-001"]', "").replace("repeat = 2", order))
    with pytest.raises(FormMistaken, match=wrong):
        build_media(tmp_path, five_cases, span=SPAN, form=form)
    assert list((tmp_path / "media").iterdir()) == []


def test_a_form_from_a_medium_of_several_is_no_form_to_build_with_and_nothing_is_added_there(
    spread, five_cases, tmp_path
):
    (tmp_path / "again").mkdir()
    wrong = mkbundle(five_cases, tmp_path / "again", "--form", spread[0] / FORM, "--viewer", "none", check=2)
    assert "only mkbundle --span writes [media]" in wrong.stderr
    wrong = mkbundle(
        five_cases, spread[0], "--add", "--key", tmp_path / "keys" / "study.key", "--no-picture-search", check=2
    )
    assert "one of several media" in wrong.stderr
