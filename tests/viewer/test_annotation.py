"""What is written on the image."""

from dataclasses import replace
from pathlib import Path

import pytest

from bundle.index.index import Catalog
from viewer import annotation
from viewer.annotation import Weight
from viewer.entries import EmptyBundle, Entry, NotInBundle, all_entries, choose, count_text, describe, remarks
from viewer.images.volume import LoadedStack
from viewer.state import Annotation, ViewState


@pytest.fixture
def catalog(bundle_root: Path):
    with Catalog(bundle_root) as opened:
        yield opened


def texts(catalog: Catalog, entry: Entry, index: int, level: Annotation = Annotation.FULL, zoom=1.0) -> list[str]:
    loaded = LoadedStack(entry.stack, catalog.frames(entry.stack.stack_id))
    found = annotation.corners(entry, loaded, ViewState(index, (40.0, 80.0), zoom), level, scale=(1.5 * zoom,) * 2)
    return [line.text for corner in (found.top_left, found.top_right, found.bottom_left, found.bottom_right)
            for line in corner]  # fmt: skip


def test_all_facts_are_there(catalog):
    entry = all_entries(catalog)[0]
    found = texts(catalog, entry, 5)
    for text in ("CASE-001", "P-7KQ2", "CT  ·  Series 1", "Head, axial 2 mm", "Slice 7 / 12", "Position 10 mm",
                 "Slice spacing 2 mm", "Brain", "W 80   C 40", "Zoom 150 % (fit)", "Loading 0 of 12"):  # fmt: skip
        assert text in found


def test_the_zoom_is_in_screen_pixels_per_image_pixel(catalog):
    entry = all_entries(catalog)[0]
    assert "Zoom 300 %" in texts(catalog, entry, 5, zoom=2.0)
    assert annotation.zoom_text((0.5, 1.25), fits=False) == "Zoom 50 × 125 %"


def test_the_thickness_stands_beside_the_spacing_and_the_step_where_it_differs(catalog):
    entry, uneven = all_entries(catalog)[0], all_entries(catalog)[2]
    thick = replace(entry, stack=replace(entry.stack, slice_thickness=2.5))
    assert "Thickness 2.5 mm, spacing 2 mm" in texts(catalog, thick, 5)
    said = [texts(catalog, uneven, index) for index in range(4)]  # slices at 0, 5, 10 and 20 mm, from the top down
    steps = [[text for text in found if text.startswith("Slice spacing")] for found in said]
    assert steps == [["Slice spacing 5 mm"], ["Slice spacing 5 mm"], ["Slice spacing 5 mm, here 10 / 5 mm"],
                     ["Slice spacing 5 mm, here 10 mm"]]  # fmt: skip


def test_little_text_keeps_case_and_slice_and_none_is_none(catalog):
    entry = all_entries(catalog)[0]
    assert set(texts(catalog, entry, 5, Annotation.MINIMAL)) == {
        "CASE-001", "P-7KQ2", "2019-03-04", "Loading 0 of 12", "Slice 7 / 12"}  # fmt: skip
    assert texts(catalog, entry, 5, Annotation.OFF) == []


def test_a_tilt_is_a_visible_note(catalog):
    tilted = all_entries(catalog)[1]
    for level in (Annotation.FULL, Annotation.MINIMAL):
        assert any(text.startswith("Tilted gantry, ") and "16.7°" in text for text in texts(catalog, tilted, 0, level))


def test_loss_by_compression_is_said_at_every_level(catalog):
    entry = all_entries(catalog)[1]
    lossy = replace(
        entry, stack=replace(entry.stack, notes=f"{entry.stack.notes}; compressed with loss, 12.9 : 1, JPEG")
    )
    for level in (Annotation.FULL, Annotation.MINIMAL):
        assert any("; compressed with loss, 12.9 : 1, JPEG" in text for text in texts(catalog, lossy, 0, level))
    assert texts(catalog, lossy, 0, Annotation.OFF) == ["Compressed with loss, 12.9 : 1, JPEG"]


def test_an_uneven_stack_says_so_and_where(catalog):
    uneven = all_entries(catalog)[2]
    assert uneven.stack.is_volume
    assert "Slices missing at position 15.0 mm" in texts(catalog, uneven, 3)
    assert "The next slice is 10.0 mm away" in texts(catalog, uneven, 3)
    assert not any("next slice" in text for text in texts(catalog, uneven, 2))
    assert uneven.title == "Chest, axial, part 1 of 2"
    assert remarks(uneven)[0] == "Slices missing at position 15.0 mm"


def test_images_without_a_place_show_no_letters_and_no_scale(catalog):
    nowhere = all_entries(catalog)[3]
    assert annotation.letters(nowhere.stack) == annotation.Letters()
    assert annotation.scale_bar(None, 800) == (0, 0)
    assert any("Pixel size unknown" in text for text in texts(catalog, nowhere, 0))


def test_letters_of_a_transverse_slice_have_the_left_of_the_patient_on_the_right(catalog):
    stack = all_entries(catalog)[0].stack
    assert annotation.letters(stack) == annotation.Letters(left="R", right="L", top="A", bottom="P")
    coronal = replace(stack, image_orientation_patient=(1, 0, 0, 0, 0, -1))
    assert annotation.letters(coronal) == annotation.Letters(left="R", right="L", top="S", bottom="I")


def test_letters_of_images_that_look_in_different_directions_are_their_own(catalog):
    entry = all_entries(catalog)[0]
    turning = replace(entry.stack, image_orientation_patient=None)
    frame = catalog.frames(entry.stack.stack_id)[0]
    assert annotation.letters(turning, frame) == annotation.Letters()
    sagittal = replace(frame, image_orientation_patient=(0, 1, 0, 0, 0, -1))
    assert annotation.letters(turning, sagittal) == annotation.Letters(left="A", right="P", top="S", bottom="I")


def test_a_scale_bar_is_round_and_takes_a_quarter_at_most():
    assert annotation.scale_bar(2.0, 1000) == (100, 200)
    assert annotation.scale_bar(2.5, 1000) == (100, 250)
    assert annotation.scale_bar(2.6, 1000) == (50, 130)


def test_numbers_have_a_real_minus_sign_and_no_negative_zero():
    assert annotation.signed(-12.25) == "−12.2"
    assert annotation.signed(-0.01) == "0"


def test_notes_stand_out(catalog):
    tilted = all_entries(catalog)[1]
    loaded = LoadedStack(tilted.stack, catalog.frames(tilted.stack.stack_id))
    lines = annotation.corners(tilted, loaded, ViewState(0, (40.0, 80.0)), Annotation.FULL).bottom_left
    assert lines[0].weight is Weight.NOTE


def test_what_was_asked_for_is_opened_first(catalog):
    entries = all_entries(catalog)
    assert choose(entries) is entries[0]
    assert choose(entries, case="CASE-003").series.modality == "MR"
    assert choose(entries, series=entries[4].series.series_instance_uid) is entries[4]
    assert choose(entries, study=entries[2].study.study_instance_uid) is entries[2]
    with pytest.raises(NotInBundle, match="CASE-777"):
        choose(entries, case="CASE-777")


def test_a_scout_is_not_opened_before_the_slices_of_its_case(catalog):
    first, second = all_entries(catalog)[:2]
    scout = replace(first, stack=replace(first.stack, number_of_frames=1))
    assert choose([scout, second]) is second
    assert choose([scout]) is scout
    assert choose([scout, second], series=scout.series.series_instance_uid) is scout


def test_every_case_opens_with_its_thin_axial_ct(catalog):
    entry = all_entries(catalog)[0]

    def like(modality: str, orientation: tuple[float, ...], spacing: float | None):
        stack = replace(entry.stack, image_orientation_patient=orientation, spacing_between_slices=spacing)
        return replace(entry, series=replace(entry.series, modality=modality), stack=stack)

    axial = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    coronal = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
    thin, thick = like("CT", axial, 1.0), like("CT", axial, 5.0)
    assert choose([like("PT", axial, 0.5), like("CT", coronal, 0.5), thick, thin, like("CT", axial, None)]) is thin
    assert choose([thick, like("CT", axial, 5.0)]) is thick


def test_a_complete_volume_opens_before_a_broken_one_and_rounding_does_not_decide(catalog):
    entry = all_entries(catalog)[0]

    def like(spacing: float, left_out: int = 0, **changes: object):
        stack = replace(entry.stack, spacing_between_slices=spacing, **changes)
        return replace(entry, series=replace(entry.series, images_left_out=left_out), stack=stack)

    complete = like(2.0)
    missing = like(1.0, notes="tilted gantry, 3.0°; slices missing at position 15.0 mm")
    shifted = like(1.0, is_volume=False, not_volume_reason="shifted")
    for broken in (missing, shifted, like(1.0, left_out=3)):
        assert choose([broken, complete]) is complete and choose([broken]) is broken
    first, rounded = like(0.7), like(0.6999)
    assert choose([first, rounded]) is first and choose([rounded, first]) is rounded
    assert choose([first, like(0.5)]).stack.spacing_between_slices == 0.5


def test_a_bundle_without_images_says_so(tmp_path):
    from tests.viewer import bundles

    with Catalog(bundles.make_bundle(tmp_path / "b", [])) as empty, pytest.raises(EmptyBundle):
        all_entries(empty)


def test_one_image_is_not_one_images(catalog):
    entry = all_entries(catalog)[0]
    assert count_text(entry) == "12 images"
    assert count_text(replace(entry, stack=replace(entry.stack, number_of_frames=1))) == "1 image"


def altered_texts(catalog: Catalog, entry: Entry, altered: str, level: Annotation = Annotation.MINIMAL) -> list[str]:
    frames = list(catalog.frames(entry.stack.stack_id))
    frames[5] = replace(frames[5], altered=altered)
    found = annotation.corners(entry, LoadedStack(entry.stack, tuple(frames)), ViewState(5, (40.0, 80.0)), level)
    assert all(line.weight is Weight.NOTE for line in found.bottom_left[:-1])
    return [line.text for line in found.bottom_left]


@pytest.mark.parametrize(
    ("altered", "said"),
    [
        ("text masked, 786 of 262144 pixels", "Text masked, 0.3 % of the image"),
        ("text masked, 5 of 262144 pixels", "Text masked, less than 0.1 % of the image"),
        ("kept by decision though text was read in it", "Kept by decision though text was read in it"),
        ("stray bits above the lowest 12 cleared", "Stray bits above the lowest 12 cleared"),
    ],
)
def test_what_was_done_to_an_image_stands_on_it_and_on_no_other(catalog, altered, said):
    entry = all_entries(catalog)[0]
    assert altered_texts(catalog, entry, altered) == [said, "Slice 7 / 12"]
    assert said not in texts(catalog, entry, 4)


def test_images_that_were_left_out_are_said_on_the_image_and_in_the_list_of_cases(catalog):
    entry = all_entries(catalog)[0]
    fewer = replace(entry, series=replace(entry.series, images_left_out=2))
    said = f"2 of {entry.series.number_of_instances + 2} images left out: text in the image"
    assert said in texts(catalog, fewer, 0, Annotation.MINIMAL) and remarks(fewer)[0] == said
    assert said in describe(fewer) and said not in describe(entry)
