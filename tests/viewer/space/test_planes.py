"""Places from one slice to another, linked positions and crossing planes, beside NumPy's linear algebra."""

import numpy as np
import pytest

from bundle.index.index import Catalog
from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CORONAL, CaseSpec, SeriesSpec, StackSpec
from viewer.entries import all_entries
from viewer.images.volume import LoadedStack
from viewer.space import linked, planes
from viewer.state import ViewState
from viewer.ui.slices.port import Port

TURNED = (0.8, 0.0, -0.6, 0.0, 1.0, 0.0)


def stack_spec(orientation, origin, *, frames=8, step=3.0, rows=30, columns=40, spacing=(1.5, 1.0)):
    normal = np.cross(orientation[:3], orientation[3:])
    positions = [tuple(np.array(origin) + k * step * normal) for k in range(frames)]
    return StackSpec(np.zeros((frames, rows, columns), int), positions, orientation, pixel_spacing=spacing)


@pytest.fixture
def ports(tmp_path):
    """Axial, axial from above with another spacing, coronal, turned; and an axial one of another person."""
    specs = [
        stack_spec(AXIAL, (-20, -22, 0)),
        stack_spec((1.0, 0, 0, 0, -1.0, 0), (-20, 22, 20), step=2.0, frames=12),
        stack_spec(CORONAL, (-20, -15, 25), frames=10),
        stack_spec(TURNED, (-20, -22, 12)),
    ]
    series = [SeriesSpec([spec], number=n, frame_of_reference="1.2.3") for n, spec in enumerate(specs)]
    other = CaseSpec([SeriesSpec([stack_spec(AXIAL, (0, 0, 500))], frame_of_reference="1.2.4")], "P-OTHER")
    with Catalog(bundles.make_bundle(tmp_path, [CaseSpec(series), other])) as catalog:
        entries = sorted(
            all_entries(catalog), key=lambda entry: (entry.patient.pseudonym == "P-OTHER", entry.stack.stack_id)
        )
        found = []
        for entry in entries:
            loaded = LoadedStack(entry.stack, catalog.frames(entry.stack.stack_id))
            found.append(Port(entry, loaded, ViewState(3, (40, 400)), (40, 400), None))
    return found


def go(port, index):
    port.state = ViewState(index, (40, 400))


def plane_of(port):
    orientation = np.array(port.entry.stack.image_orientation_patient)
    return np.array(port.frame.image_position_patient), np.cross(orientation[:3], orientation[3:])


def test_linked_panes_go_to_the_slice_at_the_same_place(ports):
    axial, from_above = ports[:2]
    how = linked.link(axial, from_above)
    for index in range(8):
        go(axial, index)
        go(from_above, linked.followed(axial, from_above, how))
        distance = abs(plane_of(axial)[0][2] - plane_of(from_above)[0][2])
        every = [abs(plane_of(axial)[0][2] - f.image_position_patient[2]) for f in from_above.loaded_stack.frames]
        assert distance == min(every)


def test_what_runs_another_way_is_not_linked(ports):
    assert linked.link(ports[0], ports[2]) is None
    assert linked.link(ports[0], ports[3]) is None
    assert set(linked.links(ports[0], ports)) == {1, 4}


def test_another_frame_of_reference_keeps_the_distance_it_had_when_linked(ports):
    axial, other = ports[0], ports[4]
    go(axial, 1)
    go(other, 5)
    how = linked.link(axial, other)
    for index, expected in ((0, 4), (3, 7), (1, 5), (7, 7)):
        go(axial, index)
        assert linked.followed(axial, other, how) == expected
    assert not planes.same_frame(axial.entry, other.entry)
    assert planes.same_frame(axial.entry, ports[2].entry)


@pytest.mark.parametrize(("shown", "cutting"), [(0, 2), (2, 0), (0, 3), (3, 0), (2, 3), (3, 2), (1, 2)])
def test_the_line_in_which_two_slices_cross_lies_on_both_and_ends_at_the_edges(ports, shown, cutting):
    one, two = ports[shown], ports[cutting]
    for index in range(8):
        go(one, 3)
        go(two, index)
        line = planes.crossing(one.entry.stack, one.frame, two.entry.stack, two.frame)
        origin, normal = plane_of(two)
        corners = [
            planes.to_patient(two.entry.stack, two.frame, place) for place in ((0, 0), (40, 0), (40, 30), (0, 30))
        ]
        own_origin, own_normal = plane_of(one)
        sides = [float((np.array(corner) - own_origin) @ own_normal) for corner in corners]
        if line is None:
            assert min(sides) >= 0 or max(sides) <= 0
            continue
        for place in line:
            point = np.array(planes.to_patient(one.entry.stack, one.frame, place))
            assert (point - origin) @ normal == pytest.approx(0, abs=1e-9)
            column, row = planes.to_image(two.entry.stack, two.frame, tuple(point))
            edges = (abs(column), abs(column - 40), abs(row), abs(row - 30))
            assert min(edges) < 1e-6
            assert -1e-6 <= column <= 40 + 1e-6
            assert -1e-6 <= row <= 30 + 1e-6


def test_parallel_slices_cross_nowhere(ports):
    assert planes.crossing(ports[0].entry.stack, ports[0].frame, ports[1].entry.stack, ports[1].frame) is None
