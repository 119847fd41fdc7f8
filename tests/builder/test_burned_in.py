"""Text in the picture: found in real and generated images, left out or blanked, and nothing else is touched."""

from dataclasses import dataclass
import subprocess

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from pydicom import dcmread
import pytest

from builder.burned_in import blank, find_text
from builder.burned_in.ocr import read_words
from builder.errors import NothingToTake
from builder.plan import Reason, ScannedFile
from builder.scan import examine
from tests import scans
from tests.conftest import build_bundle

FACES = ("DejaVuSans.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSerif.ttf")


def write_text(pixels, text, place, value, size=16, face=FACES[0]):
    """A copy with a text drawn into it, smoothed as a screen does."""
    picture = Image.new("L", pixels.shape[::-1])
    ImageDraw.Draw(picture).text(place, text, fill=255, font=ImageFont.truetype(face, size))
    cover = np.asarray(picture) / 255
    return np.rint(pixels * (1 - cover) + value * cover).astype(pixels.dtype)


def read_frames(path):
    """All frames of a file; none of a damaged one, which a build leaves out."""
    try:
        pixels = dcmread(path, force=True).pixel_array
    except Exception:
        return []
    return [pixels] if pixels.ndim == 2 else list(pixels)


@pytest.fixture(scope="module")
def head():
    return scans.cranium_volume()


@dataclass
class Trial:
    """A text in a slice of a head CT, what was found of it, and what blanking left."""

    found: bool
    left: float


def trial(head, generator) -> Trial:
    plain = head[generator.integers(0, 108)]
    place = int(generator.integers(2, 60)), int(generator.integers(2, 220))
    value, size = int(generator.choice([3000, 2200])), int(generator.integers(12, 28))
    written = write_text(plain, "QUILLFEATHER 1953", place, value, size, str(generator.choice(FACES)))
    boxes = find_text(written)
    masked = blank(written, boxes)
    ink = np.abs(written.astype(int) - plain) > 600
    outside = masked != written
    assert outside.mean() < 0.45
    assert set(np.unique(masked[outside])) <= {written.min()}
    return Trial(bool(boxes), float(np.mean(masked[ink] == written[ink])))


def test_text_in_a_head_ct_is_found_and_blanked(head):
    generator = np.random.default_rng(20)
    trials = [trial(head, generator) for _ in range(250)]
    assert np.mean([one.found for one in trials]) > 0.97
    # A letter or two over bone may be left in one of many.
    assert np.mean([one.left < 0.1 for one in trials if one.found]) > 0.97


@pytest.mark.parametrize("place", [(20, -4), (20, 244)], ids=["top", "bottom"])
def test_text_that_the_border_touches_is_found(head, place):
    found = [bool(find_text(write_text(frame, "QUILLFEATHER 1953", place, 3000))) for frame in head[::9]]
    assert all(found)


def test_large_capitals_are_found(head):
    large = np.kron(head[40], np.ones((2, 2), head.dtype))
    assert find_text(write_text(large, "QUILLFEATHER", (12, 40), 3000, 64))


def test_text_on_its_side_is_found_and_a_head_on_its_side_is_none(head):
    sides = [np.ascontiguousarray(frame.T) for frame in head[::4]]
    assert not any(find_text(frame, along=True) for frame in sides)
    assert all(find_text(write_text(frame, "QUILLFEATHER 1953", (20, 6), 3000), along=True) for frame in sides)


def test_no_slice_of_a_head_ct_is_taken_for_text(head):
    assert [
        k for k, frame in enumerate(head) if find_text(frame, others=[head[j] for j in (5, 30, 60, 90) if j != k])
    ] == []


def test_real_scans_are_not_thrown_out(real_scans):
    files = [path for path in sorted(real_scans.rglob("*")) if isinstance(examine(str(path), real_scans), ScannedFile)]
    frames = [frame for path in files for frame in read_frames(path)]
    wrong = sum(bool(find_text(frame)) for frame in frames)
    assert len(frames) > 400
    assert wrong / len(frames) < 0.005


def test_noise_that_agrees_by_chance_is_no_text():
    generator = np.random.default_rng(5)
    frames = [generator.integers(0, 4, (128, 128)).astype("<i2") for _ in range(5)]
    assert find_text(frames[0], others=frames[1:]) == []


def test_an_ocr_engine_reads_large_words_and_no_anatomy(head):
    assert read_words(head[40]) == []
    (first, *_) = read_words(write_text(np.full((256, 256), -1000, "<i2"), "QUILLFEATHER", (30, 100), 2000, 24))
    assert 85 < first.top < 112
    assert 20 < first.left < 40


# In a build


@pytest.fixture
def written_on(tmp_path):
    """A head CT of 12 slices; one says who it is of, in its picture alone."""
    folder = scans.write_cranium(tmp_path / "scans", step=9)
    path = sorted(folder.iterdir())[6]
    dataset = dcmread(path)
    dataset.PixelData = write_text(dataset.pixel_array, "QUILLFEATHER OTTOLINE", (20, 6), 2500).tobytes()
    return folder, scans.save(dataset, path)


def test_an_image_with_text_is_left_out_with_the_place(tmp_path, written_on):
    folder, path = written_on
    built = build_bundle(tmp_path, folder)
    (skipped,) = built.outcome.skipped
    assert (skipped.path, skipped.reason) == (path, Reason.TEXT_FOUND)
    assert "row" in skipped.detail
    assert len(built.outcome.written) == len(list(folder.iterdir())) - 1


def test_masked_text_is_gone_and_said_in_that_file_alone(tmp_path, written_on):
    folder, path = written_on
    built = build_bundle(tmp_path, folder, mask=True)
    assert built.outcome.skipped == []
    assert [one for one in built.outcome.findings if one.severity == "error"] == []
    for written, source in built.outcome.written.items():
        before, after = dcmread(source), dcmread(built.drive / written)
        codes = {item.CodeValue for item in after.DeidentificationMethodCodeSequence}
        if source == path:
            changed = before.pixel_array != after.pixel_array
            assert 0 < changed.mean() < 0.2
            assert not changed[48:].any()
            assert find_text(after.pixel_array) == []
            assert (after.BurnedInAnnotation, "113101" in codes) == ("NO", True)
        else:
            assert np.array_equal(before.pixel_array, after.pixel_array)
            assert ("BurnedInAnnotation" in after, "113101" in codes) == (False, False)
    preview_and_all = b"".join(one.read_bytes() for one in built.drive.rglob("*") if one.is_file())
    assert b"QUILLFEATHER" not in preview_and_all


@pytest.fixture
def written_along(tmp_path):
    """A head CT of 12 slices, each with a name along its side."""
    folder = scans.write_cranium(tmp_path / "scans", step=9)
    for path in folder.iterdir():
        dataset = dcmread(path)
        side = write_text(np.ascontiguousarray(dataset.pixel_array.T), "QUILLFEATHER OTTOLINE", (20, 6), 2500)
        dataset.PixelData = np.ascontiguousarray(side.T).tobytes()
        scans.save(dataset, path)
    return folder


def test_a_series_with_text_along_its_side_is_left_out(tmp_path, written_along):
    with pytest.raises(NothingToTake) as refused:
        build_bundle(tmp_path, written_along)
    assert {one.reason for one in refused.value.skipped} == {Reason.TEXT_FOUND}


def test_text_along_the_side_of_a_series_is_blanked(tmp_path, written_along):
    built = build_bundle(tmp_path, written_along, mask=True)
    assert len(built.outcome.written) == len(list(written_along.iterdir()))
    for written in built.outcome.written:
        side = np.ascontiguousarray(dcmread(built.drive / written).pixel_array.T)
        assert find_text(side, along=True) == []


def test_dcmtk_reads_a_masked_file(tmp_path, written_on):
    built = build_bundle(tmp_path, written_on[0], mask=True)
    for written in built.outcome.written:
        subprocess.run(["dcmdump", "-q", built.drive / written], check=True, capture_output=True)


def test_an_image_that_says_that_it_shows_text_needs_text_that_can_be_blanked(tmp_path, written_on):
    folder, path = written_on
    plain = sorted(folder.iterdir())[0]
    for one in (path, plain):
        dataset = dcmread(one)
        dataset.BurnedInAnnotation = "YES"
        scans.save(dataset, one)
    built = build_bundle(tmp_path, folder, mask=True)
    assert [(one.path, one.reason) for one in built.outcome.skipped] == [(plain, Reason.BURNED_IN)]
    built = build_bundle(tmp_path / "again", folder)
    assert {one.path for one in built.outcome.skipped} == {path, plain}


def test_without_the_search_the_picture_stays_as_it_is(tmp_path, written_on):
    folder, path = written_on
    built = build_bundle(tmp_path, folder, look_into_pictures=False)
    written = {source: name for name, source in built.outcome.written.items()}
    assert np.array_equal(dcmread(built.drive / written[path]).pixel_array, dcmread(path).pixel_array)


@pytest.mark.parametrize("mask", [False, True])
def test_where_several_images_of_a_series_show_text_none_without_it_is_trusted(tmp_path, mask):
    folder = scans.write_cranium(tmp_path / "scans", step=9)
    paths = sorted(folder.iterdir())
    for path in paths[4:7]:
        dataset = dcmread(path)
        dataset.PixelData = write_text(dataset.pixel_array, "QUILLFEATHER OTTOLINE", (20, 6), 2500).tobytes()
        scans.save(dataset, path)
    scans.write_series(tmp_path / "scans" / "other", change=other_series)
    built = build_bundle(tmp_path, folder, mask=mask)
    left_out = {one.path for one in built.outcome.skipped}
    assert left_out == set(paths) - (set(paths[4:7]) if mask else set())
    assert {one.reason for one in built.outcome.skipped} == {Reason.TEXT_FOUND}
    on_medium = {path.relative_to(built.drive).as_posix() for path in built.drive.rglob("IM*")}
    assert on_medium == set(built.outcome.written)
    assert [one for one in built.outcome.findings if one.severity == "error"] == []


def other_series(dataset, _):
    dataset.SeriesInstanceUID, dataset.SOPInstanceUID = "1.2.9.1", dataset.SOPInstanceUID + ".9"
