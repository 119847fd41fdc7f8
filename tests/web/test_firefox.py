"""The page in a Firefox that nothing drives, so that its policy for files is the usual, strict one."""

from io import BytesIO
from pathlib import Path
import subprocess

import numpy as np
from PIL import Image

from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec, head_like
from tests.web.conftest import make_medium

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
    root = make_medium(tmp_path / "stick", [CaseSpec([SeriesSpec([StackSpec(head_like(4))])])])
    seen = photograph(root / "WEB/READER.HTM", tmp_path)
    assert (seen == BUTTON).all(axis=2).sum() > 8_000
    assert (seen == NOTE).all(axis=2).sum() > 100
    list_, stage = seen[:, :304], seen[:, 304:]
    assert (list_ == 0).all(axis=2).sum() > 2_500  # the place of a preview
    assert not (stage == 0).all(axis=2).any()


def test_without_the_script_none_of_this_is_seen(tmp_path):
    root = make_medium(tmp_path / "stick", [CaseSpec([SeriesSpec([StackSpec(head_like(4))])])])
    (root / "WEB/READER.JS").unlink()
    assert not (photograph(root / "WEB/READER.HTM", tmp_path) == BUTTON).all(axis=2).any()
