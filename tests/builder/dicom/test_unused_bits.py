"""Bits above Bits Stored: garbage, overlays and padding, against plain arithmetic, DCMTK and GDCM."""

from dataclasses import replace
import subprocess

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
import numpy as np
from pydicom import DataElement, dcmread
from pydicom.uid import ExplicitVRLittleEndian, RLELossless
import pytest

from builder.pipeline.outcome import needs_a_look
from bundle.images.alterations import split
from bundle.index.index import Catalog
from tests import scans
from tests.builder.write.test_write import job
from tests.conftest import build_bundle
from tests.writing import write_for

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def slice_of(words, stored, signed, **attributes):
    """A slice whose pixel words are just these."""
    words = np.asarray(words)
    allocated = 8 * words.itemsize
    form = {"BitsAllocated": allocated, "BitsStored": stored, "HighBit": stored - 1, "PixelRepresentation": int(signed)}
    return scans.ct_slice(np.zeros(words.shape), (0, 0, 0), 1, **form, PixelData=words.tobytes(), **attributes)


def written_of(dataset, tmp_path):
    """The result: the record, and the file as pydicom reads it."""
    for name in ("source", "target"):
        (tmp_path / name).unlink(missing_ok=True)
    record = write_for([job(scans.save(dataset, tmp_path / "source", whole=True), tmp_path / "target")])[0]
    return record, dcmread(tmp_path / "target")


def values_of(words, stored, signed):
    """PS3.5 8.1.1 by plain arithmetic: the lowest bits, of which the highest is the sign."""
    low = words.astype(np.int64) & ((1 << stored) - 1)
    return np.where(low >> (stored - 1), low - (1 << stored), low) if signed else low


def words_of_dcmtk(path):
    """DCMTK's words, including bits above Bits Stored."""
    raw = path.with_suffix(".raw")
    subprocess.run(["dcmdump", "-q", "+W", str(raw.parent), str(path)], check=True, capture_output=True)
    (found,) = raw.parent.glob(f"{path.name}.*.raw")
    content = found.read_bytes()
    found.unlink()
    return content


@QUICK
@given(stored=st.integers(9, 15), signed=st.booleans(), seed=st.integers(0, 1 << 30), share=st.floats(0.05, 1))
def test_garbage_above_the_stored_bits_changes_no_value(tmp_path, stored, signed, seed, share):
    chance = np.random.default_rng(seed)
    low = chance.integers(0, 1 << stored, (12, 14))
    garbage = np.where(chance.random(low.shape) < share, chance.integers(0, 1 << 16, low.shape), 0)
    words = (low | (garbage >> stored << stored)).astype("<u2")
    expected = values_of(words, stored, signed)
    record, dataset = written_of(slice_of(words, stored, signed), tmp_path)
    assert np.array_equal(dataset.pixel_array, expected)
    assert (dataset.BitsStored, dataset.HighBit) == (stored, stored - 1)
    told = [f"stray bits above the lowest {stored} cleared"]
    assert split(record.instance.altered) == (told if expected.astype("<i2").tobytes() != words.tobytes() else [])
    assert dataset.get("DerivationDescription", "") == record.instance.altered
    assert words_of_dcmtk(tmp_path / "target") == expected.astype("<i2").tobytes()


@QUICK
@given(data=st.data(), stored=st.integers(9, 15), signed=st.booleans(), limited=st.booleans(), stray=st.booleans())
def test_padding_out_of_range_never_becomes_tissue(tmp_path, data, stored, signed, limited, stray):
    sign = 1 if signed else 0
    lowest, highest = -sign << (stored - 1), (1 << (stored - sign)) - 1
    chance = np.random.default_rng(data.draw(st.integers(0, 1 << 30)))
    tissue = chance.integers(lowest, highest + 1, (12, 14))
    above = data.draw(st.integers(highest + 1, (1 << (16 - sign)) - 1))
    padding = data.draw(st.sampled_from([above, -above - 1])) if signed else above
    limit = padding + data.draw(st.integers(0, 40)) * (1 if padding < 0 else -1)
    is_padding = chance.random(tissue.shape) < 0.3
    is_padding[0, 0] = True
    ends = sorted((padding, limit if limited else padding))
    is_padding |= (tissue >= ends[0]) & (tissue <= ends[1])
    words = np.where(is_padding, chance.integers(ends[0], ends[1] + 1, tissue.shape), tissue)
    words[0, 0] = padding
    words[~is_padding & (chance.random(tissue.shape) < 0.1)] ^= (1 << 15) if stray and not signed else 0
    is_padding = (words >= ends[0]) & (words <= ends[1])
    expected = values_of(words, stored, signed)
    given_limit = {"PixelPaddingRangeLimit": limit} if limited else {}
    source = slice_of(
        words.astype("<u2" if not signed else "<i2"), stored, signed, PixelPaddingValue=padding, **given_limit
    )
    record, dataset = written_of(source, tmp_path)
    pixels = dataset.pixel_array.astype(int)
    assert np.array_equal(pixels[~is_padding], expected[~is_padding])
    low, high = sorted((dataset.PixelPaddingValue, dataset.get("PixelPaddingRangeLimit", dataset.PixelPaddingValue)))
    assert np.array_equal((pixels >= low) & (pixels <= high), is_padding)
    assert (record.instance.pixel_padding_value, record.instance.bits_stored) == (dataset.PixelPaddingValue, stored)
    assert lowest <= low <= high <= highest
    assert any(change.startswith("padding ") for change in split(record.instance.altered))


@pytest.mark.parametrize("signed", [False, True])
def test_padding_of_a_picture_that_uses_every_value_stays_and_all_bits_count(tmp_path, signed):
    tissue = np.arange(-256 if signed else 0, 256 if signed else 512).reshape(16, 32)
    words = np.vstack([tissue, np.full((2, 32), -2000 if signed else 63536)]).astype("<i2" if signed else "<u2")
    record, dataset = written_of(slice_of(words, 9, signed, PixelPaddingValue=int(words[-1, 0])), tmp_path)
    assert np.array_equal(dataset.pixel_array, words)
    assert (dataset.BitsStored, dataset.PixelPaddingValue) == (16, words[-1, 0])
    assert record.instance.altered == ""


def test_padding_that_nothing_names_is_told_from_garbage_by_what_is_below_it(tmp_path):
    pixels = np.full((16, 16), 1000, "<u2")
    pixels[0] = 63536
    record, dataset = written_of(slice_of(pixels, 12, False), tmp_path)
    assert split(record.instance.altered) == ["padding 63536 rewritten as 0"]
    assert (dataset.PixelPaddingValue, set(dataset.pixel_array[0]), dataset.BitsStored) == (0, {0}, 12)
    pixels[0] = 1000 | 0xF000
    record, dataset = written_of(slice_of(pixels, 12, False), tmp_path)
    assert split(record.instance.altered) == ["stray bits above the lowest 12 cleared"]
    assert "PixelPaddingValue" not in dataset
    assert set(dataset.pixel_array.ravel()) == {1000}


def test_an_overlay_beside_padding_goes_and_the_padding_stays_apart(tmp_path):
    pixels = np.full((16, 16), 1000, "<u2")
    pixels[0] = 63536
    hidden = pixels.copy()
    hidden[4:9, 4:9] |= 1 << 13
    source = slice_of(hidden, 12, False, PixelPaddingValue=63536)
    source.add_new((0x6000, 0x0102), "US", 13)
    record, dataset = written_of(source, tmp_path)
    assert np.array_equal(dataset.pixel_array == dataset.PixelPaddingValue, pixels == 63536)
    assert set(dataset.pixel_array[1:].ravel()) == {1000}
    assert len(split(record.instance.altered)) == 2


def test_the_number_of_a_padding_value_has_the_sign_of_the_pixels(tmp_path):
    pixels = np.full((16, 16), 1000, "<i2")
    pixels[0] = -2000
    source = slice_of(pixels, 16, True)
    source.add_new("PixelPaddingValue", "US", 63536)
    record, dataset = written_of(source, tmp_path)
    assert (record.instance.pixel_padding_value, dataset["PixelPaddingValue"].VR) == (-2000, "SS")
    assert dataset.PixelPaddingValue == -2000
    assert record.instance.altered == ""


@pytest.mark.parametrize(("kind", "stored", "signed"), [("u1", 8, False), ("<i2", 12, True), ("<u2", 12, False)])
def test_padding_that_no_pixel_can_have_makes_no_tissue_padding(tmp_path, kind, stored, signed):
    pixels = np.arange(30, 286).reshape(16, 16).clip(0, 250).astype(kind)
    source = slice_of(pixels, stored, signed)
    source.add_new("PixelPaddingValue", "US", 63000)
    record, dataset = written_of(source, tmp_path)
    assert np.array_equal(dataset.pixel_array, pixels)
    assert dataset.PixelPaddingValue == record.instance.pixel_padding_value
    assert dataset.PixelPaddingValue not in pixels


def test_gdcm_reads_what_was_cleared_as_the_values_of_the_source(tmp_path):
    chance = np.random.default_rng(7)
    words = chance.integers(0, 1 << 16, (16, 16)).astype("<u2")
    written_of(slice_of(words, 12, False), tmp_path)
    subprocess.run(["gdcmraw", "-i", tmp_path / "target", "-o", tmp_path / "raw"], check=True, capture_output=True)
    assert (tmp_path / "raw").read_bytes()[: words.nbytes] == (words & 0xFFF).tobytes()


def test_padding_in_every_second_slice_makes_no_second_format(tmp_path):
    def change(dataset, k):
        pixels = np.arange(1000, 1256).reshape(16, 16).astype("<u2")
        if k % 2:
            pixels[0] = 63536
        form = {"BitsStored": 12, "HighBit": 11, "PixelRepresentation": 0, "PixelPaddingValue": 63536}
        dataset.update(form | {"PixelData": pixels.tobytes()})

    built = build_bundle(tmp_path, scans.write_series(tmp_path / "scans", change=change), look_into_pictures=False)
    with Catalog(built.drive) as catalog:
        ((stack,),) = ([*series.stacks] for study in catalog.studies() for series in study.series)
        frames = catalog.frames(stack.stack_id)
    assert (stack.number_of_frames, stack.bits_stored, stack.is_volume) == (6, 12, True)
    assert {frame.altered for frame in frames} == {"padding 63536 rewritten as 0"}
    assert {frame.pixel_padding_value for frame in frames} == {0}
    assert [finding for finding in built.outcome.findings if finding.severity == "error"] == []
    assert [notice.text for notice in built.outcome.notices] == [
        "CASE-001, series 2: 6 of 6 images, padding 63536 rewritten as 0"
    ]
    assert not needs_a_look(replace(built.outcome, findings=[]))


@pytest.mark.parametrize("vr", ["US", "SS"])
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_a_padding_value_written_without_its_sign_takes_no_image_away(tmp_path, vr, syntax):
    """Some scanners write Pixel Padding Value as US, though the pixels have a sign: 63536 means -2000."""
    words = np.full((12, 14), 40, "<i2")
    words[:3] = -2000
    dataset = slice_of(words, 16, True)
    dataset[0x00280120] = DataElement(0x00280120, vr, 63536 if vr == "US" else -2000)
    path = scans.save(dataset, tmp_path / "source", whole=True)
    if syntax is RLELossless:  # which goes another way than native pixels
        packed = dcmread(path)
        packed.compress(RLELossless)
        packed.save_as(path)
    (record,) = write_for([job(path, tmp_path / "target")])
    file = dcmread(tmp_path / "target")
    assert (record.instance.pixel_padding_value, file[0x00280120].VR, file.PixelPaddingValue) == (-2000, "SS", -2000)
    assert np.array_equal(file.pixel_array, words)


@pytest.mark.parametrize("has_limit", [False, True])
def test_padding_that_nothing_names_is_kept_beside_a_declared_value_that_no_pixel_has(tmp_path, has_limit):
    words = np.full((16, 16), 1000, "<u2")
    words[8:] = np.arange(128).reshape(8, 16)
    words[:4] = 63536
    limits = {"PixelPaddingRangeLimit": 50010} if has_limit else {}
    record, written = written_of(slice_of(words, 12, False, PixelPaddingValue=50000, **limits), tmp_path)
    assert np.array_equal(written.pixel_array[4:], words[4:])
    assert (written.pixel_array[:4] == 128).all() and not (words[4:] == 128).any()  # the smallest that is free
    assert written.PixelPaddingValue == 128 and written.get("PixelPaddingRangeLimit", 128) == 128
    assert record.instance.altered == "padding 63536 rewritten as 128"


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
@pytest.mark.parametrize(("kind", "high_bit"), [("u1", 8), ("u1", 15), ("<u2", 16), ("<i2", 16)])
def test_a_wrong_high_bit_has_one_reading_where_every_bit_is_stored(tmp_path, kind, high_bit, syntax):
    stored = 8 * np.dtype(kind).itemsize
    words = np.random.default_rng(1).integers(np.iinfo(kind).min, np.iinfo(kind).max, (12, 14), endpoint=True)
    dataset = slice_of(words.astype(kind), stored, kind == "<i2")
    scans.save(dataset, tmp_path / "plain", whole=True)
    if syntax != ExplicitVRLittleEndian:
        dataset.compress(syntax, generate_instance_uid=False)
    dataset.HighBit = high_bit
    (tmp_path / "scans").mkdir()
    dataset.save_as(tmp_path / "scans" / "I1")
    built = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    (path,) = (built.drive / "DICOM").rglob("IM*")
    written = dcmread(path)
    assert np.array_equal(written.pixel_array, words) and written.HighBit == stored - 1
    said = f"high bit {high_bit} corrected to {stored - 1}"
    assert written.DerivationDescription == said
    assert [said in notice.text for notice in built.outcome.notices] == [True]
    assert not any(finding.check.startswith(("identity", "index.altered")) for finding in built.outcome.findings)


@pytest.mark.parametrize(("stored", "high_bit"), [(12, 15), (16, 11), (16, 0)])
def test_a_high_bit_that_contradicts_the_bits_stored_is_not_guessed_at(tmp_path, stored, high_bit):
    dataset = slice_of(np.zeros((8, 8), "<u2"), stored, False)
    dataset.HighBit = high_bit
    record = write_for([job(scans.save(dataset, tmp_path / "source", whole=True), tmp_path / "target")])[0]
    assert f"{stored} stored, high bit {high_bit}" in record.detail
