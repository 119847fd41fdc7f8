"""A real build from real scans, held to what is known about them and to independent decoders and checkers."""

from concurrent.futures import ThreadPoolExecutor
import os
from pathlib import Path
import re
import sqlite3
import subprocess

import numpy as np
from pydicom import dcmread
from pydicom.uid import UID
import pytest

from bundle.index.index import Catalog
from bundle.index.records import Series, Stack

# Decoding these loses or rounds: decoders may differ by one grey level (JPEG), or correct a wrong header (J2K).
LOSSY = ("jpeg_baseline.51.dcm", "explicit_mr_jpeg-lossy_mono2.dcm")
HEADER_CORRECTED = ("J2K_pixelrep_mismatch.dcm",)
NEAR_LOSSLESS = ("jpeg_ls.81.dcm",)


@pytest.fixture(scope="session")
def catalog(real_bundle) -> Catalog:
    return Catalog(real_bundle.drive)


def written_from(real_bundle, part: str) -> list[str]:
    return [path for path, source in real_bundle.outcome.written.items() if part in source.as_posix()]


def series_from(real_bundle, catalog: Catalog, part: str) -> list[Series]:
    """The series on the medium that hold files of one source folder."""
    paths = set(written_from(real_bundle, part))
    assert paths, part
    everything = [series for study in catalog.studies() for series in study.series]
    return [
        series for series in everything
        if any(frame.path in paths for stack in series.stacks for frame in catalog.frames(stack.stack_id))
    ]  # fmt: skip


def only_stack(real_bundle, catalog: Catalog, part: str) -> Stack:
    (series,) = series_from(real_bundle, catalog, part)
    (stack,) = series.stacks
    return stack


def test_the_philips_phantom_is_a_tilted_volume(real_bundle, catalog):
    stack = only_stack(real_bundle, catalog, "S21610/S2010")
    assert (stack.number_of_frames, stack.is_volume) == (54, True)
    assert stack.tilt == pytest.approx(-18.5, abs=0.05)
    assert stack.spacing_between_slices == pytest.approx(2.371, abs=0.001)
    assert "tilted gantry" in stack.notes


def test_the_soft_tissue_ct_is_a_volume_apart_from_its_pet(real_bundle, catalog):
    ct = only_stack(real_bundle, catalog, "STS_046/CT")
    pet = only_stack(real_bundle, catalog, "STS_046/PET")
    assert (ct.number_of_frames, ct.rows, ct.columns, ct.is_volume) == (84, 210, 212, True)
    assert ct.spacing_between_slices == pytest.approx(3.27, abs=0.001)
    assert (pet.number_of_frames, pet.rows, pet.columns) == (84, 52, 53)
    slopes = {frame.rescale_slope for frame in catalog.frames(pet.stack_id)}
    assert len(slopes) > 1


def test_the_siemens_series_without_uids_is_one_volume(real_bundle, catalog):
    stack = only_stack(real_bundle, catalog, "totalsegmentator-siemens")
    assert (stack.number_of_frames, stack.is_volume) == (20, True)
    assert stack.spacing_between_slices == pytest.approx(2.0)
    numbers = [frame.instance_number for frame in catalog.frames(stack.stack_id)]
    assert numbers == sorted(numbers, reverse=True)


def test_the_head_is_ninety_three_slices(real_bundle, catalog):
    stack = only_stack(real_bundle, catalog, "slicer-cthead")
    assert (stack.number_of_frames, stack.is_volume) == (93, True)
    assert stack.spacing_between_slices == pytest.approx(1.5)


def test_steps_of_five_five_and_ten_have_a_gap(real_bundle, catalog):
    stack = only_stack(real_bundle, catalog, "sliceincrement/001")
    assert (stack.number_of_frames, stack.is_volume) == (4, True)
    assert stack.spacing_between_slices == pytest.approx(5)
    assert stack.notes.startswith("slices missing at position ")


def test_a_tilt_that_no_tag_names_is_found(real_bundle, catalog):
    stack = only_stack(real_bundle, catalog, "gantrytilting/001")
    assert abs(stack.tilt) == pytest.approx(14.0, abs=0.05)
    assert stack.spacing_between_slices == pytest.approx(4.851, abs=0.001)


def test_one_series_in_four_syntaxes_is_four_slices_and_not_twenty(real_bundle, catalog):
    stack = only_stack(real_bundle, catalog, "generic/compressed")
    assert (stack.number_of_frames, stack.is_volume) == (4, True)


def test_two_localizers_at_a_right_angle_are_two_stacks(real_bundle, catalog):
    (series,) = series_from(real_bundle, catalog, "98892001/CT2N")
    assert [stack.number_of_frames for stack in series.stacks] == [1, 1]


def test_a_gap_of_two_hundred_millimetres_is_said(real_bundle, catalog):
    stack = only_stack(real_bundle, catalog, "77654033/CT2")
    assert (stack.is_volume, stack.notes) == (True, "uneven spacing, 1.25 to 202.50 mm")


def test_one_slice_in_nine_syntaxes_is_one_stack_to_scroll_and_no_volume(real_bundle, catalog):
    (series,) = series_from(real_bundle, catalog, "dcm_qa_ts")
    assert [(stack.number_of_frames, stack.not_volume_reason) for stack in series.stacks] == [
        (9, "several images at one place")
    ]


def test_enhanced_ct_frames_become_slices(real_bundle, catalog):
    stacks = [
        stack for series in series_from(real_bundle, catalog, "dicomparser/encapsulated") for stack in series.stacks
    ]
    assert all(stack.number_of_frames == 2 and stack.is_volume for stack in stacks)


def test_every_source_file_is_either_written_or_in_the_report(many_bundle, many_scans):
    outcome = many_bundle.outcome
    sources = {path for path in many_scans.rglob("*") if path.is_file()}
    written, skipped = set(outcome.written.values()), {file.path for file in outcome.skipped}
    assert written | skipped <= sources
    assert not written & skipped
    masks = sources - written - skipped
    assert len(masks) == outcome.segmentations
    assert {dcmread(path, stop_before_pixels=True).SOPClassUID.name for path in masks} <= {
        "Segmentation Storage", "RT Structure Set Storage",
    }  # fmt: skip


def test_secondary_captures_and_reports_are_left_out(many_bundle):
    for source in many_bundle.outcome.written.values():
        header = dcmread(source, stop_before_pixels=True, force=True)
        kind = UID(header.get("SOPClassUID") or header.file_meta.MediaStorageSOPClassUID)
        assert re.search("CT Image|MR Image|Positron Emission", kind.name), source


# Pixels


def gdcm_pixels(source: Path, work: Path) -> bytes | None:
    """All frames decoded by GDCM, which shares no code with the builder; None where GDCM cannot read the file."""
    plain, raw = work / "plain.dcm", work / "raw"
    subject = source
    header = dcmread(source, stop_before_pixels=True, force=True)
    if not header.get("SOPInstanceUID"):  # GDCM does not write a file without UIDs
        dataset = dcmread(source)
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID
        dataset.SOPInstanceUID = dataset.StudyInstanceUID = dataset.SeriesInstanceUID = "1.2.3"
        subject = work / "with-uids.dcm"
        dataset.save_as(subject)
    converted = subprocess.run(["gdcmconv", "--raw", str(subject), str(plain)], capture_output=True, check=False)
    if converted.returncode or not plain.exists():
        return None
    subprocess.run(["gdcmraw", "-i", str(plain), "-o", str(raw)], capture_output=True, check=True)
    return raw.read_bytes()


def dcmtk_pixels(source: Path, work: Path, tool: str) -> bytes:
    """All frames decoded by one of DCMTK's decompressors."""
    plain = work / "plain.dcm"
    subprocess.run([tool, str(source), str(plain)], check=True, capture_output=True)
    return bytes(dcmread(plain).PixelData)


def test_every_pixel_is_what_an_independent_decoder_gives(many_bundle, tmp_path):
    with sqlite3.connect(many_bundle.drive / "BUNDLE/INDEX.DB") as index:
        places = {path: rest for path, *rest in index.execute("SELECT path, pixel_offset, pixel_length FROM instance")}

    def difference(item: tuple[str, Path]) -> str | None:
        path, source = item
        work = tmp_path / path.replace("/", "_")
        work.mkdir()
        offset, length = places[path]
        ours = (many_bundle.drive / path).read_bytes()[offset : offset + length]
        if source.name.endswith(NEAR_LOSSLESS):
            theirs: bytes | None = dcmtk_pixels(source, work, "dcmdjpls")
        else:
            theirs = gdcm_pixels(source, work)
        if theirs is None or len(theirs) < length:
            return f"{source}: not decoded by the reference"
        if source.name.endswith(LOSSY):
            kind = np.dtype("<i2" if dcmread(source).PixelRepresentation else "<u2")
            kind = kind if dcmread(source).BitsAllocated == 16 else np.dtype("u1")
            apart = np.abs(np.frombuffer(ours, kind).astype(int) - np.frombuffer(theirs[:length], kind))
            return None if apart.max() <= 1 else f"{source}: differs by {apart.max()}"
        return None if ours == theirs[:length] or source.name in HEADER_CORRECTED else f"{source}: differs"

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = [text for text in pool.map(difference, many_bundle.outcome.written.items()) if text]
    assert wrong == []


# Conformance


def iod_errors(path: Path) -> set[str]:
    found = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, errors="replace", check=False)
    return {line for line in (found.stdout + found.stderr).splitlines() if line.startswith("Error")}


def test_dciodvfy_finds_no_error_that_the_input_did_not_have(many_bundle):
    def new_errors(item: tuple[str, Path]) -> list[str]:
        path, source = item
        return [f"{source}: {error}" for error in iod_errors(many_bundle.drive / path) - iod_errors(source)]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        new = [error for errors in pool.map(new_errors, many_bundle.outcome.written.items()) for error in errors]
    assert new == []


def test_dcmdump_reads_every_written_file_without_a_complaint(many_bundle):
    paths = [str(many_bundle.drive / path) for path in many_bundle.outcome.written]
    dump = subprocess.run(
        ["dcmdump", "-q", "+E", "+P", "0008,0018", *paths], capture_output=True, text=True, check=False
    )
    assert dump.returncode == 0, dump.stderr
    assert dump.stdout.count("SOPInstanceUID") == len(paths)
    assert not dump.stderr


def test_every_file_is_explicit_little_endian_with_an_empty_preamble(many_bundle):
    for path in many_bundle.outcome.written:
        dataset = dcmread(many_bundle.drive / path, stop_before_pixels=True)
        assert dataset.preamble == bytes(128)
        assert dataset.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
        assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID


# Identity


def originals(many_bundle) -> set[bytes]:
    """Everything in the source headers that names a person, a place, a device or an event, longer than four letters."""
    keywords = (
        "PatientName", "PatientID", "PatientBirthDate", "AccessionNumber", "StudyDescription", "SeriesDescription",
        "InstitutionName", "InstitutionAddress", "ReferringPhysicianName", "StationName", "DeviceSerialNumber",
        "ProtocolName", "OperatorsName", "PerformingPhysicianName", "StudyInstanceUID", "SeriesInstanceUID",
        "SOPInstanceUID", "FrameOfReferenceUID", "StudyDate",
    )  # fmt: skip
    found: set[bytes] = set()
    for source in many_bundle.outcome.written.values():
        header = dcmread(source, stop_before_pixels=True, force=True)
        for keyword in keywords:
            text = str(header.get(keyword) or "").strip(" \0")
            if len(text) > 5:
                found |= {text.encode("utf-8", "replace"), text.encode("latin-1", "replace")}
    return found


def test_no_original_identifier_is_anywhere_on_the_medium(many_bundle):
    content = b"\0".join(path.read_bytes() for path in many_bundle.drive.rglob("*") if path.is_file())
    # Digits count only as a whole: a date may stand inside a UID or a digest by chance.
    numbers = set(re.findall(rb"(?<![\da-f])\d{6,}(?![\da-f])", content))
    # Words that our own texts use too, and dummies that the sources already hold.
    harmless = {b"REMOVED", b"19000101", b"Pancreas", b"123456"}
    found = originals(many_bundle) - harmless
    assert len(found) > 500
    leaked = {text for text in found if (text in numbers if text.isdigit() else text in content)}
    assert {text for text in leaked if len(set(text)) > 1} == set()


def test_names_of_files_and_folders_are_counters(many_bundle):
    counter = re.compile(r"(PT|ST|SE|IM)\d{6}")
    names = {
        part for path in (many_bundle.drive / "DICOM").rglob("*") for part in path.relative_to(many_bundle.drive).parts
    }
    assert len(names) > 50
    assert {name for name in names - {"DICOM"} if not counter.fullmatch(name)} == set()


def test_the_times_of_files_are_those_of_the_build(many_bundle):
    begun = many_bundle.key.stat().st_mtime  # the key is made first of all
    times = [path.stat().st_mtime for path in many_bundle.drive.rglob("*")]
    assert begun - 1 <= min(times) <= max(times) <= begun + 600


def test_the_index_has_no_page_left_over_and_no_write_ahead_log(many_bundle):
    with sqlite3.connect(f"file:{many_bundle.drive}/BUNDLE/INDEX.DB?mode=ro&immutable=1", uri=True) as index:
        assert index.execute("PRAGMA freelist_count").fetchone() == (0,)
        assert index.execute("PRAGMA journal_mode").fetchone() != ("wal",)
        assert index.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_the_key_and_the_crosswalk_are_for_the_researcher_alone(many_bundle):
    for path in many_bundle.key.parent.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    content = b"".join(path.read_bytes() for path in many_bundle.drive.rglob("*") if path.is_file())
    assert bytes.fromhex(many_bundle.key.read_text().strip()) not in content
    assert many_bundle.key.read_text().strip().encode() not in content
