"""A PET in colours over a CT: its places by SimpleITK and SciPy, its colours on the screen, and what is said of it."""

import numpy as np
from PyQt5.QtCore import QLocale, QPoint, QPointF, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QSlider, QToolButton
import pytest
from scipy.ndimage import map_coordinates
import SimpleITK

from bundle.index.index import Catalog
from bundle.index.records import Uptake
from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import colours, fit, grey, lines, mouse, press, settle
from tests.viewer.ui.test_layouts import open_page
from tests.viewer.ui.test_reading_window import home
from viewer import annotation
from viewer.images.loading import Loader
from viewer.images.volume import LoadedStack
from viewer.scene.overlaid import Overlaid
from viewer.space import mpr
from viewer.space.mpr import Plane
from viewer.space.registered import slice_cut
from viewer.space.voxel_volume import make_solid
from viewer.state import Annotation
from viewer.ui.look.language import use_language
from viewer.ui.look.message import Message
from viewer.ui.mpr import words as mpr_words
from viewer.ui.mpr.bar import SlabBar
from viewer.ui.slices.fusion import words
from viewer.ui.slices.fusion.bar import FusionBar
from viewer.ui.trial import wait_until

__all__ = ["home"]  # a fixture
FORM = 'title = "Fusion"\n[[question]]\nid = "finding"\ntext = "Finding"\ntype = "text"\n'

# A turn of 20 degrees about the long axis, and a lean: the PET lies askew in the CT.
TURNED = (*np.round([np.cos(0.35), np.sin(0.35), 0.0], 12), *np.round([-np.sin(0.35), np.cos(0.35), 0.0], 12))
GIVEN = Uptake(71.5, 312e6, 6586.2, "20190304082000", "20190304092000.000000")
HOT = (slice(4, 10), slice(6, 12), slice(6, 14))  # slices, rows, columns


def ct_spec() -> StackSpec:
    return StackSpec(np.full((12, 48, 64), 40), [(-32, -24, 3.0 * k) for k in range(12)], AXIAL)


def pet_values(seed: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).integers(100, 30_000, (14, 19, 21))


def pet_spec(stored: np.ndarray, orientation=AXIAL, start=(-35.3, -29.1, -5.2), *, slopes: bool = True) -> StackSpec:
    """Slices 2.9 mm apart with pixels of 3.7 x 3.1 mm, and a slope for each slice."""
    normal = np.cross(orientation[:3], orientation[3:])
    positions = [tuple(map(float, np.add(start, 2.9 * k * normal))) for k in range(len(stored))]
    return StackSpec(
        stored, positions, orientation, (3.7, 3.1), signed=False, window=(10_000.0, 20_000.0), units="Bq/ml",
        rescales=[(0.5 + (0.1 * k if slopes else 0), 0.0) for k in range(len(stored))],
    )  # fmt: skip


def hot_pet() -> StackSpec:
    """No uptake but in one block."""
    stored = np.zeros((14, 19, 21), int)
    stored[HOT] = 24_000
    return pet_spec(stored, slopes=False)


def pet(spec: StackSpec, frame: str = "1.2.3", uptake: Uptake = GIVEN) -> SeriesSpec:
    return SeriesSpec([spec], "PT", 7, "Body, axial 3 mm", frame, uptake=uptake)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """CT, PET and an MR elsewhere; another case without PET; and one whose series state no frame of reference."""
    ct = SeriesSpec([ct_spec()], frame_of_reference="1.2.3")
    elsewhere = SeriesSpec([StackSpec(bundles.head_like(6))], "MR", 9, "Head, axial", "1.2.9")
    cases = [
        CaseSpec([ct, pet(hot_pet()), elsewhere]),
        CaseSpec([SeriesSpec([ct_spec()], frame_of_reference="1.2.5")], "P-OTHER"),
        CaseSpec([SeriesSpec([ct_spec()]), pet(hot_pet(), "", uptake=Uptake())], "P-THIRD"),
    ]
    return bundles.make_bundle(tmp_path_factory.mktemp("fusion"), cases)


def loaded_stacks(root) -> list[LoadedStack]:
    with Catalog(root) as catalog:
        (study,) = catalog.studies()
        stacks = [series.stacks[0] for series in study.series]
        found = [LoadedStack(stack, catalog.frames(stack.stack_id)) for stack in stacks]
    for loaded in found:
        Loader(root, loaded, 0, lambda index: None).run()
    return found


# Its places, by other programs


@pytest.mark.parametrize("orientation", [AXIAL, TURNED], ids=["straight", "turned"])
def test_the_values_over_a_slice_are_those_of_simpleitk(tmp_path, orientation):
    spec = pet_spec(pet_values(), orientation)
    bundles.make_bundle(tmp_path / "b", [CaseSpec([SeriesSpec([ct_spec()], frame_of_reference="1.2.3"), pet(spec)])])
    ct, uptake = loaded_stacks(tmp_path / "b")
    over = Overlaid(uptake)
    values = (spec.stored * np.array([slope for slope, _ in spec.rescales])[:, None, None]).astype(np.float32)
    image = SimpleITK.GetImageFromArray(values)
    image.SetSpacing((3.1, 3.7, 2.9))
    image.SetOrigin(spec.positions[0])
    normal = np.cross(orientation[:3], orientation[3:])
    image.SetDirection(np.column_stack((orientation[:3], orientation[3:], normal)).ravel().tolist())
    nothing = -1.0
    for index in (0, 4, 9):
        grid = SimpleITK.Image(64, 48, 1, SimpleITK.sitkFloat32)
        grid.SetOrigin((-32, -24, 3.0 * index))
        wanted = SimpleITK.GetArrayFromImage(
            SimpleITK.Resample(image, grid, SimpleITK.Transform(), SimpleITK.sitkLinear, nothing)
        )[0]
        seen = over.see(slice_cut(ct.stack, ct.frames[index]))
        known = _well_inside(over, slice_cut(ct.stack, ct.frames[index])) & (wanted != nothing)
        assert known.sum() > 500
        assert np.abs(seen.values - wanted)[known].max() <= 1e-4 * values.max(), index
    over.close()


def _well_inside(over: Overlaid, cut) -> np.ndarray:
    """Which pixels have eight voxels about them: beyond, programs extend the outermost ones in their own way."""
    index = _places(over, cut)
    last = np.array(over.solid.ends)
    return np.all((index >= 0) & (index <= last), axis=-1)


def _places(over: Overlaid, cut) -> np.ndarray:
    """(i, j, k) of the PET for every pixel of a plane, by the matrices alone."""
    rows, columns = np.mgrid[: cut.rows, : cut.columns]
    pixels = np.stack((columns, rows, np.zeros_like(rows), np.ones_like(rows)), axis=-1)
    return (pixels @ (np.linalg.inv(over.solid.affine) @ cut.matrix).T)[..., :3]


def test_the_values_over_an_oblique_plane_are_those_of_scipy(tmp_path):
    spec = pet_spec(pet_values(6), TURNED)
    bundles.make_bundle(tmp_path / "b", [CaseSpec([SeriesSpec([ct_spec()], frame_of_reference="1.2.3"), pet(spec)])])
    ct, uptake = loaded_stacks(tmp_path / "b")
    over, solid = Overlaid(uptake), make_solid(ct)
    state = mpr.turn(mpr.turn(mpr.start(solid), Plane.AXIAL, 17.0), Plane.CORONAL, -31.0)
    values = spec.stored * np.array([slope for slope, _ in spec.rescales])[:, None, None]
    for plane in Plane:
        cut = mpr.cut(state, solid, plane, (90, 70), 0.6)
        index = _places(over, cut)
        wanted = map_coordinates(values.astype(float), np.moveaxis(index[..., ::-1], -1, 0), order=1)
        known = _well_inside(over, cut)
        assert known.sum() > 300
        assert np.abs(over.see(cut).values - wanted)[known].max() <= 1e-4 * values.max(), plane
    over.close()


# On the screen


def fused(show_window, root, **more):
    window = show_window(root, case="CASE-001", size=(1200, 800), **more)
    settle(window)
    press(window, Qt.Key.Key_Y)
    assert wait_until(lambda: window.viewing.fusing.over is not None, 20)
    QApplication.processEvents()
    return window


def place_of(pane, patient: tuple[float, float]) -> tuple[int, int]:
    """Where a patient place of the CT (x, y) is on the screen."""
    scale, (left, top) = fit(pane, (48, 64))
    return round(left + (patient[0] + 32.5) * scale), round(top + (patient[1] + 24.5) * scale)


# The middle of the hot block, and a place of the PET without uptake: in mm of the patient.
INSIDE = (-35.3 + 9.5 * 3.1, -29.1 + 8.5 * 3.7)
BESIDE = (-35.3 + 17 * 3.1, -29.1 + 8.5 * 3.7)


def hot_iron(level: float) -> np.ndarray:
    """Red rises over the first half of the levels, green over the second, blue over the last quarter."""
    return np.clip([2 * level, 2 * (level - 128), 4 * (level - 192)], 0, 255)


def blended(below: float, level: float, opacity: float) -> np.ndarray:
    share = opacity * min(level / 64, 1)
    return below * (1 - share) + hot_iron(level) * share


def test_the_colours_lie_where_the_uptake_is_and_leave_the_rest_as_it_was(show_window, root):
    window = show_window(root, case="CASE-001", size=(1200, 800))
    settle(window)
    window.viewing.set_annotation(Annotation.OFF)
    window.viewing.set_index(4)
    bare = colours(window.pane)
    press(window, Qt.Key.Key_Y)
    assert wait_until(lambda: window.viewing.fusing.over is not None, 20)
    window.viewing.fusing.set_opacity(60)
    QApplication.processEvents()
    seen, below = colours(window.pane), float(grey(40.0, 40.0, 400.0))
    (x, y), (other, _) = place_of(window.pane, INSIDE), place_of(window.pane, BESIDE)
    level = 12_000 / 20_000 * 255
    assert seen[y, x] == pytest.approx(blended(below, level, 0.6), abs=2.5)
    assert seen[y, other] == pytest.approx([below] * 3, abs=1)
    press(window, Qt.Key.Key_Y)
    assert window.viewing.fusing.over is None
    QApplication.processEvents()  # the bar has given its room back
    assert np.array_equal(colours(window.pane), bare)


def test_one_slider_takes_the_pet_from_nothing_to_opaque(show_window, root):
    window = fused(show_window, root)
    window.viewing.set_index(4)
    bar = window.findChild(FusionBar)
    assert bar.isVisible()
    x, y = place_of(window.pane, INSIDE)
    reds = []
    for percent in (0, 50, 100):
        bar.slider.setValue(percent)
        QApplication.processEvents()
        reds.append(colours(window.pane)[y, x])
        assert f"Fused with PET: Body, axial 3 mm, {percent} %" in said_on(window)
    below, level = float(grey(40.0, 40.0, 400.0)), 12_000 / 20_000 * 255
    assert reds[0] == pytest.approx([below] * 3, abs=1)
    assert reds[1] == pytest.approx(blended(below, level, 0.5), abs=2.5)
    assert reds[2] == pytest.approx(hot_iron(level), abs=2.5)


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_bars_have_one_row_each_beside_the_form_on_a_small_screen(show_window, tmp_path, home, language):
    parts = [SeriesSpec([ct_spec()], frame_of_reference="1.2.3"), pet(hot_pet())]
    stick = bundles.make_bundle(tmp_path / "stick", [CaseSpec(parts)])
    (stick / "BUNDLE/FORM.TXT").write_text(FORM, encoding="utf-8")
    use_language(QLocale(language))
    try:
        window = show_window(stick, size=(1366, 768), reader="AB")
        settle(window)
        press(window, Qt.Key.Key_Y)
        assert wait_until(lambda: window.viewing.fusing.over is not None, 20)
        bar = window.findChild(FusionBar)
        assert len(rows_of(bar)) == 1, rows_of(bar)
        window.pages.show_page("mpr")
        assert wait_until(lambda: window.pages.settled, 60)
        for bar in (window.findChild(SlabBar), window.findChild(FusionBar)):
            assert len(rows_of(bar)) == 1, rows_of(bar)
            assert all(slider.width() >= 60 for slider in bar.findChildren(QSlider))
    finally:
        use_language(QLocale("en"))


def rows_of(bar) -> dict[int, list[str]]:
    """The buttons and words of a bar by the height of their middles, but for what may need several lines."""
    for _ in range(3):
        QApplication.processEvents()
    found: dict[int, list[str]] = {}
    for part in bar.findChildren((QToolButton, QLabel)):
        if part.isVisible() and part.text():
            assert bar.rect().contains(part.geometry().translated(part.parentWidget().mapTo(bar, QPoint())))
            if not (isinstance(part, QLabel) and part.wordWrap()):
                found.setdefault(part.mapTo(bar, part.rect().center()).y(), []).append(part.text())
    return found


def said_on(window, port=None) -> list[str]:
    """The texts in the corner with the warnings, as the pane has them."""
    viewing, port = window.viewing, port or window.viewing.port
    made = annotation.corners(port.entry, port.loaded_stack, port.state, viewing.annotation)
    return lines(words.added(made, viewing.fusing, port.entry, viewing.annotation).bottom_left)


def hover(widget, at) -> None:
    QTest.mouseMove(widget, QPointF(*at).toPoint())
    mouse(widget, 5, at, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)


def test_the_pointer_gives_both_values(show_window, root, monkeypatch):
    window = fused(show_window, root)
    window.viewing.set_index(4)
    pane = window.pane
    monkeypatch.setattr(pane, "underMouse", lambda: True)
    pane.grab()
    mouse(pane, 5, place_of(pane, INSIDE), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
    factor = 71_500 / (312e6 * 2 ** (-3600 / 6586.2))
    assert pane._probe() == f"40 HU   PET SUV {12_000 * factor:.2f}"
    mouse(pane, 5, place_of(pane, (31, 23)), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
    assert pane._probe() == "40 HU   PET outside the image"


@pytest.mark.parametrize("number", [1, 2, 4])
def test_every_pane_with_the_frame_of_reference_is_fused_and_the_others_say_why_not(show_window, root, number):
    window = fused(show_window, root)
    window.viewing.lay_out(number)
    settle(window)
    for pane in window.panes.all:
        said = said_on(window, pane.port)
        picture = colours(pane)
        coloured = np.abs(picture[..., 0] - picture[..., 2]).max(axis=None)
        match pane.port.entry.series.modality, pane.port.entry.series.frame_of_reference_uid:
            case "CT", _:
                assert "Fused with PET: Body, axial 3 mm, 50 %" in said and coloured > 60
            case "MR", _:
                assert any(text.startswith("Not fused: ") and "frames of reference" in text for text in said)
            case "PT", _:
                assert not any("used" in text for text in said)
    assert len(window.panes.all) == number


def test_all_planes_are_fused_and_say_so(show_window, root):
    window = fused(show_window, root)
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 60)
    page = window.pages.page.content
    place = np.array((*INSIDE, -5.2 + 6.5 * 2.9))
    page.planes.move_to(place)
    page.planes.show_cross(shown=False)
    assert wait_until(lambda: page.settled, 10)
    level = 12_000 / 20_000 * 255
    for pane in page.panes.values():
        spot = pane.spot(tuple(place))
        seen = colours(pane)[round(spot.y()), round(spot.x())]
        assert seen == pytest.approx(blended(float(grey(40.0, 40.0, 400.0)), level, 0.5), abs=4), pane.plane
        viewing = window.viewing
        made = mpr_words.corners(viewing, page.planes, pane.plane, viewing.annotation)
        first = pane.plane is Plane.AXIAL
        texts = lines(words.added(made, viewing.fusing, viewing.entry, viewing.annotation, details=first).bottom_left)
        assert "Fused with PET: Body, axial 3 mm, 50 %" in texts
        assert any(text.startswith("SUV by body weight: 71.5 kg, 312 MBq") for text in texts) is first


def test_the_body_in_3d_says_that_the_pet_is_not_shown(show_window, root):
    window = fused(show_window, root)
    page = open_page(window, "3d")
    assert wait_until(lambda: page.settled, 60)
    said = "The fused PET is not shown in 3D"
    for level in (Annotation.FULL, Annotation.MINIMAL, Annotation.OFF):
        window.viewing.set_annotation(level)
        assert said in lines(page.pane._corners().bottom_left)
        assert np.ptp(colours(page.pane)[-60:, :300].astype(int), axis=2).max() > 60  # in the colour of warnings
    window.viewing.fusing.end()
    assert said not in lines(page.pane._corners().bottom_left)


def test_the_straightened_picture_has_the_colours_of_the_same_places(show_window, root, monkeypatch):
    """Along a straight line through the block of uptake: each row is a place, its colour that of the hot iron."""
    window = fused(show_window, root)
    page = open_page(window, "mpr")
    page.planes.tracing.toggle()
    for x in (-20.0, 0.0, 20.0):
        page.planes.tracing.add((x, 1.0, 14.0))
    QApplication.processEvents()
    curved = page.curved
    assert curved.isVisible()
    inside, outside = ((float(np.interp(x, (-20, 20), (0, 40))), 0.0) for x in (-6.0, 14.0))
    spots = [curved.spot(place) for place in (inside, outside)]
    seen = [colours(curved)[round(spot.y() - 0.5), round(spot.x() - 0.5)] for spot in spots]
    below, level = float(grey(40.0, 40.0, 400.0)), 12_000 / 20_000 * 255
    assert seen[0] == pytest.approx(blended(below, level, 0.5), abs=4)
    assert seen[1] == pytest.approx([below] * 3, abs=1)
    made = curved._texts(curved.curve(), curved.seen())
    assert "Fused with PET: Body, axial 3 mm, 50 %" in lines(made.bottom_left)
    monkeypatch.setattr(curved, "underMouse", lambda: True)
    curved._pointer = spots[0]
    said = lines(curved._texts(curved.curve(), curved.seen()).bottom_right)[0]
    suv = 12_000 * 71_500 / (312e6 * 2 ** (-3600 / 6586.2))
    assert said.startswith("at 14 mm: 40 HU   PET SUV ") and float(said.split()[-1]) == pytest.approx(suv, rel=0.01)
    window.viewing.fusing.set_opacity(0)
    QApplication.processEvents()
    assert colours(curved)[round(spots[0].y() - 0.5), round(spots[0].x() - 0.5)] == pytest.approx([below] * 3, abs=1)


def test_while_the_cross_hair_moves_the_pet_has_the_pixels_that_its_voxels_are_worth_and_all_at_rest(
    show_window, root, monkeypatch
):  # fmt: skip
    window = fused(show_window, root)
    page = open_page(window, "mpr")
    cut, whole = [], Overlaid.see
    monkeypatch.setattr(Overlaid, "see", lambda self, wanted: cut.append(wanted) or whole(self, wanted))
    place = np.array((-4.0, 1.0, 14.0))
    page.planes.show_cross(shown=False)
    page.planes.move_to(place)
    pictures = {plane: colours(pane) for plane, pane in page.panes.items()}
    assert len(cut) == 4 and page.planes.moving
    for wanted in cut:
        assert 1.0 < np.linalg.norm(wanted.matrix[:3, 0]) <= 1.5  # half of 2.9 mm
        assert wanted.columns * wanted.rows < 20_000
    spots = {plane: pane.spot(tuple(place)) for plane, pane in page.panes.items()}
    for plane, spot in spots.items():
        wanted = blended(float(grey(40.0, 40.0, 400.0)), 12_000 / 20_000 * 255, 0.5)
        assert pictures[plane][round(spot.y()), round(spot.x())] == pytest.approx(wanted, abs=6), plane
    moved = page.panes[Plane.AXIAL]
    for _ in range(5):  # what stays where it is costs nothing
        colours(moved)
    assert len(cut) == 4
    assert wait_until(lambda: page.settled, 10)
    QApplication.processEvents()
    for pane in page.panes.values():
        fine = pane.cut()
        assert any(wanted.columns == fine.columns and np.array_equal(wanted.matrix, fine.matrix) for wanted in cut)


def test_fusion_is_said_even_without_texts(show_window, root):
    window = fused(show_window, root)
    window.viewing.set_annotation(Annotation.OFF)
    assert said_on(window) == ["Fused with PET: Body, axial 3 mm, 50 %"]


# Refused


@pytest.fixture
def told(monkeypatch) -> list[str]:
    """The texts of all messages, which are closed at once."""
    found: list[str] = []
    monkeypatch.setattr(Message, "open", lambda self: found.append(self._text))
    return found


def open_series(window, modality: str) -> None:
    window.open(next(entry for entry in window.viewing.entries
                     if entry.series.modality == modality and entry.study is window.viewing.entry.study))  # fmt: skip
    settle(window)


@pytest.mark.parametrize(
    ("case", "modality", "reason"),
    [
        ("CASE-001", "MR", "have different frames of reference"),
        ("CASE-001", "PT", "This series is a PET itself"),
        ("CASE-002", "CT", "There is no PET in this case."),
        ("CASE-003", "CT", "do not share a frame of reference"),
    ],
)
def test_it_is_refused_with_the_reason(show_window, root, told, case, modality, reason):
    window = show_window(root, case=case)
    settle(window)
    open_series(window, modality)
    bare = colours(window.pane)
    press(window, Qt.Key.Key_Y)
    assert len(told) == 1 and reason in told[0]
    assert window.viewing.fusing.pet is None
    assert np.array_equal(colours(window.pane), bare)


def test_a_pet_whose_slices_are_shifted_is_refused_with_the_reason(show_window, tmp_path, told):
    spec = hot_pet()
    spec.positions[5] = (spec.positions[5][0] + 9.0, *spec.positions[5][1:])
    ct = SeriesSpec([ct_spec()], frame_of_reference="1.2.3")
    window = show_window(bundles.make_bundle(tmp_path / "b", [CaseSpec([ct, pet(spec)])]))
    settle(window)
    press(window, Qt.Key.Key_Y)
    assert wait_until(lambda: bool(told), 20)
    assert "The PET cannot be cut in planes: the images are shifted against each other." in told[0]
    assert window.viewing.fusing.pet is None and not window.findChild(FusionBar).isVisible()


def test_another_case_ends_the_fusion(show_window, root):
    window = fused(show_window, root)
    window.open_case(1)
    settle(window)
    assert window.viewing.fusing.pet is None and window.viewing.fusing.over is None
    assert not any("used" in text for text in said_on(window))


def test_a_damaged_slice_of_the_pet_leaves_the_ct_bare_and_is_said(show_window, tmp_path):
    ct = SeriesSpec([ct_spec()], frame_of_reference="1.2.3")
    root = bundles.make_bundle(tmp_path / "b", [CaseSpec([ct, pet(hot_pet())])])
    damaged = sorted((root / "DICOM").rglob("SE000002/IM*"))[6]
    damaged.write_bytes(b"x" * damaged.stat().st_size)
    window = fused(show_window, root)
    window.viewing.set_annotation(Annotation.FULL)
    window.viewing.set_index(4)  # at 12 mm; the damaged slice is at 12.2 mm
    QApplication.processEvents()
    assert "1 image of the PET is damaged" in said_on(window)
    x, y = place_of(window.pane, INSIDE)
    assert colours(window.pane)[y, x] == pytest.approx([float(grey(40.0, 40.0, 400.0))] * 3, abs=1)
