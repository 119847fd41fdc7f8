"""Masks keep their limits: a hundredth of a picture, and nothing of the patient, wherever and whatever that is."""

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

from builder.blanking import Mask, Place
from builder.decide.masking import LARGEST_SHARE, cover_of, masked
from builder.decide.patient_outline import body_of
from builder.dicom.source_file import NotTaken
from tests import scans, texts

SIDE = 200


def disc(center: tuple[float, float], radius: float, side: int = SIDE) -> np.ndarray:
    rows, columns = np.mgrid[:side, :side]
    return np.hypot(rows - center[0], columns - center[1]) <= radius


def noisy(picture: np.ndarray, noise: float, seed: int = 1) -> np.ndarray:
    return picture + np.random.default_rng(seed).normal(0, noise, picture.shape)


def test_a_body_is_found_with_all_that_it_encloses_and_letters_are_none():
    chest = np.where(disc((100, 100), 70), 40.0, -1000.0)
    lung = disc((100, 80), 30)
    chest[lung] = -850
    plain = noisy(chest, 20)
    body = body_of(texts.with_text(plain, "ADA QUILL", (5, 5), 14), hounsfield=True)
    assert body[disc((100, 100), 70)].all() and body[lung].all()
    assert not body[:20, :100].any() and body.mean() < 0.45


@pytest.mark.parametrize("hounsfield", [False, True])
def test_a_real_head_is_body_whole(hounsfield):
    """The head of invesalius-examples lies in a head-rest, a thin shell that is not part of the patient."""
    for slice_ in scans.cranium_volume()[10:80:30].astype(float):
        body = body_of(slice_, hounsfield=hounsfield)
        assert body[slice_ > -200].mean() > 0.95 and body[40:, 60:200][slice_[40:, 60:200] > 300].all()
        assert not body[:, :6].any()


def test_dim_tissue_beside_bright_and_every_part_of_a_mosaic_is_body():
    """As in MR near and far from a coil, and in the mosaics of functional MR."""
    heads = [disc((50 + 100 * row, 50 + 100 * column), 35) for row in (0, 1) for column in (0, 1)]
    picture = np.zeros((SIDE, SIDE))
    for brightness, head in zip((900, 500, 250, 200), heads, strict=True):
        picture[head] = brightness
    body = body_of(np.abs(noisy(picture, 8)))
    assert all(body[head].mean() > 0.95 for head in heads)
    assert not body[95:105, 95:105].any()


def test_where_no_background_can_be_told_everything_is_body():
    assert body_of(noisy(np.full((SIDE, SIDE), 50.0), 5), hounsfield=True).all()


def test_the_slices_beside_count():
    """At the end of a head, the skin of the next slice is where this slice shows nothing yet."""
    next_one = noisy(np.where(disc((100, 100), 60), 40.0, -1000.0), 10)
    here = noisy(np.where(disc((100, 100), 20), 40.0, -1000.0), 10)
    place = (slice(60, 70), slice(90, 110))
    assert not body_of(here, hounsfield=True)[place].any()
    assert body_of(here, [next_one], hounsfield=True)[place].all()


def nothing(number: int) -> np.ndarray:
    return np.zeros((SIDE, SIDE), bool)


def half(number: int) -> np.ndarray:
    body = nothing(number)
    body[SIDE // 2 :] = True
    return body


SMALL = Place(0, 10, 10, 20, 30)


def test_a_mask_takes_the_place_of_the_background_and_nothing_else():
    frames = np.rint(noisy(np.full((2, SIDE, SIDE), -1000.0), 5)).astype("<i2")
    frames[0, 10:20, 10:30] = 3000
    found = masked(frames, Mask((SMALL,)), half)
    changed = found.frames != frames
    assert not changed[1].any() and found.pixels == 14 * 24
    assert changed[0, 10:20, 10:30].all() and not changed[0, 22:].any()
    assert set(np.unique(found.frames[0][8:22, 8:32])) == {-1000}


def test_the_limits_are_kept_and_a_decision_lifts_that_of_the_patient_alone():
    frames = np.zeros((1, SIDE, SIDE), "<i2")
    over = Place(0, 150, 10, 160, 30)
    with pytest.raises(NotTaken, match="over the patient"):
        masked(frames, Mask((over,)), half)
    assert masked(frames, Mask((over,), over_body=True), half).pixels == 14 * 24
    large = Place(0, 10, 10, 40, 60)
    for allowed in (False, True):
        with pytest.raises(NotTaken, match="more than 1%"):
            masked(frames, Mask((large,), over_body=allowed), nothing)


def test_a_mask_that_is_just_too_large_is_not_said_to_take_what_is_allowed():
    least = next(width for width in range(1, SIDE) if 6 * (width + 4) > SIDE * SIDE / 100)
    with pytest.raises(NotTaken, match=r"would take 1\.0[1-9]% of the picture, more than 1%"):
        masked(np.zeros((1, SIDE, SIDE), "<i2"), Mask((Place(0, 10, 10, 12, 10 + least),)), nothing)


BOXES = st.builds(
    lambda top, left, height, width: Place(0, top, left, top + height, left + width),
    st.integers(-5, SIDE), st.integers(-5, SIDE), st.integers(1, 12), st.integers(1, 40),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(BOXES, min_size=1, max_size=5), st.booleans())
def test_no_mask_is_larger_than_a_hundredth_or_touches_the_patient(boxes, allowed):
    frames = np.arange(SIDE * SIDE, dtype="<u2").reshape(1, SIDE, SIDE)
    cover = cover_of(boxes, (SIDE, SIDE))
    try:
        found = masked(frames, Mask(tuple(boxes), allowed), half)
    except NotTaken:
        assert cover.mean() > LARGEST_SHARE or (cover & half(0)).any()
        return
    changed = found.frames[0] != frames[0]
    assert changed.mean() <= LARGEST_SHARE and not (changed & ~cover).any()
    assert allowed or not (changed & half(0)).any()
    for box in boxes:
        inside = cover[max(box.top, 0) : max(box.bottom, 0), max(box.left, 0) : max(box.right, 0)]
        assert inside.all()
