"""No input on a stick takes check, viewer or collect more than ten seconds or 500 MB, or ends one without a reason."""

from pathlib import Path
import shutil

import pytest

from tests import hostile_media
from tests.conftest import Built
from tests.limited import MEGABYTES, MKBUNDLE, SECONDS, VIEWER, Run, run


@pytest.fixture
def stick(small_bundle: Built, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_bundle.drive, tmp_path / "stick"))


def hold(ran: Run) -> None:
    assert ran.seconds < SECONDS and ran.megabytes < MEGABYTES, str(ran)
    assert "Traceback" not in ran.said and ran.code in (0, 1, 2, 3), str(ran)


def check(root: Path) -> Run:
    work = root.parent
    return run(
        work, *MKBUNDLE, "check", root, "--no-progress", "--json", work / "check.json", "--html", work / "a.html"
    )


def view(root: Path) -> Run:
    return run(root.parent, *VIEWER, root, "--self-test", root.parent / "seen.json")


def collect(*sources: Path) -> Run:
    return run(sources[0].parent, *MKBUNDLE, "collect", *sources, "-o", sources[0].parent / "table.csv")


@pytest.mark.parametrize("name", hostile_media.INDEXES)
def test_an_index(name: str, stick: Path):
    hostile_media.INDEXES[name](stick)
    hostile_media.seal(stick)
    checked = check(stick)
    hold(checked)
    assert checked.code == 1 and "ERROR  index." in checked.said, str(checked)
    hold(view(stick))
    hold(collect(stick))
