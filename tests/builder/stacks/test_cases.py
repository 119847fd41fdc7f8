"""Made scans whose right stacks are known: each is built, and the stick is compared with them."""

import pytest

from builder.pipeline.outcome import needs_a_look
from tests.conftest import Built, build_bundle
from tests.stacked import Seen, stacks_in, wrong_findings

_built: dict[str, Built] = {}


@pytest.fixture
def built(cases, tmp_path_factory):
    """Builds the case of a name, once."""

    def build(name: str) -> Built:
        folder = cases / name
        source = folder / "scans" if (folder / "scans").is_dir() else folder
        if name not in _built:
            _built[name] = build_bundle(tmp_path_factory.mktemp(name), source, look_into_pictures=False)
        return _built[name]

    return build


def stacks(built: Built) -> list[Seen]:
    """The stacks, in none of which the check found anything wrong."""
    assert wrong_findings(built) == []
    return stacks_in(built.drive)


def bases(seen: Seen) -> set[int]:
    return set(seen.values)


def test_two_passes_half_a_step_apart_are_two_stacks(built):
    found = stacks(built("01-interleaved-acquisitions"))
    assert sorted((bases(stack), stack.along[0], stack.along[-1]) for stack in found) == [
        ({1000}, 0, 35),
        ({1200}, 2.5, 37.5),
    ]
    assert all(stack.stack.is_volume and stack.stack.spacing_between_slices == 5 for stack in found)


def test_a_longer_acquisition_stays_whole(built):
    found = {tuple(bases(stack)): stack for stack in stacks(built("03-three-acquisitions"))}
    assert found[1200,].along == [20 + 5 * k for k in range(14)]
    assert found[1000,].along == [5 * k for k in range(12)]


def test_a_lost_slice_leaves_its_gap_in_its_own_phase(built):
    found = {min(bases(stack)): stack for stack in stacks(built("05-lost-slice-of-a-phase"))}
    assert [bases(found[base]) for base in sorted(found)] == [{1000}, {1100}, {1200}]
    assert [len(found[base].frames) for base in sorted(found)] == [6, 5, 6]
    assert [found[base].stack.notes for base in sorted(found)] == ["", "slices missing at position 15.0 mm", ""]
    assert all(stack.stack.is_volume for stack in found.values())


def test_an_enhanced_object_is_split_by_its_temporal_position(built):
    found = stacks(built("06-enhanced-temporal-index"))
    assert sorted((bases(stack), len(stack.frames)) for stack in found) == [({1100}, 8), ({1200}, 8)]
    assert all(stack.stack.is_volume for stack in found)


def test_padding_in_every_second_file_splits_nothing(built):
    (found,) = stacks(built("08-padding-splits-series"))
    assert (len(found.frames), found.stack.spacing_between_slices) == (10, 5)


def test_digits_of_the_spacing_are_no_error(built):
    (found,) = stacks(built("10-spacing-digits-check-error"))
    assert len(found.frames) == 10
    assert not needs_a_look(built("10-spacing-digits-check-error").outcome)


def test_a_localizer_does_not_name_the_axial_slices(built):
    found = {len(stack.frames): stack.stack.description for stack in stacks(built("13-localizer-names-series"))}
    assert found == {8: "axial 2 mm", 1: "Scout, coronal"}


def test_frames_without_groups_are_one_stack_to_scroll(built):
    (found,) = stacks(built("15-cbct-frames-no-groups"))
    assert [frame.frame_index for frame in found.frames] == list(range(20))
    assert found.stack.not_volume_reason == "several images at one place"


def test_slices_without_a_position_come_by_slice_location(built):
    (found,) = stacks(built("17-slicelocation-only"))
    assert found.values == tuple(range(1000, 1080, 10))
    assert [frame.instance_number for frame in found.frames] == list(range(1, 9))


def test_an_id_that_stands_for_nobody_is_reported(built):
    outcome = built("19-anonymous-people").outcome
    (notice,) = outcome.notices
    assert notice.text.startswith("one Patient ID ANON stands for 3 studies, perhaps several people")
    assert needs_a_look(outcome)


def test_contrast_phases_of_other_length_are_two_stacks(built):
    found = stacks(built("physics-covmix"))
    assert sorted(len(stack.frames) for stack in found) == [12, 24]
    assert {stack.stack.notes for stack in found} == {""}
    assert all(stack.stack.is_volume and stack.stack.spacing_between_slices == 2.5 for stack in found)


def test_a_missing_slice_leaves_a_volume_with_a_gap(built):
    (found,) = stacks(built("physics-missing1"))
    assert (len(found.frames), found.stack.is_volume, found.stack.spacing_between_slices) == (30, True, 2.5)
    assert found.stack.notes == "slices missing at position 29.2 mm"


@pytest.mark.parametrize(("name", "frames"), [("physics-fov", [24, 24]), ("physics-iodine", [24])])
def test_other_phantoms_are_a_volume_for_each_series(built, name, frames):
    found = stacks(built(name))
    assert [len(stack.frames) for stack in found] == frames
    assert all(stack.stack.is_volume and not stack.stack.notes for stack in found)
