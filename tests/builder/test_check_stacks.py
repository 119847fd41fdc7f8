"""The check's own proof of stacks: what is sound is let pass, whatever its formalities; what is mixed is found."""

from pathlib import Path
import shutil

import pytest

from builder.check import check_bundle
from builder.report import finding_lines
from tests.builder.test_check import good_bundle  # noqa: F401  (a fixture)
from tests.damage_stacks import SOUND


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_is_not_called_wrong(good_bundle: Path, tmp_path: Path, name: str):  # noqa: F811
    root = Path(shutil.copytree(good_bundle, tmp_path / "stick"))
    SOUND[name](root)
    assert check_bundle(root) == [], "\n".join(finding_lines(check_bundle(root)))
