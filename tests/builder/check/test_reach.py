"""The extent of a check, its report on that, and the documents that must match: the JSON schema and docs/checks.md."""

import json
import os
from pathlib import Path
import re
import shutil

import jsonschema
import pytest

from builder.check import RULES, Reach, check_bundle, inspect_bundle, inspection
from builder.check.checks import drive, speed
from builder.check.medium import contents, medium
from builder.cli.check_page import html_report
from builder.cli.main import cli
from builder.cli.report import check_lines
from tests import scans
from tests.builder.check.damaging import remove_files
from tests.builder.pipeline.test_survive import Medium
from tests.conftest import build_bundle
from tests.manifests import bundle_files

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "builder/check/report.schema.json").read_text())
QUICK = Reach(0)


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle whose pixels are far larger than its headers."""
    return build_bundle(tmp_path, scans.write_series(tmp_path / "scans", 6, size=400), check=False).drive


def images(root: Path) -> list[Path]:
    return sorted(root.rglob("IM*"))


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)


def found(root: Path, reach: Reach) -> list[str]:
    return [finding.check for finding in inspect_bundle(root, reach=reach).findings if finding.severity != "hint"]


def test_a_quick_check_reads_headers_alone_and_says_so(bundle):
    report = inspect_bundle(bundle, reach=QUICK)
    assert report.passed and report.partial and "manifest.changed" in report.not_made
    assert report.totals.files - report.totals.files_whole == 6
    assert report.totals.bytes_read < report.totals.bytes / 3
    assert "A quick check" in html_report(report)
    assert "Check the whole medium" in "\n".join(check_lines(report))
    flip(images(bundle)[2], -50)
    assert (found(bundle, QUICK), found(bundle, Reach())) == ([], ["manifest.changed"])


def test_a_quick_check_finds_what_headers_sizes_and_lists_tell(bundle):
    header_digits = images(bundle)[1].read_bytes().index(b"120.0")
    flip(images(bundle)[1], header_digits + 4)
    assert {"index.header"} <= set(found(bundle, QUICK))
    images(bundle)[3].write_bytes(images(bundle)[3].read_bytes()[:-100])
    assert {"manifest.changed", "index.header"} & set(found(bundle, QUICK))
    images(bundle)[5].unlink()
    assert "manifest.missing" in found(bundle, QUICK)


def test_a_truncated_file_is_found_without_reading_pixels(bundle):
    images(bundle)[3].write_bytes(images(bundle)[3].read_bytes()[:-100])
    assert found(bundle, QUICK) == ["manifest.changed"]


def test_a_sample_reads_so_many_files_whole_and_not_always_the_same(bundle):
    flip(images(bundle)[2], -50)
    seen = {tuple(found(bundle, Reach(3))) for _ in range(40)}
    assert seen == {(), ("manifest.changed",)}
    assert {inspect_bundle(bundle, reach=Reach(n)).totals.files_whole for n in (2, 6, 99)} == {10, 14}
    assert found(bundle, Reach(6)) == ["manifest.changed"]


def test_the_command_line_checks_quickly(bundle, capsys):
    assert cli(["check", str(bundle), "--quick", "--no-progress"], standalone_mode=False) == 0
    assert "8 of 14 files whole" in capsys.readouterr().out
    with pytest.raises(Exception, match="leave out --quick"):
        cli(["check", str(bundle), "--sample", "2", "--key", "x"], standalone_mode=False)


# The papers


@pytest.mark.parametrize("reach", [Reach(), QUICK])
def test_the_json_is_what_its_schema_says(bundle, reach):
    (bundle / "README.TXT").unlink()
    (bundle / "autorun.inf").write_bytes(b"")
    content = json.loads(json.dumps(inspect_bundle(bundle, reach=reach).to_json()))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(content, SCHEMA)
    assert content["error"] == 2
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content | {"findings": [{"check": "x"}]}, SCHEMA)


def test_the_list_of_checks_is_that_of_the_code():
    row = re.compile(r"\| `([a-z_.]+)` \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|")
    listed = [match.groups() for match in row.finditer((ROOT / "docs/checks.md").read_text())]
    assert listed == [(rule.name, rule.severity, rule.holds, rule.clause, rule.remedy) for rule in RULES.values()]


# The drive


def test_the_time_for_the_first_case_follows_from_the_speed_of_reading(bundle, monkeypatch):
    remove_files("WEB")(bundle)  # beside images as small as these, it would be most of what is read
    first = inspect_bundle(bundle).first_case
    assert first and (first.case, first.bytes, first.seconds) == ("CASE-001", size_of(images(bundle)), None)
    monkeypatch.setattr(speed, "_LEAST", 0)
    monkeypatch.setattr(speed, "_PATIENCE", 0.0)
    report = inspect_bundle(bundle)
    assert report.first_case and report.first_case.seconds is not None
    expected = report.first_case.bytes * report.totals.seconds / report.totals.bytes_read
    assert report.first_case.seconds == pytest.approx(expected, abs=0.1)
    monkeypatch.setattr(speed, "_LEAST", sum(file.stat().st_size for file in images(bundle)))
    assert inspect_bundle(bundle).first_case.seconds is not None
    assert inspect_bundle(bundle, reach=QUICK).first_case.seconds is None


def size_of(paths: list[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def test_a_medium_that_makes_readers_wait_is_said(bundle, monkeypatch):
    read = medium.read_medium

    def slowly(*arguments: object) -> medium.Medium:
        found = read(*arguments)
        found.seconds = 1e6
        return found

    monkeypatch.setattr(inspection, "read_medium", slowly)
    monkeypatch.setattr(speed, "_LEAST", 0)
    assert "drive.slow" in [finding.check for finding in check_bundle(bundle)]


@pytest.mark.parametrize(("kind", "expected"), [("exfat", {"drive.file_system", "drive.room"}), ("ext4", set())])
def test_the_file_system_of_a_real_medium_is_told(bundle, tmp_path, kind, expected):
    if not Path("/dev/loop-control").exists() or not Path("/dev/fuse").exists():
        pytest.skip("mounting needs loop devices and FUSE")
    (tmp_path / "a b").mkdir()
    medium = Medium(tmp_path / "a b", 16_000_000 if kind == "exfat" else 60_000_000, kind)
    try:
        shutil.copytree(bundle, medium.mount, dirs_exist_ok=True)
        assert {finding.check for finding in check_bundle(medium.mount)} & {
            "drive.file_system",
            "drive.room",
        } == expected
        if kind == "ext4":
            medium.turn_read_only()
            assert drive.file_system(medium.mount) == ("ext4", False)
    finally:
        medium.throw_away()


def test_a_bundle_in_a_folder_says_nothing_of_file_systems(bundle):
    checked = inspect_bundle(bundle)
    assert not [finding for finding in checked.findings if finding.check.startswith("drive.file")]
    assert "drive.file_system" in checked.not_made


def test_every_file_is_read_past_what_the_system_remembers(bundle, monkeypatch):
    opened: list[Path] = []
    real = contents.open_uncached
    monkeypatch.setattr(contents, "open_uncached", lambda path: (opened.append(path), real(path))[1])
    forgotten: list[tuple[int, int, int]] = []
    monkeypatch.setattr(os, "posix_fadvise", lambda _, *more: forgotten.append(more))
    assert [finding.check for finding in check_bundle(bundle)] == ["viewer.none"]
    files = {bundle / path for path in bundle_files(bundle)}
    assert set(opened) == files and forgotten == [(0, 0, os.POSIX_FADV_DONTNEED)] * len(files)


class Windows:
    """The properties of a volume on Windows."""

    def __init__(self, name: str, flags: int) -> None:
        self.kernel32, self._name, self._flags = self, name, flags

    def GetVolumeInformationW(self, volume, label, size, serial, longest, flags, name, length):  # noqa: N802
        name.value, flags._obj.value = self._name, self._flags
        return bool(self._name)


@pytest.mark.parametrize(
    ("name", "flags", "found", "made", "writable"),
    [("FAT32", 0, False, True, True), ("exFAT", 0x80000, True, True, False), ("NTFS", 0, True, True, True),
     ("CDFS", 0x80000, False, False, False), ("", 0, False, False, True)],
)  # fmt: skip
def test_windows_is_asked_for_the_file_system(bundle, monkeypatch, name, flags, found, made, writable):
    monkeypatch.setattr(drive.sys, "platform", "win32")
    monkeypatch.setattr(drive.ctypes, "windll", Windows(name, flags), raising=False)
    assert drive.file_system(bundle) == (name.lower(), writable) and drive.is_known(bundle) == made
    state = medium.Medium(bundle)
    assert [finding.check for finding in drive.outside_the_standard(state)] == ["drive.file_system"] * found
