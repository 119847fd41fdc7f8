"""Hostile files cost bounded time and memory, are named with their reason, and everything else continues."""

import json
import os
from pathlib import Path
import pickle
import re
import signal
import subprocess
import sys
import threading
import time

from pydicom import Dataset
from pydicom.uid import UID, RLELossless
import pytest

from builder.check import check_bundle
from builder.dicom import decoding, pixels, source_file
from builder.dicom.source_file import NotTaken
from builder.reasons import Reason
from tests import scans
from tests.builder.check.damaging import edit_directory, first_image, records, write_manifest
from tests.builder.pipeline.hostile import HOSTILE, slice_
from tests.conftest import build_bundle

# Of a whole build of all of them: what it takes without them, and some more.
SECONDS, KILOBYTES = 90, 500_000
MARKUP = "<script>alert(1)</script>\x1b[2J\x07"


def write_hostile(folder: Path) -> dict[Path, Reason]:
    folder.mkdir()
    for name, (_, make) in HOSTILE.items():
        make(folder / name)
    return {folder / name: reason for name, (reason, _) in HOSTILE.items()}


# Runs what it is given, and writes the most memory that one of its processes took into a file: of a process of its own,
# as the system counts all that the tests have started before.
_MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[2:], check=False)
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(done.returncode)
"""


def run(note: Path, *arguments: object) -> tuple[str, str, int, int]:
    """The output of the real program, its exit code, and the peak memory of any of its processes, in kilobytes."""
    command = [sys.executable, "-c", "from builder.cli.main import main; main()", *map(str, arguments)]
    measured = [] if sys.platform == "win32" else [sys.executable, "-c", _MEASURED, str(note)]
    done = subprocess.run([*measured, *command], capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.stdout, done.stderr, done.returncode, int(note.read_text()) if measured else 0


def test_every_hostile_file_is_named_with_its_reason_and_everything_else_is_taken(tmp_path):
    expected = write_hostile(tmp_path / "hostile")
    scans.write_series(tmp_path / "good", 4)
    built = build_bundle(tmp_path, tmp_path / "good", tmp_path / "hostile")
    assert built.outcome.instances == 4
    assert {skipped.path: skipped.reason for skipped in built.outcome.skipped} == expected
    assert [finding for finding in built.outcome.findings if finding.severity == "error"] == []


def test_a_build_with_hostile_files_stays_within_time_and_memory(tmp_path):
    write_hostile(tmp_path / "hostile")
    scans.write_series(tmp_path / "good", 4)
    (tmp_path / "stick").mkdir()
    said, complained, code, most = run(
        tmp_path / "memory", tmp_path / "good", tmp_path / "hostile", tmp_path / "stick",
        "--key", tmp_path / "study.key", "--viewer", "none", "--workers", 2,
    )  # fmt: skip
    assert code == 1, complained
    assert "4 images in 1 series" in said and "claims to be larger than any picture of a scanner" in said
    assert most < KILOBYTES


# Names


def test_names_with_control_characters_and_markup_do_no_harm_in_any_report(tmp_path):
    def change(dataset: Dataset, k: int) -> None:
        dataset.PatientName = dataset.SeriesDescription = dataset.StudyDescription = dataset.PatientID = MARKUP
        dataset.ProtocolName = dataset.StudyID = MARKUP[:16]

    scans.write_series(tmp_path / "scans" / "<b>bold", 3, change)
    for name in (b"\x1b[31mred\n<i>.dcm", b"not utf-8 \xff\xfe.dcm"):
        Path(os.fsdecode(os.fsencode(tmp_path / "scans") + b"/" + name)).write_bytes(b"no DICOM")
    (tmp_path / "scans" / "cut").write_bytes(scans.save(slice_(), tmp_path / "cut").read_bytes()[:700])
    (tmp_path / "stick").mkdir()
    said, complained, code, _ = run(
        tmp_path / "memory", tmp_path / "scans", tmp_path / "stick", "--key", tmp_path / "study.key",
        "--viewer", "none", "--json", tmp_path / "report.json", "--option", "clean-descriptors",
    )  # fmt: skip
    assert (code, "Traceback" in complained) == (1, False), complained
    assert all(line.isprintable() for line in said.splitlines())
    left_out = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["left_out"]
    assert len(left_out) == 3
    run(tmp_path / "memory", "check", tmp_path / "stick", "--html", tmp_path / "report.html")
    pages = [tmp_path / "report.html", *(tmp_path / "stick" / name for name in ("INDEX.HTM", "README.TXT"))]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "alert(1)" not in text and "\x1b" not in text and "\x07" not in text


# DICOMDIRs that point outside


def test_a_directory_of_the_source_is_not_followed_out_of_it(tmp_path):
    scans.save(scans.ct_slice(scans.np.zeros((4, 4)), (0, 0, 0), 1), tmp_path / "SECRET" / "IM1")
    scans.write_series(tmp_path / "scans", 3)
    record = Dataset()
    record.DirectoryRecordType, record.ReferencedFileID = "IMAGE", ["..", "SECRET", "IM1"]
    directory = Dataset()
    directory.SOPClassUID, directory.DirectoryRecordSequence = UID("1.2.840.10008.1.3.10"), [record]
    scans.save(directory, tmp_path / "scans" / "DICOMDIR")
    built = build_bundle(tmp_path, tmp_path / "scans")
    assert built.outcome.instances == 3
    assert [skipped.reason for skipped in built.outcome.skipped] == [Reason.DIRECTORY]


def test_a_directory_of_a_bundle_is_not_followed_out_of_it(small_bundle, tmp_path):
    root = tmp_path / "stick"
    subprocess.run(["cp", "-r", small_bundle.drive, root], check=True)
    (tmp_path / "SECRET").write_bytes(first_image(root).read_bytes())

    def lead_outside(directory: Dataset) -> None:
        parts = list(records(directory, "IMAGE")[0].ReferencedFileID)
        length = len("\\".join(parts))
        records(directory, "IMAGE")[0].ReferencedFileID = ["..", "SECRET" + "X" * (length - 9)]

    edit_directory(lead_outside)(root)
    assert {finding.check for finding in check_bundle(root)} >= {"directory.file_id"}
    assert not any(
        "SECRET" in finding.subject for finding in check_bundle(root) if finding.check != "directory.file_id"
    )


# The decoder in a process of its own


@pytest.fixture
def compressed(tmp_path):
    dataset = slice_()
    scans.save(dataset, tmp_path / "packed")
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.save_as(tmp_path / "packed", enforce_file_format=False)
    dataset = source_file.read_whole(tmp_path / "packed")
    return dataset, pixels.pixel_format(dataset)


def test_packed_pixels_that_end_before_they_begin_are_said_to_be_cut(compressed, tmp_path):
    content = (tmp_path / "packed").read_bytes()
    folder = tmp_path / "scans"
    folder.mkdir()
    scans.save(slice_(), folder / "whole.dcm")
    (folder / "cut.dcm").write_bytes(content[: content.index(b"\xe0\x7f\x10\x00") + 14])
    built = build_bundle(tmp_path, folder)
    assert [(skipped.path.name, skipped.reason) for skipped in built.outcome.skipped] == [("cut.dcm", Reason.TRUNCATED)]
    assert "Error" not in built.outcome.skipped[0].detail


def helper_of(dataset, form):
    """The process that unpacks, which is waiting for the next job."""
    pixels.native_pixels(dataset, form)
    return decoding._idle[-1]._process


def test_the_decoder_gives_what_pydicom_gives(compressed):
    dataset, form = compressed
    assert pixels.native_pixels(dataset, form) == slice_().PixelData


def test_a_decoder_that_hangs_costs_its_time_and_its_file(compressed, monkeypatch):
    helper = helper_of(*compressed)
    monkeypatch.setattr(decoding, "_BEGIN_SECONDS", 0.5)
    os.kill(helper.pid, signal.SIGSTOP)
    start = time.monotonic()
    with pytest.raises(NotTaken) as refusal:
        pixels.native_pixels(*compressed)
    assert time.monotonic() - start < 20
    assert refusal.value.reason is Reason.DECODING_FAILED and re.search(r"took over \d+ s", refusal.value.detail)
    monkeypatch.undo()
    assert len(pixels.native_pixels(*compressed)) == compressed[1].length


def test_a_decoder_that_crashes_costs_its_file_alone(compressed):
    helper = helper_of(*compressed)
    os.kill(helper.pid, signal.SIGSTOP)
    threading.Timer(0.5, helper.kill).start()
    with pytest.raises(NotTaken) as refusal:
        pixels.native_pixels(*compressed)
    assert (refusal.value.reason, refusal.value.detail) == (Reason.DECODING_FAILED, "the decoder crashed")
    assert len(pixels.native_pixels(*compressed)) == compressed[1].length


def test_a_decoder_that_ended_between_two_files_costs_none(compressed):
    helper = helper_of(*compressed)
    helper.kill()
    helper.wait()
    assert len(pixels.native_pixels(*compressed)) == compressed[1].length


def test_a_decoder_whose_master_was_killed_does_not_stay():
    """It hangs in a job (here: in the answer, which nobody takes), and nobody is left to stop it."""
    attributes = {keyword: getattr(slice_(), keyword) for keyword in decoding._NEEDED if keyword in slice_()}
    attributes |= {"Rows": 1024, "Columns": 1024, "PixelData": bytes(2 << 20)}
    job = ("1.2.840.10008.1.2.1", attributes, 2 << 20, -4.0)
    command = [sys.executable, "-P", "-m", "builder.dicom.decoder"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(pickle.dumps(job))
        process.stdin.flush()
        assert process.wait(30) == -signal.SIGALRM


def test_a_decoder_that_wants_more_memory_than_the_picture_needs_does_not_get_it(compressed):
    dataset = compressed[0]
    dataset.Rows = dataset.Columns = 65535
    with pytest.raises(decoding.NotDecoded):
        decoding.decode(dataset, compressed[1].length)


def test_a_decoder_that_swells_is_ended_where_the_system_sets_no_limit(compressed, monkeypatch):
    """A program that takes memory without end replaces the decoder, as a codec may behave on Windows."""
    monkeypatch.setattr(decoding, "_idle", [])
    monkeypatch.setattr(decoding, "_PROGRAM", ("-c", "kept = []\nwhile True: kept.append(b'x' * 4_000_000)"))
    start = time.monotonic()
    with pytest.raises(NotTaken) as refusal:
        pixels.native_pixels(*compressed)
    assert refusal.value.reason is Reason.DECODING_FAILED
    assert re.search(r"the decoder took over [5-9]\d\d MB of memory", refusal.value.detail)
    assert time.monotonic() - start < 20
    monkeypatch.undo()
    assert len(pixels.native_pixels(*compressed)) == compressed[1].length


# A bundle of which a file means harm


@pytest.mark.parametrize("name", ["nested_a_thousand_deep", "claims_65535_squared", "inflates_to_a_gigabyte"])
def test_the_check_of_a_bundle_goes_on_behind_a_hostile_file(small_bundle, tmp_path, name):
    root = tmp_path / "stick"
    subprocess.run(["cp", "-r", small_bundle.drive, root], check=True)
    HOSTILE[name][1](root / "DICOM" / "HOSTILE")
    (root / "README.TXT").unlink()
    write_manifest(root)
    checks = [finding.check for finding in check_bundle(root) if finding.subject == "DICOM/HOSTILE"]
    assert checks and all(check.startswith(("dicom.", "files.", "identity.")) for check in checks)
    assert "pdi.readme" in {finding.check for finding in check_bundle(root)}
