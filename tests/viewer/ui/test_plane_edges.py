"""The outermost pixels of planes in the real window: they have the values of the outermost voxels."""

import numpy as np
from PyQt5.QtWidgets import QApplication
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import AXIAL, CaseSpec, SeriesSpec, StackSpec
from tests.viewer.events import colours
from viewer.annotation import Nothing
from viewer.space import mpr
from viewer.space.mpr import Plane
from viewer.state import Annotation
from viewer.ui.trial import wait_until

AIR = -1000.0
WIDTHS = (900, 957, 1010, 1103, 1188)


@pytest.fixture
def air(show_window, tmp_path):
    """Nothing but air, which the window shows as black; 0 HU would be grey."""
    positions = [(-40.0, -48.0, 10.0 + 2.0 * n) for n in range(30)]
    spec = StackSpec(np.full((30, 62, 79), AIR), positions, AXIAL, pixel_spacing=(1.3, 0.977), window=(40, 400))
    window = show_window(bundles.make_bundle(tmp_path, [CaseSpec([SeriesSpec([spec])])]))
    window.viewing.set_annotation(Annotation.OFF)
    window.pages.show_page("mpr")
    assert wait_until(lambda: window.pages.settled, 30)
    return window, window.pages.page.content


def test_air_has_no_bright_edge_while_planes_move(air):
    _, page = air
    state = page.planes.state
    for degrees in (3.0, 11.0, 29.0, 44.0):
        page.planes.set_state(mpr.turn(state, Plane.AXIAL, degrees))
        assert page.planes.moving
        for pane in page.panes.values():
            assert colours(pane)[1:-1, 1:-1].max() == 0


def test_the_pointer_reads_the_outermost_voxels_up_to_their_very_edge(air):
    window, page = air
    read = set()
    for width in WIDTHS:
        window.resize(width, width * 2 // 3)
        QApplication.processEvents()
        pane = page.panes[Plane.AXIAL]
        page.grab()
        middle = pane.pixels[1] / 2
        read |= {pane._under((column / 4, middle)) for column in range(pane.pixels[0] * 4)}
    assert read == {AIR, Nothing.BESIDE}
