"""The bundle is found from where the program lies."""

from pathlib import Path
import sys

import pytest

from bundle.errors import NoBundle
from tests.viewer import bundles
from viewer.startup.locate import find_bundle


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return bundles.make_bundle(tmp_path / "Stick ä b", [])


def test_the_given_folder_counts_and_nothing_else(root, monkeypatch, tmp_path):
    monkeypatch.chdir(root)
    assert find_bundle(root) == root
    with pytest.raises(NoBundle, match="elsewhere"):
        find_bundle(tmp_path / "elsewhere")


@pytest.mark.parametrize(
    "program", ["viewer.exe", "VIEWER/viewer", "VIEWER/LINUX64/viewer", "VIEWER/LINUX64/bin/viewer"]
)
def test_a_frozen_program_looks_in_its_folder_and_above(root, program, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(root / program))
    assert find_bundle() == root


def test_a_frozen_program_looks_no_further_than_three_levels_up(root, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(root / "a/b/c/d/viewer"))
    with pytest.raises(NoBundle):
        find_bundle()


def test_a_program_that_is_not_frozen_looks_in_the_current_folder(root, monkeypatch):
    monkeypatch.chdir(root)
    assert find_bundle() == root


def test_a_file_of_the_bundle_may_be_dropped_on_the_program(root):
    assert find_bundle(root / "BUNDLE/INDEX.DB") == root
