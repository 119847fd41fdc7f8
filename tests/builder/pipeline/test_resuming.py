"""A resumed build names what the interrupted one had begun, and what it no longer has."""

import shutil

import pytest

from builder.errors.build import BuildStopped
from builder.pipeline import build as building
from tests import scans
from tests.conftest import build_bundle


@pytest.fixture
def interrupted(tmp_path, monkeypatch):
    """Three people, and a build that was stopped after it began to write."""
    scans.write_people(tmp_path / "scans", 3)
    with monkeypatch.context() as patch, pytest.raises(BuildStopped):
        patch.setattr(building, "write_images", _stop)
        build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    return tmp_path


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def gone(outcome) -> list[str]:
    return [notice.text for notice in outcome.notices if notice.kind == "gone"]


def test_cases_that_are_gone_are_named_until_the_stick_is_finished(interrupted, monkeypatch):
    folder = interrupted / "scans"
    shutil.rmtree(folder / "person2")
    (folder / "person3" / "I003").unlink()
    with monkeypatch.context() as patch, pytest.raises(BuildStopped):
        patch.setattr(building, "write_images", _stop)
        build_bundle(interrupted, folder, look_into_pictures=False, resume=True)
    outcome = build_bundle(interrupted, folder, look_into_pictures=False, resume=True).outcome
    assert len(gone(outcome)) == 2
    told = "\n".join(gone(outcome))
    assert f"{folder / 'person2'} (4 images) was part of the interrupted build, but not of this one" in told
    assert "nothing of it is on the medium" in told
    assert f"{folder / 'person3'} had 4 images in the interrupted build, and has 3 in this one" in told
    assert not any(notice.is_good_to_know for notice in outcome.notices if notice.kind == "gone")
    more = build_bundle(interrupted, folder, look_into_pictures=False, add=True, resume=True).outcome
    assert gone(more) == []


def test_a_build_with_the_same_scans_names_none(interrupted):
    outcome = build_bundle(interrupted, interrupted / "scans", look_into_pictures=False, resume=True).outcome
    assert gone(outcome) == []
