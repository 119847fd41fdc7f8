"""Paths stay inside the bundle, and the manifest is what sha256sum writes and checks."""

import subprocess

from hypothesis import given
from hypothesis import strategies as st
import pytest

from bundle import layout, manifest
from bundle.errors import DamagedManifest, PathLeavesBundle
from tests.manifests import bundle_files, digests_of


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "A/../../x", "C:/x", "C:\\x", "\\\\host\\x", "", "a\0b"])
def test_a_path_that_leaves_the_bundle_is_refused(tmp_path, path):
    with pytest.raises(PathLeavesBundle):
        layout.resolve(tmp_path, path)


def test_a_link_that_leads_out_of_the_bundle_is_refused(tmp_path):
    (tmp_path / "bundle").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "bundle" / "IM").symlink_to(tmp_path / "secret")
    with pytest.raises(PathLeavesBundle):
        layout.resolve(tmp_path / "bundle", "IM")


@given(st.tuples(*[st.integers(1, 999_999)] * 4))
def test_every_instance_path_is_a_file_id(numbers):
    assert layout.is_file_id(tuple(layout.instance_path(*numbers).split("/")))


@pytest.mark.parametrize("components", [(), ("lower",), ("NINECHARS",), ("A.B",), ("A",) * 9, ("",)])
def test_what_ps3_10_does_not_allow_is_no_file_id(components):
    assert not layout.is_file_id(components)


def test_sha256sum_accepts_the_manifest(tmp_path):
    (tmp_path / "BUNDLE").mkdir()
    for name in ("DICOMDIR", "README.TXT", "BUNDLE/INDEX.DB"):
        (tmp_path / name).write_text(name)
    digests = digests_of(tmp_path, bundle_files(tmp_path))
    (tmp_path / layout.MANIFEST).write_text(manifest.format_lines(digests))
    subprocess.run(["sha256sum", "-c", "--strict", layout.MANIFEST], cwd=tmp_path, check=True, capture_output=True)
    assert manifest.read(tmp_path) == digests


@pytest.mark.parametrize("line", ["hello", "0" * 63 + "  x", "0" * 64 + " x\n" + "0" * 64 + "  x"])
def test_a_damaged_manifest_line_is_named(line):
    with pytest.raises(DamagedManifest, match="Line 1"):
        manifest.parse_lines(line)
