"""Segmentations through what happens to a stick: plans, additions, removals, upgrades, several media, faces."""

from concurrent.futures import ThreadPoolExecutor
import os
from pathlib import Path
import shutil

from highdicom.sr.coding import CodedConcept
import numpy as np
from pydicom import Dataset, dcmread
import pytest

from builder.catalogue.web_files import fixed_size
from builder.check import check_bundle
from builder.errors.change import MasksAdrift
from builder.pipeline.change import remove_cases, upgrade
from builder.pipeline.outcome import BuildOptions
from builder.pipeline.span import build_media
from builder.reasons import Reason
from bundle.index.index import Catalog
from bundle.index.records import Segment
from tests import scans
from tests import segmentations as seg
from tests.builder.cli.test_cli import mkbundle
from tests.builder.deface.test_deface import write_head
from tests.conftest import Silence, build_bundle


def case(folder: Path, person: int) -> Path:
    """A case of its own with a series and a segmentation of it."""

    def change(dataset, k):
        dataset.PatientID, dataset.PatientName = f"MRN-{person}", f"Nobody^{person}"
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"1.2.3.{person}", f"1.2.3.{person}.5"
        dataset.SOPInstanceUID, dataset.FrameOfReferenceUID = f"1.2.3.{person}.5.{k}", f"1.2.3.{person}.6"

    scans.write_series(folder / "images", seg.SLICES, change, seg.SIZE, whole=True)
    images = [dcmread(path) for path in sorted((folder / "images").iterdir())]
    made = seg.segmentation(images, seg.boxes((person % 3, 2, 2)), [seg.described(1, "Liver")], 10 * person)
    scans.save(made, folder / "masks", whole=True)
    return folder


def problems(drive: Path) -> list[str]:
    return [finding.check for finding in check_bundle(drive) if finding.check != "viewer.none"]


def listed(drive: Path) -> list[tuple[str, int]]:
    """The case of each segmentation, and its voxels."""
    with Catalog(drive) as catalog:
        case_of = {
            stack.stack_id: study.case
            for study in catalog.studies() for series in study.series for stack in series.stacks
        }  # fmt: skip
        return [(case_of[found.stack_id], found.segments[0].voxels) for found in catalog.segmentations()]


def files_of(drive: Path) -> set[str]:
    return {path.name for path in (drive / "BUNDLE/SEGMENTS").glob("*")}


def test_they_are_planned_added_removed_and_brought_up_with_their_case(tmp_path):
    first, second = case(tmp_path / "one", 1), case(tmp_path / "two", 2)
    planned = build_bundle(tmp_path, first, dry_run=True).outcome
    assert (planned.instances, planned.segmentations, planned.taken) == (6, 1, 7)
    build_bundle(tmp_path, first, look_into_pictures=False)
    built = build_bundle(tmp_path, second, look_into_pictures=False, add=True)
    assert built.outcome.segmentations == 1 and problems(built.drive) == []
    assert listed(built.drive) == [("CASE-001", 32), ("CASE-002", 32)]
    again = build_bundle(tmp_path, second, look_into_pictures=False, add=True).outcome
    assert [skipped.reason for skipped in again.skipped] == [Reason.SAME_AGAIN] * 7
    with ThreadPoolExecutor(2) as executor:
        change = remove_cases(built.drive, ["CASE-001"], executor, Silence())
        assert (change.cases_left, change.images_left) == (1, 6)
        assert listed(built.drive) == [("CASE-002", 32)] and files_of(built.drive) == {"SG000001.BIN"}
        assert problems(built.drive) == []
        before = (built.drive / "BUNDLE/SEGMENTS/SG000001.BIN").read_bytes()
        shutil.rmtree(built.drive / "BUNDLE/SEGMENTS")
        assert problems(built.drive) == ["manifest.missing"]
        upgrade(built.drive, executor, Silence())
    assert (built.drive / "BUNDLE/SEGMENTS/SG000001.BIN").read_bytes() == before and problems(built.drive) == []


def test_one_joins_images_that_are_on_the_stick_already(tmp_path):
    folder = case(tmp_path / "one", 1)
    (folder / "masks").rename(tmp_path / "later")
    build_bundle(tmp_path, folder, look_into_pictures=False)
    (tmp_path / "later").rename(folder / "masks")
    built = build_bundle(tmp_path, folder, look_into_pictures=False, add=True)
    assert listed(built.drive) == [("CASE-001", 32)] and problems(built.drive) == []


def test_each_of_several_media_has_those_of_its_cases(tmp_path):
    sources = tuple(case(tmp_path / f"case{person}", person) for person in (1, 2, 3))
    (tmp_path / "keys").mkdir()
    (tmp_path / "media").mkdir()
    options = BuildOptions(sources, tmp_path / "media", tmp_path / "keys" / "study.key", (), look_into_pictures=False)
    with ThreadPoolExecutor(2) as executor:
        outcome = build_media(options, 8_000_000 + 120_000 + fixed_size(), executor, Silence())
    assert outcome.segmentations == 3 and outcome.seen_files == outcome.taken == 21
    drives = sorted(path for path in (tmp_path / "media").iterdir() if path.is_dir())
    assert len(drives) > 1 and sum(len(listed(drive)) for drive in drives) == 3
    assert [problems(drive) for drive in drives] == [[]] * len(drives)


def test_with_deface_a_segment_of_the_face_keeps_its_name_and_loses_its_masks(tmp_path):
    images = seg.write_images(tmp_path / "scans")
    labels = [seg.described(1, "skull"), seg.described(2, "Face"), seg.described(3, "body")]
    made = seg.segmentation(images, seg.boxes((0, 2, 2), (1, 4, 4), (3, 1, 1)), labels, 1)
    alone = seg.segmentation(images, seg.boxes((0, 2, 2)), [seg.described(1, "skin of the patient")], 2)
    scans.save(made, tmp_path / "scans" / "masks", whole=True)
    scans.save(alone, tmp_path / "scans" / "skin", whole=True)
    built = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False, deface=True)
    assert [skipped.reason for skipped in built.outcome.skipped] == [Reason.SEGMENTATION_FACE]
    with Catalog(built.drive) as catalog:
        (found,) = catalog.segmentations()
    assert [(segment.label, segment.voxels) for segment in found.segments] == [("skull", 32), ("Face", 0), ("body", 0)]
    told = [notice.text for notice in built.outcome.notices if "may show the face" in notice.text]
    assert len(told) == 2 and problems(built.drive) == []


def test_in_a_defaced_head_a_segment_keeps_its_masks_only_if_its_name_says_which_part_it_is(tmp_path):
    """'Tissue' is a published code, and programs give it to whatever they do not know: also to a whole head."""
    images = [dcmread(path) for path in sorted(write_head(tmp_path / "scans", flip=True).iterdir())]
    names = {"brain": None, "thresholded": None, "Background": None, "all of it": ("69536005", "SCT", "Head")}
    labels = [
        seg.described(number, name, CodedConcept(*code) if code else None)
        for number, (name, code) in enumerate(names.items(), start=1)
    ]
    masks = np.zeros((len(images), images[0].Rows, images[0].Columns, len(names)), np.uint8)
    masks[10, 40:44, 40:44] = 1
    scans.save(seg.segmentation(images, masks, labels, 1), tmp_path / "scans" / "masks", whole=True)
    built = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False, deface=True)
    with Catalog(built.drive) as catalog:
        (found,) = catalog.segmentations()
    assert [segment.voxels for segment in found.segments] == [16, 0, 0, 0]
    assert problems(built.drive) == []


def test_images_may_join_a_series_on_which_masks_lie_already(tmp_path):
    """Behind the last image and between two others: the masks stay on the voxels on which they lay."""
    every = scans.write_series(tmp_path / "all", 2 * seg.SLICES, at_half_steps, seg.SIZE, whole=True)
    paths = sorted(every.iterdir())
    (tmp_path / "first").mkdir()
    for path in paths[: 2 * seg.SLICES - 2 : 2]:
        shutil.copy(path, tmp_path / "first" / path.name)
    images = [dcmread(path) for path in sorted((tmp_path / "first").iterdir())]
    drawn = seg.boxes((1, 2, 2))[: len(images)]
    scans.save(seg.segmentation(images, drawn, [seg.described(1, "Liver")], 1), tmp_path / "first" / "m", whole=True)
    before = build_bundle(tmp_path, tmp_path / "first", look_into_pictures=False).drive
    assert [(found.first_slice, found.last_slice) for found in segments(before)] == [(1, 2)]
    shutil.copy(tmp_path / "first" / "m", every / "m")
    built = build_bundle(tmp_path, every, look_into_pictures=False, add=True)
    assert built.outcome.instances == 7 and problems(built.drive) == []
    assert [skipped.reason for skipped in built.outcome.skipped] == [Reason.SAME_AGAIN] * 6
    assert [(found.first_slice, found.last_slice) for found in segments(built.drive)] == [(2, 4)]


def at_half_steps(dataset: Dataset, k: int) -> None:
    dataset.ImagePositionPatient = [-8, -8, 0.75 * k]


def segments(drive: Path) -> list[Segment]:
    with Catalog(drive) as catalog:
        return [segment for found in catalog.segmentations() for segment in found.segments]


def test_masks_that_new_images_would_tear_apart_are_told_and_the_stick_can_be_had_back(tmp_path):
    """Six images become one stack, until as many more show that two settings were mixed in it."""

    def two_settings(dataset: Dataset, k: int) -> None:
        dataset.ImagePositionPatient = [-8, -8, 1.5 * (k % 6)]
        dataset.KVP = 80 if (k % 6 < 3) == (k < 6) else 100

    every = scans.write_series(tmp_path / "all", 12, two_settings, seg.SIZE, whole=True)
    (tmp_path / "first").mkdir()
    for path in sorted(every.iterdir())[:6]:
        shutil.copy(path, tmp_path / "first" / path.name)
    images = [dcmread(path) for path in sorted((tmp_path / "first").iterdir())]
    drawn = seg.boxes((2, 2, 2))
    scans.save(seg.segmentation(images, drawn, [seg.described(1, "Liver")], 1), tmp_path / "first" / "m", whole=True)
    build_bundle(tmp_path, tmp_path / "first", look_into_pictures=False)
    with pytest.raises(MasksAdrift, match=r"SE000002/IM000001 .* --exclude"):
        build_bundle(tmp_path, every, look_into_pictures=False, add=True)
    built = build_bundle(tmp_path, tmp_path / "first", look_into_pictures=False, add=True, resume=True)
    assert listed(built.drive) == [("CASE-001", 32)] and problems(built.drive) == []


def test_one_may_join_a_series_of_masks_that_lies_before_its_images(tmp_path):
    """Two series of images, the second added later, and the masks of both in one series of their own."""
    first = case(tmp_path / "one", 1)

    def of_second(dataset: Dataset, k: int) -> None:
        dataset.update(dcmread(first / "images" / f"I{k:03d}", stop_before_pixels=True))
        dataset.SeriesInstanceUID, dataset.SOPInstanceUID = "1.2.3.1.8", f"1.2.3.1.8.{k}"

    scans.write_series(tmp_path / "two" / "images", seg.SLICES, of_second, seg.SIZE, whole=True)
    images = [dcmread(path) for path in sorted((tmp_path / "two" / "images").iterdir())]
    made = seg.segmentation(images, seg.boxes((1, 2, 2)), [seg.described(1, "Spleen")], 11)
    made.SeriesInstanceUID = dcmread(first / "masks").SeriesInstanceUID
    scans.save(made, tmp_path / "two" / "masks", whole=True)
    build_bundle(tmp_path, first, look_into_pictures=False)
    built = build_bundle(tmp_path, tmp_path / "two", look_into_pictures=False, add=True)
    assert built.outcome.segmentations == 1 and problems(built.drive) == []
    assert sorted(segment.label for segment in segments(built.drive)) == ["Liver", "Spleen"]


def test_one_with_the_uid_of_an_image_is_left_out(tmp_path):
    folder = case(tmp_path / "one", 1)
    masks = dcmread(folder / "masks")
    masks.SOPInstanceUID = dcmread(folder / "images" / "I002").SOPInstanceUID
    scans.save(masks, folder / "masks", whole=True)
    built = build_bundle(tmp_path, folder, look_into_pictures=False)
    (skipped,) = built.outcome.skipped
    assert skipped.reason is Reason.SEGMENTATION_BROKEN and "I002 has the same SOP Instance UID" in skipped.detail
    assert problems(built.drive) == []


def test_a_listed_name_with_a_blank_that_is_not_ascii_is_not_kept(tmp_path):
    folder = case(tmp_path / "one", 1)
    masks = dcmread(folder / "masks")
    masks.SpecificCharacterSet, masks.SegmentSequence[0].SegmentLabel = "ISO_IR 100", "left\xa0kidney"
    scans.save(masks, folder / "masks", whole=True)
    built = build_bundle(tmp_path, folder, look_into_pictures=False)
    assert [segment.label for segment in segments(built.drive)] == ["Tissue"] and problems(built.drive) == []


def test_a_case_is_removed_from_an_encrypted_stick_with_them_which_is_checked(tmp_path):
    sources = [case(tmp_path / name, person) for person, name in ((1, "one"), (2, "two"))]
    (tmp_path / "pw").write_text("acorn beacon cricket delta ember\n")
    (tmp_path / "stick").mkdir()
    words, key = ("--password-file", tmp_path / "pw"), ("--key", tmp_path / "keys/study.key")
    quick = ("--viewer", "none", "--no-picture-search", "--no-progress")
    mkbundle(*sources, tmp_path / "stick", *key, *words, *quick, "--encrypt")
    mkbundle(tmp_path / "stick", "--remove", "CASE-001", *key, *words, "--no-progress")
    mkbundle("check", tmp_path / "stick", *key, *words)
    mkbundle("unlock", tmp_path / "stick", tmp_path / "out", *words)
    assert listed(tmp_path / "out") == [("CASE-002", 32)] and problems(tmp_path / "out") == []


def test_the_papers_name_them_and_what_shows_them(tmp_path):
    built = build_bundle(tmp_path, case(tmp_path / "one", 1), look_into_pictures=False)
    for name in ("README.TXT", "INDEX.HTM"):
        words = " ".join((built.drive / name).read_text().split())
        assert "With them: 1 segmentation, which mark organs or findings" in words
        assert (
            "A viewer on this medium shows them, where a study allows it; the page in a browser does not yet" in words
        )


def test_without_its_images_none_is_taken_and_no_folder_is_made(tmp_path):
    folder = case(tmp_path / "one", 1)
    other = scans.write_series(tmp_path / "other", whole=True)
    built = build_bundle(tmp_path, other, folder / "masks", look_into_pictures=False)
    assert [skipped.reason for skipped in built.outcome.skipped] == [Reason.SEGMENTATION_ALONE]
    assert not (built.drive / "BUNDLE/SEGMENTS").exists() and problems(built.drive) == []


def test_dciodvfy_is_spared_what_it_would_never_finish(tmp_path, monkeypatch):
    """Six images with 84 segments are 504 masks; with their images and a small segmentation beside them."""
    images = seg.write_images(tmp_path / "scans")
    many = [seg.described(number, "Liver") for number in range(1, 85)]
    every = np.ones((seg.SLICES, seg.SIZE, seg.SIZE, 84), np.uint8)
    scans.save(seg.segmentation(images, every, many, 1), tmp_path / "scans" / "many", whole=True)
    scans.save(seg.segmentation(images, every[..., :1], many[:1], 2), tmp_path / "scans" / "few", whole=True)
    (tmp_path / "bin").mkdir()
    log, stand_in = tmp_path / "read", tmp_path / "bin" / "dciodvfy"
    stand_in.write_text(f'#!/bin/sh\necho "$1" >> "{log}"\nexec /usr/bin/dciodvfy "$1"\n')
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{stand_in.parent}:{os.environ['PATH']}")
    built = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    assert built.outcome.segmentations == 2
    told = [found.message for found in built.outcome.findings if found.check != "viewer.none"]
    assert told == ["PatientPosition is missing (type 2C, GeneralSeries)"]  # of the CT, as the source has it
    read = {dcmread(path).Modality: dcmread(path) for path in log.read_text().splitlines()}
    assert read.keys() == {"CT", "SEG"} and len(log.read_text().splitlines()) == 2
    assert len(read["SEG"].SegmentSequence) == 1


@pytest.mark.parametrize("options", [["no-dates"], ["uids"], ["full-dates"], ["clean-descriptors"]])
def test_options_of_cleaning_hold_for_them(tmp_path, options):
    folder = case(tmp_path / "one", 1)
    built = build_bundle(tmp_path, folder, look_into_pictures=False, deidentify=frozenset(options))
    assert problems(built.drive) == [] and listed(built.drive) == [("CASE-001", 32)]
    written = [dcmread(path) for path in (built.drive / "DICOM").rglob("IM*")]
    (masks,) = (dataset for dataset in written if dataset.Modality == "SEG")
    source = dcmread(folder / "masks")
    assert (masks.SOPInstanceUID == source.SOPInstanceUID) == ("uids" in options)
    dates = {"no-dates": "19000101", "full-dates": source.ContentDate}
    assert masks.ContentDate == dates.get(options[0], masks.ContentDate)
    assert (masks.ContentDate == source.ContentDate) == ("full-dates" in options)
    assert np.array_equal(masks.pixel_array, source.pixel_array)
