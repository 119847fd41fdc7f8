"""The page in Firefox with its usual, strict policy for files: undriven, and driven in a way that keeps the policy."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
import re
import subprocess

import numpy as np
from PIL import Image
import pytest

from tests.firefox import Firefox, firefox
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec, head_like
from tests.web import opened, test_pictures, test_plane_measures, test_planes
from tests.web.conftest import make_medium
from viewer.space.mpr import Plane

# The colours of the large button and of the rows' pictures, which only the script makes.
BUTTON, NOTE = (0x1D, 0x3F, 0x4C), (0xF0, 0xBF, 0x66)


def photograph(page: Path, work: Path) -> np.ndarray:
    """What Firefox shows of a page, (rows, columns, 3)."""
    profile, picture = work / "profile", work / "seen.png"
    profile.mkdir()
    command = ["firefox-esr", "--headless", "--no-remote", "--profile", str(profile), "--window-size", "1366,768"]
    environment = {"HOME": str(profile), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    subprocess.run(
        [*command, "--screenshot", str(picture), page.as_uri()],
        env=environment, timeout=120, check=True, capture_output=True,
    )  # fmt: skip
    return np.asarray(Image.open(BytesIO(picture.read_bytes())).convert("RGB"))


def test_firefox_runs_the_script_from_a_file_and_lists_the_cases(tmp_path):
    root = make_medium(
        tmp_path / "stick", [CaseSpec([SeriesSpec([StackSpec(head_like(4))], left_out=3)], not_chosen=12, unreadable=1)]
    )
    seen = photograph(root / "WEB/READER.HTM", tmp_path)
    assert (seen == BUTTON).all(axis=2).sum() > 8_000
    assert (seen == NOTE).all(axis=2).sum() > 100
    list_, stage = seen[:, :304], seen[:, 304:]
    # A preview: a ring of bone in black air.
    assert (list_ == 0).all(axis=2).sum() > 500
    assert (list_ == 255).all(axis=2).sum() > 100
    assert not (stage == 0).all(axis=2).any()


def test_without_the_script_none_of_this_is_seen(tmp_path):
    root = make_medium(tmp_path / "stick", [CaseSpec([SeriesSpec([StackSpec(head_like(4))])])])
    (root / "WEB/READER.JS").unlink()
    assert not (photograph(root / "WEB/READER.HTM", tmp_path) == BUTTON).all(axis=2).any()


@pytest.fixture(scope="module")
def driven() -> Iterator[Firefox]:
    with firefox() as running:
        yield running


def test_firefox_reads_the_chosen_folder_and_shows_each_slice_with_the_greys_of_the_standard(driven, tmp_path):
    spec = test_pictures.SPECS["padding"]
    root = make_medium(tmp_path / "stick", [CaseSpec([SeriesSpec([spec])])])
    driven.open(root / "WEB/READER.HTM")
    # A Firefox that would let the page fetch a file would prove nothing.
    assert driven.run("return fetch('INDEX.JS').then(() => 'fetched', () => 'refused')") == "refused"
    driven.choose_folder(root, "button.open")
    driven.wait("return !!document.querySelector('.pane')")
    opened.see(driven)
    opened.press(driven, opened.HOME)
    # Its type is higher by a part of a pixel than Chromium's, so that no size of the window fits the image exactly.
    driven.run("const p = document.querySelector('.panes'); p.style.alignSelf = 'start'; p.style.height = '480px'")
    for k in (2, 1, 0):
        opened.see(driven)
        np.testing.assert_array_equal(test_pictures.picture(driven), test_pictures.by_the_standard(spec, k))
        opened.press(driven, opened.ARROW_DOWN)


def test_firefox_cuts_and_measures_the_planes_as_the_viewer_does(driven, tmp_path):
    spec = test_planes.SPECS["padding"]
    root = make_medium(tmp_path / "stick", [CaseSpec([SeriesSpec([spec], description="padding")])])
    driven.resize(1366, 768)
    driven.open(root / "WEB/READER.HTM")
    driven.choose_folder(root, "button.open")
    driven.wait("return !!document.querySelector('.pane')")
    opened.see(driven)
    driven.keys("m")
    driven.wait("return document.querySelectorAll('.plane').length === 4")
    driven.run(test_planes.REST)
    truth = test_planes.truths_of(root)["padding"]
    assert test_planes.differing(driven, truth) == []
    shape = test_planes.pictures(driven)[Plane.CORONAL].shape
    hit = test_plane_measures.draw(driven, "e", Plane.CORONAL, (-60, -30), (50, 40))
    said = driven.run(test_plane_measures.SAID)[1]
    right = test_plane_measures.of_viewer(truth, Plane.CORONAL, shape, "e", hit)
    # The pane begins at a part of a pixel, so a voxel on the edge may fall either way.
    numbers = [[float(text) for text in re.findall(r"-?[\d.]+", each.replace("\u2212", "-"))] for each in (said, right)]
    np.testing.assert_allclose(*numbers, rtol=0.02)
