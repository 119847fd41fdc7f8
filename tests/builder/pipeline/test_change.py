"""Adding scans to finished bundles and removing cases: the rest stays the same, a removed case leaves no trace."""

from concurrent.futures import ThreadPoolExecutor
import csv
from pathlib import Path
import shutil

import numpy as np
from pydicom import Dataset, dcmread
import pytest

from builder.check import check_bundle
from builder.cli.main import cli
from builder.errors.build import BuildStopped
from builder.errors.change import DamagedOnDrive, DriveHoldsOther, LastCase, NoSuchCase, OtherKey, ReadingsOfCase
from builder.key.crosswalk import crosswalk_path
from builder.pipeline import change
from builder.pipeline.outcome import needs_a_look
from builder.reasons import Reason
from bundle.errors import NoBundle
from bundle.index.index import Catalog
from bundle.layout import UNFINISHED
from tests import scans
from tests.builder.drive.test_drive import tree
from tests.builder.pipeline.test_survive import Medium, finished, steps_of_a_commit
from tests.conftest import Built, Silence, build_bundle


def write(folder: Path, patient: int, study: int, series: int = 1, images: int = 3) -> Path:
    """A series whose pixels are its own."""
    generator = np.random.default_rng((patient, study, series))
    for k in range(images):
        uid = f"1.2.{patient}.{study}"
        slice_ = scans.ct_slice(
            generator.integers(-1000, 1000, (16, 16)), (0.0, 0.0, 1.5 * k), k + 1,
            PatientID=f"MRN-{patient}", PatientName=f"Lapwing^{patient}", StudyInstanceUID=uid,
            SeriesInstanceUID=f"{uid}.{series}", SOPInstanceUID=f"{uid}.{series}.{k + 1}",
            SeriesNumber=series, StudyDate=f"202{study}0105", AccessionNumber=f"A{patient}{study}",
        )  # fmt: skip
        scans.save(slice_, folder / f"P{patient}S{study}E{series}I{k:03d}")
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A stick with two patients, one of them with two studies, and scans that can be added."""
    for patient, study in ((1, 1), (1, 3), (2, 1)):
        write(tmp_path / "scans", patient, study)
    shutil.copytree(tmp_path / "scans", tmp_path / "more")
    write(tmp_path / "more", 1, 1, series=1, images=5)  # two more images of a known series
    write(tmp_path / "more", 1, 1, series=2)
    write(tmp_path / "more", 1, 2)
    write(tmp_path / "more", 3, 1)
    (tmp_path / "stick" / "READINGS").mkdir(parents=True)
    (tmp_path / "stick" / "READINGS" / "r.json").write_bytes(b"{}")
    (tmp_path / "stick" / "thesis.doc").write_bytes(b"words")
    build(tmp_path, "scans")
    return tmp_path


def build(work: Path, name: str, **options: object) -> Built:
    return build_bundle(work, work / name, look_into_pictures=False, **options)


def remove(work: Path, *cases: str, **options: bool) -> change.Change:
    with ThreadPoolExecutor(2) as executor:
        return change.remove_cases(work / "stick", cases, executor, Silence(), **options)


def cases(stick: Path) -> dict[str, str]:
    """Study Instance UID -> case."""
    with Catalog(stick) as catalog:
        return {study.study_instance_uid: study.case for study in catalog.studies()}


def images(stick: Path) -> dict[str, bytes | None]:
    return {path: content for path, content in tree(stick).items() if "/IM" in path}


def errors(stick: Path) -> list[str]:
    return [finding.check for finding in check_bundle(stick) if finding.severity == "error"]


# Adding


def test_what_is_there_keeps_its_bytes_its_place_and_its_case(work):
    before, known = tree(work / "stick"), cases(work / "stick")
    outcome = build(work, "more", add=True).outcome
    after = tree(work / "stick")
    kept = [path for path in before if "/IM" in path or path.startswith(("READINGS", "thesis"))]
    assert {path: after[path] for path in kept} == {path: before[path] for path in kept}
    assert cases(work / "stick").items() >= known.items()
    assert sorted(cases(work / "stick").values()) == [f"CASE-{n:03d}" for n in range(1, 6)]
    assert len(images(work / "stick")) == 9 + 2 + 3 + 3 + 3
    assert [skipped.reason for skipped in outcome.skipped] == [Reason.SAME_AGAIN] * 9
    assert outcome.instances == 11
    assert errors(work / "stick") == []


def test_added_images_join_their_series_study_and_patient(work):
    build(work, "more", add=True)
    found = [dcmread(work / "stick" / path, stop_before_pixels=True) for path in sorted(images(work / "stick"))]
    assert len({dataset.PatientID for dataset in found}) == 3
    folders = {path.rsplit("/", 1)[0] for path in images(work / "stick")}
    assert len(folders) == len({dataset.SeriesInstanceUID for dataset in found}) == 6
    for uid in {dataset.SeriesInstanceUID for dataset in found}:
        numbers = [dataset.InstanceNumber for dataset in found if dataset.SeriesInstanceUID == uid]
        assert numbers == list(range(1, len(numbers) + 1))
    with crosswalk_path(work / "keys" / "study.key").open() as stream:
        assert {row["case"] for row in csv.DictReader(stream)} == set(cases(work / "stick").values())


def test_adding_what_is_there_changes_nothing(work):
    before = tree(work / "stick")
    outcome = build(work, "scans", add=True).outcome
    assert (outcome.instances, tree(work / "stick")) == (0, before)


def test_an_image_that_differs_from_the_one_on_the_drive_is_reported_and_the_old_one_stays(work):
    before = images(work / "stick")
    other = dcmread(work / "scans" / "P2S1E1I000")
    other.PixelData = bytes(len(other.PixelData))
    scans.save(other, work / "scans" / "P2S1E1I000")
    outcome = build(work, "scans", add=True).outcome
    assert [skipped.path.name for skipped in outcome.skipped if skipped.reason is Reason.OTHER_VERSION] == [
        "P2S1E1I000"
    ]
    assert needs_a_look(outcome)
    assert images(work / "stick") == before


def test_nothing_is_added_under_another_key_nor_without_a_bundle(work, tmp_path):
    before = tree(work / "stick")
    (work / "keys").rename(work / "old keys")
    with pytest.raises(OtherKey):
        build(work, "more", add=True)
    assert tree(work / "stick") == before
    shutil.rmtree(work / "stick")
    with pytest.raises(NoBundle):
        build(work, "more", add=True)


def test_a_damaged_bundle_is_not_built_upon(work):
    path = work / "stick" / sorted(images(work / "stick"))[4]
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    before = tree(work / "stick")
    for attempt in (lambda: build(work, "more", add=True), lambda: remove(work, "CASE-001")):
        with pytest.raises(DamagedOnDrive, match="IM000002"):
            attempt()
    assert tree(work / "stick") == before


@pytest.mark.parametrize("last", range(0, 40, 3))
def test_adding_that_is_cut_off_at_any_step_is_finished_the_same(work, monkeypatch, last):
    shutil.copytree(work, work.parent / "twin")
    build(work.parent / "twin", "more", add=True, check=False)
    with monkeypatch.context() as patch:
        steps_of_a_commit(patch, last)
        try:
            build(work, "more", add=True, check=False)
        except BuildStopped:
            assert not finished(work / "stick")
            for other in (lambda: build(work, "scans", resume=True), lambda: remove(work, "CASE-001", resume=True)):
                with pytest.raises(DriveHoldsOther, match="--add"):
                    other()
    if not finished(work / "stick"):
        build(work, "more", add=True, check=False, resume=True)
    assert tree(work / "stick") == tree(work.parent / "twin" / "stick")
    shutil.rmtree(work.parent / "twin")


# Removing


def traces(dataset: Dataset) -> list[bytes]:
    """Texts on the medium that occur only for this image."""
    uids = (dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID)
    return [*(uid.encode() for uid in uids), dataset.PixelData[:200]]


def of_case(stick: Path, case: str) -> list[Dataset]:
    uid = next(uid for uid, name in cases(stick).items() if name == case)
    return [dataset for dataset in (dcmread(stick / path) for path in images(stick)) if dataset.StudyInstanceUID == uid]


@pytest.mark.parametrize("case", ["CASE-001", "CASE-002", "CASE-003"])
def test_nothing_on_the_medium_tells_of_a_removed_case_and_the_others_are_as_they_were(work, case):
    gone = of_case(work / "stick", case)
    before, known = tree(work / "stick"), cases(work / "stick")
    remove(work, case)
    after = tree(work / "stick")
    content = b"".join(content for content in after.values() if content)
    assert not [trace for dataset in gone for trace in traces(dataset) if trace in content]
    assert case.encode() not in content
    left = set(images(work / "stick"))
    assert len(left) == 6
    assert {path: after[path] for path in left} == {path: before[path] for path in left}
    assert cases(work / "stick") == {uid: name for uid, name in known.items() if name != case}
    assert (after["READINGS/r.json"], after["thesis.doc"]) == (b"{}", b"words")
    assert errors(work / "stick") == []


def test_not_one_block_of_the_medium_holds_a_removed_case(work, tmp_path):
    if not Path("/dev/loop-control").exists() or not Path("/dev/fuse").exists():
        pytest.skip("mounting needs loop devices and FUSE")
    medium = Medium(work, 8_000_000, "exfat")
    try:
        shutil.copytree(work / "stick", medium.mount, dirs_exist_ok=True)
        medium.take_off()
        gone = of_case(work / "stick", "CASE-002")
        wanted = [trace for dataset in gone for trace in traces(dataset)]
        assert all(trace in (work / "medium.img").read_bytes() for trace in wanted)
        medium.put_on()
        shutil.rmtree(work / "stick")
        (work / "stick").symlink_to(medium.mount)
        remove(work, "CASE-002")
        medium.take_off()
        image = (work / "medium.img").read_bytes()
        assert not [trace for trace in (*wanted, b"CASE-002") if trace in image]
    finally:
        medium.throw_away()


def test_a_number_that_was_given_is_kept_by_the_others_when_scans_are_added_again(work):
    remove(work, "CASE-001")
    known = cases(work / "stick")
    build(work, "more", add=True)
    assert cases(work / "stick").items() >= known.items()
    assert len(set(cases(work / "stick").values())) == 5
    assert errors(work / "stick") == []


def test_what_cannot_be_removed_is_said_and_nothing_is_changed(work):
    before = tree(work / "stick")
    with pytest.raises(NoSuchCase, match="CASE-003"):
        remove(work, "CASE-017")
    with pytest.raises(LastCase, match="erase"):
        remove(work, "CASE-001", "CASE-002", "CASE-003")
    assert tree(work / "stick") == before
    (work / "stick" / "READINGS" / "R-1.JSONL").write_text('{"case": "CASE-002"}')
    before = tree(work / "stick")
    with pytest.raises(ReadingsOfCase, match=r"R-1\.JSONL"):
        remove(work, "CASE-002")
    assert tree(work / "stick") == before


@pytest.mark.parametrize("last", range(0, 45, 3))
def test_a_removal_that_is_cut_off_at_any_step_is_finished_the_same(work, monkeypatch, last):
    shutil.copytree(work, work.parent / "twin")
    remove(work.parent / "twin", "CASE-002", check=False)
    with monkeypatch.context() as patch:
        steps_of_a_commit(patch, last)
        try:
            remove(work, "CASE-002", check=False)
        except BuildStopped:
            assert not finished(work / "stick")
            others = (lambda: build(work, "scans", resume=True), lambda: remove(work, "CASE-001", resume=True))
            # The marker is erased last of all, when the removal is done and the bundle whole: then it holds nobody up.
            done = not (work / "stick" / UNFINISHED).read_bytes().strip(b"\0")
            assert done == (last == 36)
            for other in () if done else others:
                with pytest.raises(DriveHoldsOther, match="--remove CASE-002"):
                    other()
    if not finished(work / "stick"):
        remove(work, "CASE-002", check=False, resume=True)
    assert tree(work / "stick") == tree(work.parent / "twin" / "stick")
    shutil.rmtree(work.parent / "twin")


def test_the_command_line_adds_and_removes(work, capsys):
    key = ["--key", str(work / "keys" / "study.key"), "--no-picture-search", "--no-progress", "--workers", "1"]
    more, stick = str(work / "more"), str(work / "stick")
    assert cli([more, stick, "--add", *key], standalone_mode=False) == 0
    assert "Added to" in capsys.readouterr().out
    assert cli([stick, "--remove", "CASE-005", "--no-progress", "--workers", "1"], standalone_mode=False) == 0
    assert "Removed from" in capsys.readouterr().out
    assert set(cases(work / "stick").values()) == {f"CASE-00{n}" for n in range(1, 5)}
