"""JPEG in every process that DCMTK writes, against DCMTK's decoder; and transfer syntaxes that nothing here reads."""

import subprocess

import numpy as np
from pydicom import dcmread
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import UID, UID_dictionary
import pytest

from builder.dicom.pixels import can_decode
from builder.plan import ScannedFile, SkippedFile
from builder.reasons import Reason
from builder.scan.scan import examine
from tests import scans
from tests.builder.dicom.test_unused_bits import slice_of
from tests.builder.write.test_write import job, notes_of
from tests.conftest import build_bundle
from tests.writing import write_for

PROCESSES = {50: "+eb", 51: "+ee", 53: "+es", 55: "+ep", 57: "+el", 70: "+e1"}
FORMS = {"u8": ("u1", 8, False), "u12": ("<u2", 12, False), "s12": ("<i2", 12, True), "u16": ("<u2", 16, False)}
LOSSLESS = (57, 70)
CASES = [(process, form) for process in PROCESSES for form in FORMS if process != 50 or form == "u8"]


def packed(folder, process, form="u12"):
    """A slice as DCMTK compresses it, and the original."""
    kind, stored, signed = FORMS[form]
    y, x = np.mgrid[:48, :40]
    smooth = (np.sin(x / 9) * np.cos(y / 7) + 1) / 2 * ((1 << min(stored, 12)) - 1)
    pixels = (smooth - (2048 if signed else 0)).astype(kind)
    plain = scans.save(slice_of(pixels, stored, signed), folder / "plain", whole=True)
    path = folder / "scans" / "I1"
    path.parent.mkdir(exist_ok=True)
    subprocess.run(["dcmcjpeg", PROCESSES[process], plain, path], check=True, capture_output=True)
    return path, pixels


@pytest.mark.parametrize(("process", "form"), CASES)
def test_what_dcmtk_packs_is_unpacked_as_dcmtk_does_it(tmp_path, process, form):
    source, pixels = packed(tmp_path, process, form)
    assert dcmread(source).file_meta.TransferSyntaxUID == f"1.2.840.10008.1.2.4.{process}"
    record = write_for([job(source, tmp_path / "target")])[0]
    assert not isinstance(record, SkippedFile), record
    subprocess.run(["dcmdjpeg", source, tmp_path / "reference"], check=True, capture_output=True)
    ours, theirs = (dcmread(tmp_path / name) for name in ("target", "reference"))
    assert np.array_equal(ours.pixel_array, theirs.pixel_array)
    assert (ours.BitsStored, ours.PixelRepresentation) == (theirs.BitsStored, theirs.PixelRepresentation)
    assert record.instance.altered == ""
    if process in LOSSLESS:
        assert np.array_equal(ours.pixel_array, pixels)
        assert ours.get("LossyImageCompression", "00") == "00"
    else:
        assert ours.LossyImageCompression == "01"


@pytest.mark.parametrize("process", [51, 53, 55])
def test_retired_processes_stay_called_lossy_whatever_their_source_said(tmp_path, process):
    source, _ = packed(tmp_path, process)
    dataset = dcmread(source)
    for keyword in ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"):
        dataset.pop(keyword, None)
    dataset.save_as(source)
    built = build_bundle(tmp_path, source.parent, look_into_pictures=False)
    assert notes_of(built.drive) == {"compressed with loss"}


@pytest.mark.parametrize("process", [50, 51, 53, 55])
def test_a_picture_that_is_cut_short_is_left_out_and_not_filled_up(tmp_path, process):
    source, _ = packed(tmp_path, process, "u8")
    dataset = dcmread(source)
    frame = next(generate_frames(dataset.PixelData, number_of_frames=1))
    dataset.PixelData = encapsulate([frame[: len(frame) // 2]])
    dataset.save_as(source)
    result = write_for([job(source, tmp_path / "target")])[0]
    assert isinstance(result, SkippedFile)
    assert (result.reason, "cut short" in result.detail) == (Reason.DECODING_FAILED, True)


def test_several_frames_come_in_their_order(tmp_path):
    source, _ = packed(tmp_path, 55)
    dataset = dcmread(source)
    first = next(generate_frames(dataset.PixelData, number_of_frames=1))
    other = dcmread(packed(tmp_path, 55, "u12")[0])
    subprocess.run(["dcmdjpeg", source, tmp_path / "reference"], check=True, capture_output=True)
    expected = dcmread(tmp_path / "reference").pixel_array
    plain = scans.save(slice_of((4095 - expected).astype("<u2"), 12, False), tmp_path / "plain", whole=True)
    subprocess.run(["dcmcjpeg", "+ep", plain, tmp_path / "inverse"], check=True, capture_output=True)
    second = next(generate_frames(dcmread(tmp_path / "inverse").PixelData, number_of_frames=1))
    other.NumberOfFrames, other.PixelData = 2, encapsulate([first, second])
    other.save_as(source)
    record = write_for([job(source, tmp_path / "target")])[0]
    frames = dcmread(tmp_path / "target").pixel_array
    assert len(record.instance.frames) == 2
    assert np.array_equal(frames[0], expected)
    assert np.abs(frames[1].astype(int) - (4095 - expected)).max() < 60


def test_a_sequential_picture_with_wrong_scan_parameters_is_read_as_dcmtk_reads_it(tmp_path):
    """Spectral selection end 0 instead of 63 (ISO/IEC 10918-1 B.2.3), as old encoders wrote it."""
    source, _ = packed(tmp_path, 51)
    dataset = dcmread(source)
    frame = bytearray(next(generate_frames(dataset.PixelData, number_of_frames=1)))
    scan = frame.index(b"\xff\xda")
    frame[scan + 8] = 0
    dataset.PixelData = encapsulate([bytes(frame)])
    dataset.save_as(source)
    record = write_for([job(source, tmp_path / "target")])[0]
    assert not isinstance(record, SkippedFile), record
    subprocess.run(["dcmdjpeg", source, tmp_path / "reference"], check=True, capture_output=True)
    assert np.array_equal(dcmread(tmp_path / "target").pixel_array, dcmread(tmp_path / "reference").pixel_array)


PACKED = [UID(uid) for uid, (_, kind, *_) in UID_dictionary.items() if kind == "Transfer Syntax"]


@pytest.mark.parametrize(
    "syntax", [*(packed for packed in PACKED if packed.is_compressed and not packed.is_deflated), "1.2.3.4.5"]
)
def test_every_transfer_syntax_is_read_or_named(tmp_path, syntax):
    dataset = dcmread(packed(tmp_path, 70)[0])
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.save_as(tmp_path / "source", implicit_vr=False, little_endian=True)
    result = examine(str(tmp_path / "source"), tmp_path)
    if can_decode(UID(syntax)):
        assert isinstance(result, ScannedFile)
        return
    assert result.reason is Reason.NO_DECODER
    assert syntax in result.detail
    assert (UID(syntax).name if UID(syntax).is_transfer_syntax else "private") in result.detail
