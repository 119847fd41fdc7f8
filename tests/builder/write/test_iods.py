"""No option makes an image break its IOD: dciodvfy's errors in a written file are also in its source."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import shutil
import subprocess

import pytest

from builder.check.checks.iod import VALIDATOR
from builder.deidentify.policy import NO_DATES, Option
from tests import scans
from tests.conftest import build_bundle

_KEPT = (Option.PATIENT, Option.DEVICE, Option.UIDS, Option.SAFE_PRIVATE, Option.INSTITUTION, Option.DESCRIPTORS)
_EVERYTHING = [option.label for option in _KEPT]


def errors(path: Path) -> frozenset[str]:
    """dciodvfy's errors: the attribute and the problem, without quoted values."""
    ran = subprocess.run([VALIDATOR, str(path)], capture_output=True, check=False)
    lines = (ran.stdout + ran.stderr).decode("utf-8", "replace").splitlines()
    return frozenset(line.partition(" = <")[0] for line in lines if line.startswith("Error - "))


@pytest.mark.parametrize("names", [[NO_DATES], [Option.FULL_DATES.label, *_EVERYTHING], [NO_DATES, *_EVERYTHING]])
def test_no_option_makes_an_image_break_its_iod(many_scans: Path, tmp_path: Path, names: list[str]):
    if shutil.which(VALIDATOR) is None:
        assert not scans.in_ci(), "dciodvfy is not installed"
        pytest.skip("dciodvfy is not installed")
    built = build_bundle(
        tmp_path, many_scans, deidentify=frozenset(names), check=False, look_into_pictures=False
    )  # fmt: skip
    one_of_each_folder = {source.parent: (source, built.drive / path) for path, source in built.outcome.written.items()}
    pairs = [*one_of_each_folder.values()]
    with ThreadPoolExecutor(2) as executor:
        before, after = (list(executor.map(errors, paths)) for paths in zip(*pairs, strict=True))
    assert len(pairs) > 20
    added = {pair[0].name: new - old for pair, old, new in zip(pairs, before, after, strict=True) if new - old}
    assert added == {}
