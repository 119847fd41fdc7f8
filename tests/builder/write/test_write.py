"""The written file of one instance: pixels to the bit, header digest, offset, and nothing after the last pixel."""

import hashlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import numpy as np
from pydicom import dcmread, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)
import pytest

from builder.cli.report import lines
from builder.deidentify.numbers import number_text
from builder.dicom import pixels
from builder.plan import InstanceUids, SkippedFile, TimeShift, WriteJob
from builder.reasons import Reason
from bundle.index.index import Catalog
from tests import scans
from tests.conftest import build_bundle
from tests.scans import write_series
from tests.writing import write_for


def job(source, target) -> WriteJob:
    uids = InstanceUids("2.25.1", "2.25.2", "2.25.3")
    state = source.stat()
    return WriteJob(
        str(source), state.st_size, state.st_mtime_ns, str(target.parent), target.name, uids, "P-A",
        TimeShift(-40_000_000), b"secret", 2, 7,
    )  # fmt: skip


def encoded(dataset, syntax, path):
    """Write a data set in a transfer syntax, with pydicom's own encoders."""
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    if syntax.is_compressed and not syntax.is_deflated:
        dataset.compress(syntax, generate_instance_uid=False)
    if syntax == ExplicitVRBigEndian:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<i2").astype(">i2").tobytes()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.preamble = b"MZ" + b"x" * 126
    dcmwrite(path, dataset, enforce_file_format=False)
    return path


SYNTAXES = [
    ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian, RLELossless,
    JPEG2000Lossless, JPEGLSLossless,
]  # fmt: skip


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.integers(33, 40), columns=st.integers(33, 40), seed=st.integers(0, 99))
def test_pixels_are_the_same_to_the_bit_in_every_transfer_syntax(tmp_path, syntax, rows, columns, seed):
    pixels = np.random.default_rng(seed).integers(-1024, 100, (rows, columns)).cumsum(0).clip(-2048, 4095).astype("<i2")
    source = encoded(scans.ct_slice(pixels, (0, 0, 0), 1), syntax, tmp_path / "source")
    (tmp_path / "target").unlink(missing_ok=True)
    written = write_for([job(source, tmp_path / "target")])[0]
    assert not isinstance(written, SkippedFile), written
    content = (tmp_path / "target").read_bytes()
    instance = written.instance
    assert content[instance.pixel_offset :][: instance.pixel_length] == pixels.tobytes()
    assert len(content) == instance.file_size
    assert hashlib.sha256(content[: instance.pixel_offset]).hexdigest() == instance.header_digest
    assert hashlib.sha256(content).hexdigest() == instance.digest
    assert np.array_equal(dcmread(tmp_path / "target").pixel_array, pixels)


def test_bytes_behind_the_last_pixel_and_trailing_padding_are_not_copied(tmp_path):
    slice_ = scans.ct_slice(np.zeros((4, 4)), (0, 0, 0), 1)
    slice_.PixelData += b"QUILLFEATHER"
    slice_.add_new((0xFFFC, 0xFFFC), "OB", b"QUILLFEATHER")
    write_for([job(scans.save(slice_, tmp_path / "source"), tmp_path / "target")])[0]
    content = (tmp_path / "target").read_bytes()
    assert b"QUILLFEATHER" not in content
    assert content.endswith(bytes(32))
    assert content[:128] == bytes(128)


def test_eight_bit_pixels_of_odd_length_are_padded_to_even(tmp_path):
    slice_ = scans.ct_slice(
        np.zeros((3, 3)), (0, 0, 0), 1, BitsAllocated=8, BitsStored=8, HighBit=7, PixelRepresentation=0,
        PixelData=bytes(range(9)) + b"\0",
    )  # fmt: skip
    written = write_for([job(scans.save(slice_, tmp_path / "source"), tmp_path / "target")])[0]
    assert written.instance.pixel_length == 9
    assert written.instance.file_size == written.instance.pixel_offset + 10
    assert dcmread(tmp_path / "target").pixel_array.ravel().tolist() == list(range(9))


def test_a_decoder_that_fails_leaves_the_file_out_with_its_reason(tmp_path):
    pixels = np.zeros((8, 8), "<i2")
    source = encoded(scans.ct_slice(pixels, (0, 0, 0), 1), RLELossless, tmp_path / "source")
    dataset = dcmread(source)
    dataset.PixelData = encapsulate([b"no run lengths at all, whatever the transfer syntax says"])
    dataset.save_as(source)
    result = write_for([job(source, tmp_path / "target")])[0]
    assert isinstance(result, SkippedFile)
    assert result.reason is Reason.DECODING_FAILED
    assert not (tmp_path / "target").exists()


def test_a_modality_lut_is_refused_since_its_pixels_would_be_shown_wrong(tmp_path):
    slice_ = scans.ct_slice(np.zeros((4, 4)), (0, 0, 0), 1, ModalityLUTSequence=[])
    result = write_for([job(scans.save(slice_, tmp_path / "source"), tmp_path / "target")])[0]
    assert result.reason is Reason.ODD_PIXELS


def test_a_source_that_vanishes_or_changes_is_reported(tmp_path):
    source = scans.save(scans.ct_slice(np.zeros((4, 4)), (0, 0, 0), 1), tmp_path / "source")
    todo = job(source, tmp_path / "target")
    source.write_bytes(source.read_bytes() + b"more")
    assert write_for([todo])[0].reason is Reason.VANISHED
    source.unlink()
    assert write_for([todo])[0].reason is Reason.VANISHED


def test_missing_numbers_get_the_place_in_the_series(tmp_path):
    slice_ = scans.ct_slice(np.zeros((4, 4)), (0, 0, 0), 1, InstanceNumber=None, SeriesNumber=None)
    written = write_for([job(scans.save(slice_, tmp_path / "source"), tmp_path / "target")])[0]
    assert (written.instance.instance_number, written.series_number) == (7, 2)


def overlaid(**attributes):
    """A slice of twelve bits with a bitmap in the four bits above."""
    pixels = np.random.default_rng(1).integers(0, 4096, (16, 16)).astype("<u2")
    hidden = pixels | (np.random.default_rng(2).integers(0, 2, (16, 16)).astype("<u2") << 13)
    attributes |= {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0, "PixelData": hidden.tobytes()}
    return pixels, scans.ct_slice(pixels, (0, 0, 0), 1, **attributes)


def test_an_overlay_in_the_unused_bits_is_cleared_where_the_header_declares_it(tmp_path):
    pixels, slice_ = overlaid()
    slice_.add_new((0x6000, 0x0102), "US", 13)
    written = write_for([job(scans.save(slice_, tmp_path / "source"), tmp_path / "target")])[0]
    content = (tmp_path / "target").read_bytes()[written.instance.pixel_offset :]
    assert content == pixels.tobytes()


def test_undeclared_bits_above_the_stored_ones_are_cleared_and_that_is_said(tmp_path):
    pixels, slice_ = overlaid()
    written = write_for([job(scans.save(slice_, tmp_path / "source"), tmp_path / "target")])[0]
    assert (tmp_path / "target").read_bytes()[written.instance.pixel_offset :] == pixels.tobytes()
    assert written.instance.altered == dcmread(tmp_path / "target").DerivationDescription
    assert written.instance.altered == "stray bits above the lowest 12 cleared"


def test_padding_above_the_stored_bits_gets_a_value_within_them_and_that_is_said(tmp_path):
    pixels = np.full((16, 16), 1000, "<u2")
    pixels[0] = 63536
    slice_ = scans.ct_slice(
        pixels, (0, 0, 0), 1, BitsStored=12, HighBit=11, PixelRepresentation=0, PixelData=pixels.tobytes()
    )
    written = write_for([job(scans.save(slice_, tmp_path / "source"), tmp_path / "target")])[0]
    target = dcmread(tmp_path / "target")
    assert (written.instance.bits_stored, target.PixelPaddingValue) == (12, 0)
    assert np.array_equal(target.pixel_array == 0, pixels == 63536)
    assert np.array_equal(target.pixel_array[1:], pixels[1:])
    assert written.instance.altered == "padding 63536 rewritten as 0"


def test_a_name_in_the_photometric_interpretation_is_not_copied(tmp_path):
    slice_ = scans.ct_slice(np.zeros((4, 4)), (0, 0, 0), 1, PhotometricInterpretation="QUILLFEATHER")
    result = write_for([job(scans.save(slice_, tmp_path / "source"), tmp_path / "target")])[0]
    assert result.reason is Reason.ODD_PIXELS


@pytest.mark.parametrize(
    ("intercept", "taken"),
    [("-1024", True), ("0.5", True), (".5", True), ("-1e3", True), ("", True), ("77310771", False), ("nan", False)],
)
def test_a_rescale_that_cleaning_would_drop_leaves_the_image_out(tmp_path, intercept, taken):
    source = scans.save(scans.ct_slice(np.zeros((4, 4)), (0, 0, 0), 1), tmp_path / "whole")
    start, _, rest = source.read_bytes().partition(b"\x28\0\x52\x10DS")
    (tmp_path / "source").write_bytes(start + intercept_element(intercept) + rest[2 + rest[0] :])
    written = write_for([job(tmp_path / "source", tmp_path / "target")])[0]
    if not taken:
        assert isinstance(written, SkippedFile)
        assert written.reason is Reason.ODD_PIXELS
    elif intercept:
        assert float(dcmread(tmp_path / "target").RescaleIntercept) == float(intercept)


def intercept_element(value):
    padded = value.encode() + b" " * (len(value) % 2)
    return b"\x28\0\x52\x10DS" + len(padded).to_bytes(2, "little") + padded


@given(st.one_of(st.from_regex(r"[+-]?[0-9.eE]{1,12}", fullmatch=True), st.floats(-1e6, 1e6).map("{:.8g}".format)))
def test_whatever_is_taken_for_a_rescale_is_kept_by_cleaning(written):
    if pixels._is_measured(written):
        kept = number_text(written, "DS", "RescaleIntercept")
        assert kept is not None
        assert float(kept) == pytest.approx(float(written), rel=1e-9)


def test_broken_values_are_dropped_and_named_in_the_report(tmp_path):
    def spoil(dataset, k):
        if k < 2:
            dataset.add_new("StudyDate", "DA", "20241399")
        if k == 0:
            dataset.add_new("KVP", "LO", "NOT A NUMBER")
            dataset.add_new("AcquisitionTime", "TM", "half past eight")

    built = build_bundle(tmp_path, scans.write_series(tmp_path / "scans", 3, spoil))
    assert built.outcome.lost == {"StudyDate": 2, "KVP": 1, "AcquisitionTime": 1}
    text = "\n".join(lines(built.outcome, whole=False))
    assert "StudyDate: 2 files" in text
    everything = b"".join(path.read_bytes() for path in built.drive.rglob("*") if path.is_file())
    assert b"NOT A NUMBER" not in everything
    assert b"half past" not in everything


def notes_of(drive) -> set[str]:
    with Catalog(drive) as catalog:
        return {stack.notes for study in catalog.studies() for series in study.series for stack in series.stacks}


def test_compression_with_loss_stays_known_and_is_a_note_for_the_reader(tmp_path):
    def compressed(dataset, k):
        dataset.LossyImageCompression, dataset.LossyImageCompressionRatio = "01", "10.5"
        dataset.LossyImageCompressionMethod = "ISO_10918_1"

    built = build_bundle(tmp_path, write_series(tmp_path / "scans", 3, compressed))
    drive = built.drive
    assert [finding for finding in built.outcome.findings if finding.severity == "error"] == []
    assert notes_of(drive) == {"compressed with loss, 10.5 : 1, JPEG"}
    written = dcmread(next((drive / "DICOM").rglob("IM*")))
    assert (written.LossyImageCompression, written.LossyImageCompressionMethod) == ("01", "ISO_10918_1")


def test_of_loss_that_came_twice_and_in_some_slices_the_worst_is_told(tmp_path):
    def compressed(dataset, k):
        if k < 2:
            dataset.LossyImageCompression, dataset.LossyImageCompressionRatio = "01", ["2", f"{5 - k}.25"]
            dataset.LossyImageCompressionMethod = ["ISO_15444_15", "ISO_14495_1"]

    built = build_bundle(tmp_path, write_series(tmp_path / "scans", 3, compressed))
    assert notes_of(built.drive) == {"compressed with loss, 5.2 : 1, JPEG-LS"}
    assert [finding for finding in built.outcome.findings if finding.severity == "error"] == []


def test_images_without_loss_have_no_such_note(tmp_path):
    drive = build_bundle(tmp_path, write_series(tmp_path / "scans", 2)).drive
    assert notes_of(drive) == {""}
    plain = lambda dataset, k: setattr(dataset, "LossyImageCompression", "00")  # noqa: E731
    assert notes_of(build_bundle(tmp_path / "b", write_series(tmp_path / "s", 2, plain)).drive) == {""}


def test_what_was_decoded_from_lossy_jpeg_says_so_though_its_source_did_not(tmp_path, real_scans):
    source = next(real_scans.rglob("*jpeg_baseline.51.dcm"))
    dataset = dcmread(source)
    for keyword in ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"):
        if keyword in dataset:
            delattr(dataset, keyword)
    (tmp_path / "scans").mkdir()
    dataset.save_as(tmp_path / "scans" / "I1")
    drive = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False).drive
    assert notes_of(drive) == {"compressed with loss"}
