"""Phantoms that came from outside, built and then looked at: what a reader sees and measures is what was put in."""

from dataclasses import replace

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QApplication
import pytest

from bundle.index.index import Catalog
from tests.conftest import build_bundle
from tests.viewer.events import CONTROL, LEFT, colours, drag, grey, lines, press, settle, turn
from tests.viewer.space.test_mpr import well_inside
from tests.viewer.space.test_slabs import over_layers, points_of
from viewer import annotation
from viewer.images.loading import Loader
from viewer.images.volume import LoadedStack
from viewer.marks.roi import probe
from viewer.scene.reslice import Reslicer
from viewer.space import mpr
from viewer.space.mpr import Plane, Slab
from viewer.space.planes import to_patient
from viewer.space.voxel_volume import make_solid
from viewer.state import Annotation
from viewer.ui.trial import wait_until

PHANTOMS = ("physics-covmix", "physics-fov", "physics-iodine", "physics-missing1", "slabs")
# Each of them holds this function of the patient's place (LPS, mm), with something added.
SLOPE = np.array((7.0, 11.0, 13.0)) / 3
HOW = {Slab.MAXIMUM: np.max, Slab.MINIMUM: np.min, Slab.MEAN: np.mean}


@pytest.fixture(scope="module")
def built(cases, tmp_path_factory):
    """One bundle of all phantoms."""
    return build_bundle(
        tmp_path_factory.mktemp("phantoms"), *(cases / name for name in PHANTOMS), look_into_pictures=False
    )


@pytest.fixture(scope="module")
def studies(built, cases):
    """The case number of each phantom, by the folder that it came from."""
    found = {}
    with Catalog(built.drive) as catalog:
        for study in catalog.studies():
            stack = study.series[0].stacks[0]
            (name,) = {name for name, of in SIGNS.items() if of == sign(study, stack)}
            found[name] = study.case
    assert found.keys() == SIGNS.keys()
    return found


# What is in no other phantom: modality, number of series, format, units, slices.
SIGNS = {
    "covmix": ("CT", 1, 16, "HU", 24),
    "fov": ("CT", 2, 16, "HU", 24),
    "iodine": ("CT", 1, 16, "mg/ml", 24),
    "missing1": ("CT", 1, 16, "HU", 30),
    "ax": ("CT", 1, 16, "HU", 24, "alone"),
    "u12": ("CT", 1, 12, "HU", 24),
    "pet": ("PT", 1, 16, "Bq/ml", 24),
}


def sign(study, stack):
    alone = ("alone",) if len(study.series[0].stacks) == 1 else ()
    found = (study.series[0].modality, len(study.series), stack.bits_stored, stack.units, stack.number_of_frames)
    return found if found in SIGNS.values() and found != SIGNS["covmix"] else (*found, *alone)


def opened(show_window, built, studies, name, **more):
    return show_window(built.drive, case=studies[name], size=(1200, 800), **more)


def function(points):
    return np.asarray(points) @ SLOPE


def solid_of(built, studies, name):
    with Catalog(built.drive) as catalog:
        (study,) = (study for study in catalog.studies() if study.case == studies[name])
        stack = study.series[0].stacks[0]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    Loader(built.drive, loaded, 0, lambda index: None).run()
    return make_solid(loaded)


@pytest.mark.parametrize(("name", "more", "rounded"), [("ax", 0, 0.5), ("u12", 0, 0.25), ("pet", 600, 0.1)])
@pytest.mark.parametrize("slab", HOW)
def test_a_slab_at_the_ends_equals_the_function_over_the_layers_inside(built, studies, name, more, rounded, slab):
    solid = solid_of(built, studies, name)
    reslicer = Reslicer(solid)
    for end in (0.0, 1.0):
        state = replace(mpr.start(solid), thickness=10.0, slab=slab)
        state = mpr.move_to(state, solid, solid.point_of(solid.ends * (0.5, 0.5, end)))
        for plane in Plane:
            cut = mpr.cut(state, solid, plane, (61, 47), 0.9)
            wanted, known = over_layers(solid, cut, HOW[slab])
            known &= well_inside(solid, points_of(cut))
            assert known.sum() > 100
            seen = solid.rescale.apply(reslicer.see(cut).values)
            assert np.abs(seen - wanted - more)[known].max() <= rounded + 0.5, (plane, end)


def test_a_slab_on_the_screen_says_what_it_is_and_has_the_value_of_the_function(show_window, built, studies):
    window = opened(show_window, built, studies, "ax")
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 60)
    planes = window.pages.page.content.planes
    solid = planes.solid
    last = solid.point_of(solid.ends * (0.5, 0.5, 1.0))
    planes.set_state(mpr.move_to(replace(planes.state, thickness=10.0, slab=Slab.MEAN), solid, last))
    assert wait_until(lambda: window.pages.settled, 60)
    pane = window.pages.page.content.panes[Plane.AXIAL]
    pane.grab()
    cut = pane.cut()
    shown = pane._picture.value_at(pane.pixels, (cut.columns / 2, cut.rows / 2))
    wanted, _ = over_layers(solid, cut, np.mean)
    middle = wanted[cut.rows // 2, cut.columns // 2]
    assert shown == pytest.approx(middle, abs=2.5)  # half a pixel of the screen
    assert middle < function(last) - 5  # layers above the last slice are none


# Fields of view of 64 and 32 mm


def test_linked_panes_of_other_fields_of_view_show_one_place_at_one_scale(show_window, built, studies):
    window = opened(show_window, built, studies, "fov")
    window.viewing.lay_out(2)
    settle(window)
    wide, narrow = window.viewing.ports
    assert {port.entry.stack.pixel_spacing for port in window.viewing.ports} == {(1.0, 1.0), (0.5, 0.5)}
    press(window, Qt.Key.Key_L)
    turn(window.panes.all[0], 2, CONTROL)
    press(window, Qt.Key.Key_T)
    drag(window.panes.all[0], LEFT, -90, 40)
    press(window, Qt.Key.Key_Down)
    same_places(window)
    # The other pane leads.
    window.viewing.select(narrow)
    turn(window.panes.all[1], -3, CONTROL)
    drag(window.panes.all[1], LEFT, 25, -30)
    same_places(window)
    assert wide.frame.image_position_patient[2] == narrow.frame.image_position_patient[2]


def same_places(window):
    """Every place of both panes shows one place of the patient, and the grey that its value has."""
    window.viewing.set_annotation(Annotation.OFF)
    for pane in window.panes.all:
        pane.bare = True
    QApplication.processEvents()
    one, other = window.panes.all
    assert one.mapping().pixels_per_mm == pytest.approx(other.mapping().pixels_per_mm)
    seen = [colours(pane).mean(axis=2) for pane in window.panes.all]
    compared = 0
    for x in range(5, min(one.width(), other.width()) - 5, 9):
        for y in range(5, min(one.height(), other.height()) - 5, 9):
            # From the middle of each: one of them may be a pixel wider.
            points = [place_under(pane, x - one.width() / 2, y - one.height() / 2) for pane in (one, other)]
            assert points[0] == pytest.approx(points[1], abs=1e-6)
            if not all(is_inside(pane, x - one.width() / 2, y - one.height() / 2) for pane in (one, other)):
                continue
            wanted = float(grey(function(points[0]), *window.viewing.state.window))
            for pane, picture in zip((one, other), seen, strict=True):
                row, column = (y - one.height() / 2 + pane.height() / 2, x - one.width() / 2 + pane.width() / 2)
                assert picture[int(row), int(column)] == pytest.approx(wanted, abs=4)
            compared += 1
    assert compared > 300


def at(pane, x, y):
    return pane.mapping().to_image(pane.width() / 2 + x, pane.height() / 2 + y)


def place_under(pane, x, y):
    return to_patient(pane.port.entry.stack, pane.port.frame, at(pane, x, y))


def is_inside(pane, x, y):
    stack, (column, row) = pane.port.entry.stack, at(pane, x, y)
    return 1 <= column <= stack.columns - 1 and 1 <= row <= stack.rows - 1


# Values and gaps


def test_iodine_has_its_own_units_and_no_hounsfield_windows(show_window, built, studies):
    window = opened(show_window, built, studies, "iodine")
    settle(window)
    viewing = window.viewing
    value = probe(viewing.loaded_stack, viewing.state.index, (30.5, 20.5))
    place = to_patient(viewing.entry.stack, viewing.port.frame, (30.5, 20.5))
    assert value == pytest.approx(function(place), abs=0.051)
    assert annotation.probe_text(value, viewing.entry.stack.units) == f"{annotation.signed(value)} mg/ml"
    assert not any("Lung" in name for _, name, _ in window.commands.presets())


def test_a_missing_slice_is_said_and_every_other_stands_where_it_is(show_window, built, studies):
    window = opened(show_window, built, studies, "missing1")
    settle(window)
    viewing = window.viewing
    said = lines(annotation.corners(viewing.entry, viewing.loaded_stack, viewing.state, Annotation.FULL).bottom_left)
    assert "Slices missing at position 29.2 mm" in said
    for index, frame in enumerate(viewing.loaded_stack.frames):
        place = to_patient(viewing.entry.stack, frame, (10.5, 12.5))
        assert probe(viewing.loaded_stack, index, (10.5, 12.5)) == pytest.approx(function(place), abs=0.51)
    solid = make_solid(viewing.loaded_stack)
    state = mpr.move_to(mpr.start(solid), solid, solid.point_of(solid.ends * 0.5))
    for plane in (Plane.CORONAL, Plane.SAGITTAL):
        cut = mpr.cut(state, solid, plane, (41, 121), 0.6)
        values, there = Reslicer(solid).see(cut)
        points = points_of(cut)
        inside, near = well_inside(solid, points), np.abs(points[..., 2] - 29.25)
        assert not there[inside & (near < 1.2)].any()
        known = inside & (near > 2.5)
        assert known.sum() > 100 and there[known].all()
        assert np.abs(solid.rescale.apply(values) - function(points))[known].max() <= 1.0


def test_two_phases_are_seen_one_in_each_stack(show_window, built, studies):
    window = opened(show_window, built, studies, "covmix")
    added = {}
    for entry in [entry for entry in window.viewing.entries if entry.study.case == studies["covmix"]]:
        window.open(entry)
        settle(window)
        loaded = window.viewing.loaded_stack
        places = [to_patient(entry.stack, frame, (10.5, 12.5)) for frame in loaded.frames]
        found = {round(float(probe(loaded, k, (10.5, 12.5)) - function(place))) for k, place in enumerate(places)}
        added[len(loaded.frames)] = found
    assert added == {12: {0}, 24: {500}}
