"""The check runs the viewers of a medium: which ones, how often, and what remains of those that hang."""

import os
from pathlib import Path
import shutil
import time

import pytest

from builder.check import Trial, inspect_bundle
from builder.check.checks import trial
from tests import scans
from tests.builder.check.damaging import BILLS, VIEWERS, add_file, bill_of
from tests.conftest import build_bundle


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A small bundle without viewers."""
    return build_bundle(tmp_path, scans.write_series(tmp_path / "scans", 2), check=False).drive


def test_viewers_that_this_machine_cannot_run_are_said(bundle, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    (bundle / "viewer.exe").write_bytes(b"MZ")
    for there, why in (((), "no Wine"), (("wine",), "needs a screen")):
        monkeypatch.setattr(shutil, "which", lambda name, there=there: f"/usr/bin/{name}" if name in there else None)
        checked = inspect_bundle(bundle, viewers=Trial.ALL)
        (said,) = (finding for finding in checked.findings if finding.check == "viewer.not_run")
        assert said.subject == "viewer.exe" and why in said.message
        assert "viewer.self_test" not in checked.not_made


@pytest.fixture
def with_viewer(bundle: Path) -> tuple[Path, bytes]:
    """A bundle with a stand-in for the Linux viewer, which fails, and the viewer's bill."""
    program = {"VIEWER/LINUX64/viewer": b"#!/bin/sh\nexit 7\n"}
    bill = bill_of("linux64", program)
    for name, content in (program | {BILLS["linux64"]: bill, "viewer.sh": VIEWERS["viewer.sh"]}).items():
        add_file(name, content)(bundle)
        (bundle / name).chmod(0o755)
    return bundle, bill


def trials(root: Path, bill: bytes, trial: Trial) -> list[str]:
    findings = inspect_bundle(root, bills=[bill], viewers=trial).findings
    return [finding.check for finding in findings if finding.check.startswith("viewer.")]


def test_only_viewers_that_this_machine_made_are_run_unless_it_is_wished(with_viewer):
    root, bill = with_viewer
    assert trials(root, bill, Trial.OWN) == ["viewer.self_test"]
    assert trials(root, bill.replace(b"linux64", b"another"), Trial.OWN) == ["viewer.not_run"]
    assert trials(root, bill.replace(b"linux64", b"another"), Trial.ALL) == ["viewer.self_test"]
    assert trials(root, bill, Trial.NONE) == []


HANGS = """\
#!/bin/sh
echo $$ >> '{folder}/started'
[ $(wc -l < '{folder}/started') -gt {times} ] || {{ sleep 600 & echo $! >> '{folder}/children'; wait; }}
echo > "$4"
sleep 1.5
echo '{{"ok": true}}' > "$2"
"""


def runs(process: str) -> bool:
    """Whether it exists, and is not just an unclaimed process entry."""
    try:
        return ") Z " not in Path("/proc", process, "stat").read_text()
    except FileNotFoundError:
        return False


def all_gone(folder: Path) -> tuple[int, int]:
    """How many of them started, and with how many children; none of them still runs."""
    starts, children = ((folder / name).read_text().split() for name in ("started", "children"))
    until = time.monotonic() + 20  # who was killed needs a moment to be gone
    while any(map(runs, (*starts, *children))):
        assert time.monotonic() < until
        time.sleep(0.05)
    return len(starts), len(children)


@pytest.mark.parametrize(("times", "said"), [(1, []), (2, ["viewer.self_test"])])
def test_a_viewer_that_does_not_begin_is_started_once_more_and_nothing_of_it_stays(
    with_viewer, tmp_path, monkeypatch, times, said
):
    monkeypatch.setattr(trial, "_TO_BEGIN", 1.0)
    root, _ = with_viewer
    add_file("VIEWER/LINUX64/viewer", HANGS.format(folder=tmp_path, times=times).encode())(root)
    findings = [
        finding for finding in inspect_bundle(root, viewers=Trial.ALL).findings if finding.check == "viewer.self_test"
    ]
    assert [finding.check for finding in findings] == said and all(
        "did not begin" in finding.message for finding in findings
    )
    assert all_gone(tmp_path) == (2, times)


def test_a_wine_that_does_not_begin_is_given_up_after_two_starts_and_nothing_of_it_stays(bundle, tmp_path, monkeypatch):
    monkeypatch.setattr(trial, "_TO_BEGIN", 1.0)
    program = tmp_path / "bin/wine"
    program.parent.mkdir()
    program.write_text(HANGS.format(folder=tmp_path, times=2), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    add_file("viewer.exe", b"MZ")(bundle)
    (said,) = (
        finding for finding in inspect_bundle(bundle, viewers=Trial.ALL).findings if finding.check == "viewer.not_run"
    )
    assert (said.subject, "Wine could not make a Windows folder" in said.message) == ("viewer.exe", True)
    assert all_gone(tmp_path) == (2, 2)


def test_a_viewer_or_script_that_was_changed_is_not_run(with_viewer):
    root, bill = with_viewer
    add_file("viewer.sh", VIEWERS["viewer.sh"] + b"\n")(root)
    assert trials(root, bill, Trial.OWN) == ["viewer.script", "viewer.not_run"]
    add_file("viewer.sh", VIEWERS["viewer.sh"])(root)
    add_file("VIEWER/LINUX64/viewer", b"#!/bin/sh\nexit 0\n")(root)
    assert trials(root, bill, Trial.OWN) == ["viewer.bill", "viewer.not_run"]
