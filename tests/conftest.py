"""Fixtures that several rooms need: real scans, a way to build, and a bundle of real scans."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
import shutil
import subprocess
import sys
from typing import Any

import pytest

from builder.burned_in import text_search
from builder.key.private_files import write_private
from builder.pipeline.build import build
from builder.pipeline.outcome import BuildOptions, Outcome
from tests import scans
from tests.readers import RememberingReader

KEY = "5f" * 32


class Silence:
    """A build without output."""

    def step(self, name: str, *, in_bytes: bool = False) -> Callable[[int, int], None]:
        return lambda done, total: None

    def say(self, text: str) -> None:
        pass


@dataclass(frozen=True)
class Built:
    """A finished bundle with the build's messages."""

    drive: Path
    key: Path
    outcome: Outcome


def build_bundle(work: Path, *sources: Path, platforms: tuple[str, ...] = (), **options: Any) -> Built:
    """Build onto work/stick with a key in work/keys."""
    drive, key = work / "stick", work / "keys" / "study.key"
    drive.mkdir(exist_ok=True, parents=True)
    key.parent.mkdir(exist_ok=True)
    if not key.exists():
        # Always the same key: under another one, a moved date may by chance be another patient's true one.
        write_private(key, KEY + "\n")
    with ThreadPoolExecutor(2) as executor:
        outcome = build(BuildOptions(sources, drive, key, platforms, **options), executor, Silence())
    return Built(drive, key, outcome)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that use scans: they run once with the real ones and once without (.ci/stranger)."""
    for item in items:
        if {"real_scans", "many_scans"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("scans")


@pytest.fixture(scope="session", autouse=True)
def _each_picture_is_read_once() -> Iterator[None]:
    """By builds within this process; what runs as a program of its own has a reader of its own."""
    with pytest.MonkeyPatch.context() as patch, RememberingReader() as reader:
        patch.setattr(text_search, "_reader", lambda: reader)
        yield


@pytest.fixture(scope="session")
def real_scans() -> Path:
    """The real scans; they may be missing on a developer's machine, but not in CI."""
    folder = scans.real_scans_folder()
    if folder is None or not folder.is_dir():
        if scans.in_ci():
            pytest.fail("DICOM_TEST_DATA does not name the folder of real scans")
        pytest.skip("DICOM_TEST_DATA is not set")
    return folder


@pytest.fixture(scope="session")
def many_scans(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real scans, or other scans of all kinds: for tests that hold for any scans."""
    if scans.real_scans_folder() is None and not scans.in_ci():
        return scans.write_many(tmp_path_factory.mktemp("many"))
    return request.getfixturevalue("real_scans")


@pytest.fixture(scope="session")
def many_bundle(many_scans: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A bundle of many scans, without viewers. Never change it: copy it."""
    return build_bundle(tmp_path_factory.mktemp("many bundle"), many_scans)


@pytest.fixture(scope="session")
def real_bundle(real_scans: Path, many_bundle: Built) -> Built:
    """The bundle of all real scans, for tests that know what is in them. Never change it: copy it."""
    return many_bundle


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of made scans whose right stacks are known, beside the real scans; in a copy, as they write there."""
    data = scans.real_scans_folder()
    source = data.parent / "cases" if data else None
    if source is None or not source.is_dir():
        if scans.in_ci():
            pytest.fail("there is no folder 'cases' beside the one that DICOM_TEST_DATA names")
        pytest.skip("DICOM_TEST_DATA is not set, or there is no folder 'cases' beside it")
    folder = tmp_path_factory.mktemp("cases") / "cases"
    shutil.copytree(source, folder)
    every = "import runpy, sys; [runpy.run_path(path) for path in sys.argv[1:]]"  # in one program, which is quicker
    makers = [str(maker) for maker in sorted(folder.glob("*/make.py"))]
    subprocess.run([sys.executable, "-c", every, *makers], check=True)
    return folder


@pytest.fixture(scope="session")
def small_bundle(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A bundle of one small series, without viewers. Never change it: copy it."""
    work = tmp_path_factory.mktemp("small")
    return build_bundle(work, scans.write_series(work / "scans"))
