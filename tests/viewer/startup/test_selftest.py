"""The self-test and the screenshot, run as a person runs them: as a program of its own."""

import json
import os
from pathlib import Path
import shutil
import sqlite3
import subprocess
import sys
import threading

import numpy as np
from PyQt5.QtGui import QImage
import pytest

from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from viewer.startup import selftest


def viewer(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "viewer", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **environment}
    )


def report_of(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def check_measured(report: dict) -> None:
    """Distances drawn on a slice and on a plane, each within a pixel of what it must be."""
    assert sorted(report["measured"]) == ["plane", "slice"]
    for measured in report["measured"].values():
        assert measured["expected"] > 5 and measured["reason"] == ""
        assert 0 <= abs(measured["shown"] - measured["expected"]) <= measured["tolerance"] < measured["expected"] / 3


def test_a_good_bundle_passes(bundle_root, tmp_path):
    done = viewer(bundle_root, "--self-test", tmp_path / "report.json")
    report = report_of(tmp_path / "report.json")
    assert done.returncode == 0, report
    assert done.stdout == ""
    assert report["ok"]
    assert [stack["max_difference"] for stack in report["stacks"]] == [0] * 6
    assert all(stack["compared_pixels"] >= 48 * 64 for stack in report["stacks"])
    assert report["render"]["ok"] and not report["render"]["made"]
    assert report["render"]["grey_levels"] > 8
    assert report["pages"] == {"mpr": "shown", "3d": "shown"}
    check_measured(report)
    assert {"python", "qt", "vtk", "numpy"} <= report["versions"].keys()
    assert report["bundle"] == str(bundle_root)
    assert "first picture" in report["seconds"]


def test_it_passes_on_a_screen_of_another_density(bundle_root, tmp_path):
    assert viewer(bundle_root, "--self-test", tmp_path / "report.json", QT_SCALE_FACTOR="1.5").returncode == 0


@pytest.fixture
def copy(bundle_root: Path, tmp_path: Path) -> Path:
    return shutil.copytree(bundle_root, tmp_path / "copy")


def alter_header(root: Path) -> None:
    path = next(root.rglob("IM000003"))
    content = bytearray(path.read_bytes())
    content[150] ^= 1
    path.write_bytes(content)


def alter_index(root: Path, statement: str) -> None:
    database = sqlite3.connect(root / "BUNDLE/INDEX.DB")
    database.execute(statement)
    database.commit()
    database.close()


@pytest.mark.parametrize(
    "damage",
    [
        alter_header,
        lambda root: next(root.rglob("IM000003")).unlink(),
        lambda root: alter_index(root, "UPDATE instance SET pixel_offset = pixel_offset + 1 WHERE id = 7"),
    ],
    ids=["header", "missing file", "pixel offset"],
)
def test_a_damaged_bundle_fails_and_the_file_is_named(copy, tmp_path, damage):
    damage(copy)
    done = viewer(copy, "--self-test", tmp_path / "report.json")
    report = report_of(tmp_path / "report.json")
    assert done.returncode == 1
    assert not report["ok"]
    wrong = [stack for stack in report["stacks"] if not stack["ok"]]
    assert len(wrong) == 1
    assert "DICOM/PT000001/ST000001/SE000001/IM00000" in wrong[0]["reason"]


def altered(change: str, root: Path, path: Path) -> tuple[int, dict]:
    """The self-test of a viewer whose code was changed so: what it ended with, and its report."""
    code = f"import sys\n{change}\nfrom viewer.__main__ import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", code, root, "--self-test", path], check=False, timeout=60)
    return done.returncode, report_of(path)


def test_a_pane_that_shows_other_greys_fails(bundle_root, tmp_path):
    change = (
        "from viewer.images import early, grey; plain = grey.to_grey; early.can_show = lambda kind: False\n"
        "grey.to_grey = lambda *a, **k: plain(*a, **k) ^ 8"
    )
    status, report = altered(change, bundle_root, tmp_path / "report.json")
    assert status == 1
    assert all("does not show the pixels" in stack["reason"] for stack in report["stacks"])


def test_what_is_written_on_a_picture_at_all_times_is_not_taken_for_its_pixels(tmp_path):
    noise = np.random.default_rng(5).integers(-1000, 1000, (2, 1024, 1024), np.int16)  # larger than the pane
    root = bundles.make_bundle(tmp_path / "stick", [CaseSpec([SeriesSpec([StackSpec(noise)])])])
    alter_index(root, "UPDATE stack SET notes = 'compressed with loss, 12.9 : 1, JPEG'")
    done = viewer(root, "--self-test", tmp_path / "report.json")
    (stack,) = report_of(tmp_path / "report.json")["stacks"]
    assert (done.returncode, stack["ok"], stack["max_difference"]) == (0, True, 0), stack


def test_a_volume_in_which_nothing_is_to_be_seen_is_no_failure_of_the_viewer(tmp_path):
    cases = [CaseSpec([SeriesSpec([StackSpec(np.zeros((10, 32, 32), np.int16))])])]
    root = bundles.make_bundle(tmp_path / "stick", cases)
    done = viewer(root, "--self-test", tmp_path / "report.json")
    report = report_of(tmp_path / "report.json")
    assert (done.returncode, report["ok"], report["render"]["made"]) == (0, True, True), report
    assert report["render"]["share_not_background"] > 0.1


def test_a_viewer_that_renders_nothing_fails(bundle_root, tmp_path):
    change = (
        "from viewer.scene.raycast import RayCaster\n"
        "picture = RayCaster.picture; RayCaster.picture = lambda *a: picture(*a) * 0"
    )
    status, report = altered(change, bundle_root, tmp_path / "report.json")
    assert (status, report["render"]["made"], report["render"]["reason"]) == (1, True, "the rendered picture is empty")


def test_a_mistake_of_the_program_ends_the_test_with_its_reason(bundle_root, tmp_path):
    change = "from viewer.ui.slices import pane; pane.map_image = lambda *a: 1 / 0"
    status, report = altered(change, bundle_root, tmp_path / "report.json")
    assert status == 1 and "ZeroDivisionError" in report["reason"]


def test_a_report_that_cannot_be_written_is_a_failure(bundle_root, tmp_path):
    assert viewer(bundle_root, "--self-test", tmp_path / "nowhere" / "report.json").returncode == 1
    assert viewer(tmp_path, "--self-test", tmp_path / "nowhere" / "report.json").returncode == 3


def test_without_a_bundle_the_report_has_the_reason(tmp_path):
    done = viewer(tmp_path, "--self-test", tmp_path / "report.json")
    assert done.returncode == 3
    assert "There is no bundle in" in report_of(tmp_path / "report.json")["reason"]


def test_an_unreadable_index_is_a_reason(copy, tmp_path):
    (copy / "BUNDLE/INDEX.DB").write_bytes(b"no database at all" * 100)
    done = viewer(copy, "--self-test", tmp_path / "report.json")
    assert done.returncode == 3
    assert "cannot be read" in report_of(tmp_path / "report.json")["reason"]


def test_a_screenshot_is_the_whole_window(bundle_root, tmp_path):
    done = viewer(bundle_root, "--case", "CASE-002", "--screenshot", tmp_path / "window.png")
    assert done.returncode == 0
    image = QImage(str(tmp_path / "window.png"))
    assert image.width() > 600
    assert image.height() > 400


def test_the_watchdog_bites_when_nothing_happens():
    bitten = threading.Event()
    dog = selftest.Watchdog(0.05, bitten.set)
    dog.feed()
    assert bitten.wait(5)


def test_a_fed_watchdog_is_quiet():
    bitten = threading.Event()
    dog = selftest.Watchdog(0.2, bitten.set)
    dog.feed()
    dog.stop()
    assert not bitten.wait(0.4)


def test_a_test_that_hangs_is_ended_with_a_reason(bundle_root, tmp_path):
    code = (
        "import sys, time; from viewer.ui import trial\n"
        "trial.PATIENCE = 2\n"
        "trial.WindowTrial._test = lambda self, entry: time.sleep(60)\n"
        "from viewer.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    path = tmp_path / "report.json"
    command = [sys.executable, "-c", code, str(bundle_root), "--self-test", str(path)]
    assert subprocess.run(command, check=False, timeout=30).returncode != 0
    assert "nothing happened for 2 seconds" in report_of(path)["reason"]


def test_an_empty_picture_is_judged_empty():
    picture = np.zeros((20, 20, 4), np.uint8)
    assert selftest.judge_render(picture) == (0.0, 1)


def test_version_and_wrong_usage():
    done = viewer("--version")
    assert (done.returncode, done.stdout) == (0, "viewer 0.1.0\n")
    wrong = viewer("--sideways")
    assert wrong.returncode == 2
    assert "--sideways" in wrong.stderr
    assert "usage:" in wrong.stderr
