"""Frames become stacks by their attributes: numbers made by hand, and the right stacks known beforehand."""

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
import pytest

from builder.stacks.one_look import PlacedFrame
from builder.stacks.same_place import UNDECIDED
from builder.stacks.splitting import split
from builder.traits import KINDS, LATER_KINDS, SETTINGS, Traits
from bundle.images.geometry import FramePlane
from tests.bundle.images.test_geometry import AXIAL, angles, rotation


def picture(position, *, orientation=AXIAL, spacing=(1.0, 1.0), kind=(), number=0, times=(), **told):
    """A frame at a position (mm) of which the given attributes are known."""
    traits = Traits(
        kinds=tuple(told.get(keyword) for keyword in KINDS),
        acquisition=told.get("AcquisitionNumber"),
        later=tuple(told.get(keyword) for keyword in LATER_KINDS),
        settings=tuple(told.get(keyword) for keyword in SETTINGS),
        times=(*times, *[None] * (7 - len(times))),
        number=(float(number), 0),
        location=told.get("location"),
        frame_of_reference=told.get("frame_of_reference", ""),
    )
    place = None if position is None else tuple(map(float, position))
    return PlacedFrame(FramePlane(place, None if position is None else orientation, spacing, kind), traits)


def stacks(pictures):
    return [list(part.members) for part in split(pictures)]


def notes(pictures):
    return {part.note for part in split(pictures)}


@given(angles=angles, spacing=st.floats(0.1, 20), count=st.integers(2, 40), seed=st.integers(0, 1000))
def test_shuffled_slices_come_back_in_order_along_the_normal(angles, spacing, count, seed):
    matrix = rotation(angles)
    orientation = (*matrix[:, 0], *matrix[:, 1])
    normal = np.cross(matrix[:, 0], matrix[:, 1])
    shuffled = np.random.default_rng(seed).permutation(count)
    made = [picture(np.array([5.0, -3.0, 2.0]) + k * spacing * normal, orientation=orientation) for k in shuffled]
    (stack,) = stacks(made)
    assert [shuffled[i] for i in stack] == list(range(count))


def test_planes_without_a_position_are_a_plain_stack_in_the_order_of_their_numbers():
    assert stacks([picture(None, number=n) for n in (3, 1, 2)]) == [[1, 2, 0]]


def test_planes_without_a_position_come_by_slice_location_first():
    assert stacks([picture(None, number=n, location=float(-n)) for n in (3, 1, 2)]) == [[0, 2, 1]]


def test_images_at_one_position_become_stacks_by_what_tells_them_apart():
    made = [
        picture((0, 0, k), EchoTime=echo, AcquisitionNumber=1.0, number=10 * echo + k)
        for echo in (10.0, 20.0) for k in range(4)
    ]  # fmt: skip
    assert stacks(made) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_overlapping_acquisitions_are_split_by_acquisition_and_not_mixed():
    made = [
        picture((0, 0, z), AcquisitionNumber=float(acquisition))
        for acquisition, places in ((1, range(5)), (2, range(3, 8))) for z in places
    ]  # fmt: skip
    assert stacks(made) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]


def test_other_orientation_matrix_or_frame_of_reference_is_another_stack():
    axial = [picture((0, 0, k), frame_of_reference="1.2") for k in range(3)]
    sagittal = [picture((k, 0, 0), orientation=(0.0, 1.0, 0.0, 0.0, 0.0, -1.0)) for k in range(3)]
    small = [picture((0, 0, k), kind=(64, 64)) for k in range(3)]
    elsewhere = [picture((0, 0, k + 3), frame_of_reference="1.3") for k in range(3)]
    assert len(stacks(axial + sagittal + small)) == 3
    assert stacks(axial + elsewhere) == [[0, 1, 2], [3, 4, 5]]


def test_a_frame_of_reference_for_each_slice_tells_nothing():
    made = [picture((0, 0, k), frame_of_reference=f"1.2.{k}") for k in range(9)]
    assert stacks(made) == [list(range(9))]


def test_step_and_shoot_stays_one_and_two_phases_of_it_are_two():
    shots = [picture((0, 0, 4 * shot + k), AcquisitionNumber=shot + 1.0) for shot in range(5) for k in range(4)]
    assert stacks(shots) == [list(range(20))]
    again = [picture((0, 0, 4 * shot + k), AcquisitionNumber=shot + 6.0) for shot in range(5) for k in range(4)]
    assert stacks(shots + again) == [list(range(20)), list(range(20, 40))]


def test_interleaved_excitation_stays_one_whatever_its_times():
    # Every second slice first: acquisition and trigger times alternate from slice to slice.
    made = [picture((0, 0, k), times=(100.0 + (k % 2) * 5, None, 40.0 * (k % 2))) for k in range(12)]
    assert stacks(made) == [list(range(12))]


def test_a_value_that_differs_in_every_slice_tells_nothing():
    made = [picture((0, 0, z), EchoTime=2.0 + 0.1 * ((7 * z) % 10)) for z in range(10)]
    assert stacks(made) == [list(range(10))]


def test_a_value_that_only_some_files_have_does_not_split():
    made = [picture((0, 0, z), AcquisitionNumber=None if z % 2 else 1.0) for z in range(10)]
    assert stacks(made) == [list(range(10))]


def test_digits_of_spacing_and_orientation_do_not_split():
    wobbly = [(1.0, 0.001 * (-1) ** k, 0.0, -0.001 * (-1) ** k, 1.0, 0.001) for k in range(8)]
    made = [
        picture((0, 0, 2 * k), orientation=wobbly[k], spacing=(0.78125, 0.78125) if k % 2 else (0.7813, 0.7813))
        for k in range(8)
    ]
    assert stacks(made) == [list(range(8))]


def test_a_second_pass_elsewhere_is_a_stack_of_its_own():
    made = [picture((0, 0, k)) for k in range(6)] + [picture((40, -20, k + 6)) for k in range(6)]
    assert stacks(made) == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]
    tilted = [picture((0, 0.3 * k, k)) for k in range(6)] + [picture((40, 0.3 * k, k)) for k in range(6, 12)]
    assert stacks(tilted) == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]


def test_images_at_one_place_are_one_stack_in_time_order():
    made = [picture((0, 0, 5), times=(float(t),), number=n, AcquisitionNumber=t) for n, t in enumerate((30, 10, 20))]
    assert stacks(made) == [[1, 2, 0]]
    volume = [picture((0, 0, k), AcquisitionNumber=1.0, times=(1.0,)) for k in range(8)]
    assert stacks(volume + made) == [list(range(8)), [9, 10, 8]]


def test_a_lost_slice_leaves_its_gap_in_its_own_phase():
    # Only the numbers tell: phase by phase, and place by place.
    phases = [picture((0, 0, k), number=10 * phase + k + 1) for phase in range(3) for k in range(10)]
    lost = [picture for picture in phases if picture.traits.number[0] != 14]
    assert stacks(lost) == [list(range(10)), [10, 11, 12, *range(13, 19)], list(range(19, 29))]
    turns = [picture((0, 0, k), number=3 * k + phase + 1) for phase in range(3) for k in range(10)]
    assert stacks(turns) == [list(range(10)), list(range(10, 20)), list(range(20, 30))]
    assert stacks(turns[:13] + turns[14:]) == [list(range(10)), list(range(10, 19)), list(range(19, 29))]


@pytest.mark.parametrize("places", [
    [range(1, 7), range(6), range(7)], [range(4), range(1, 5), range(5)], [[1, 2, 3, 4], [0, 2, 3, 4], range(5)],
    [range(1, 6), range(6)], [range(5, 0, -1), range(5, -1, -1)],
])  # fmt: skip
def test_a_slice_lost_at_an_end_is_lost_in_its_own_stack_though_numbers_go_on(places):
    right = [[(stack, place) for place in some] for stack, some in enumerate(places)]
    order = [frame for stack in right for frame in stack]
    made = [picture((0, 0, place), number=k + 1) for k, (_, place) in enumerate(order)]
    found = [[order[k] for k in stack] for stack in stacks(made)]
    assert sorted(found) == [sorted(stack) for stack in right]
    assert notes(made) == {""}


CARRIERS = ("TemporalPositionIdentifier", "AcquisitionNumber", "NominalPercentageOfCardiacPhase", "time", "number")


@given(
    carrier=st.sampled_from(CARRIERS), phases=st.integers(1, 4), kernels=st.integers(1, 3), places=st.integers(9, 14),
    step=st.sampled_from([0.009, 0.5, 3.0]), shift=st.sampled_from([0.0, 0.5]), data=st.data(),
)  # fmt: skip
def test_series_of_known_identity_come_out_as_they_went_in(carrier, phases, kernels, places, step, shift, data):
    shifted = shift if carrier in CARRIERS[:3] else 0.0  # times and numbers tell apart only what is at one place
    made, right = [], []
    for phase in range(phases):
        for kernel in range(kernels):
            lost = data.draw(st.sets(st.integers(0, places - 1), max_size=2)) if phases * kernels < 5 else set()
            for place in sorted(set(range(places)) - lost):
                told = {"ConvolutionKernel": f"B{kernel + 3}0f", carrier: 20.0 * (phase + 1)}
                # Within a phase every second slice is taken first.
                taken = 100.0 * phase + (place % 2) * places + place // 2
                made.append(
                    picture(
                        (0, 0, round((place + shifted * phase / phases) * step, 6)),
                        times=(taken,) if carrier == "time" else (),
                        number=(kernel * phases + phase) * places + place + 1 if carrier == "number" else 0,
                        **{
                            keyword: value
                            for keyword, value in told.items()
                            if keyword in (*KINDS, "AcquisitionNumber")
                        },
                    )
                )
                right.append((phase, kernel, place))
    shuffled = data.draw(st.permutations(range(len(made))))
    found = [[right[shuffled[i]] for i in stack] for stack in stacks([made[i] for i in shuffled])]
    assert sorted(found) == sorted(
        [frame for frame in sorted(right) if frame[:2] == stack] for stack in {frame[:2] for frame in right}
    )


def test_what_nothing_tells_apart_is_told():
    made = [picture((0, 0, k)) for k in range(5)]
    assert notes(made) == {""}
    assert notes([*made, picture((0, 0, 2))]) == {UNDECIDED}
