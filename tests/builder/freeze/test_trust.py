"""What makes a pack trustworthy: the same bytes each time, a bill of materials, and the user's own signature."""

import hashlib
import json
from pathlib import Path
import shutil
import subprocess
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
import pytest

from builder import freeze
from builder.freeze import Pack, Program, errors
from tests.builder.freeze.test_freeze import TINY, bench, both_platforms, other_tiny  # noqa: F401 - fixtures

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="packs for two systems are made on Linux")


def bill_of(pack: Pack) -> Path:
    return pack.folder / "VIEWER/LICENSES" / pack.platform.upper() / "SBOM.JSON"


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@both_platforms
def test_a_pack_made_twice_is_the_same_byte_for_byte(platform: str, tmp_path: Path, bench: Path, monkeypatch) -> None:  # noqa: F811
    first = freeze.make_pack(platform, program=TINY)
    (tmp_path / "cache").mkdir()
    for name in ("downloads", "windows", "wine", "wine-run"):
        (tmp_path / "cache" / name).symlink_to(bench / "cache" / name)
    monkeypatch.setenv("MKBUNDLE_CACHE", str(tmp_path / "cache"))
    second = freeze.make_pack(platform, program=TINY)
    assert first.folder != second.folder
    assert digests(first.folder) == digests(second.folder)


@both_platforms
def test_the_bill_of_materials_is_valid_and_names_every_component_and_file(platform: str) -> None:
    pack = freeze.make_pack(platform, program=TINY)
    text = bill_of(pack).read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    listed = json.loads(text)["components"]
    files = {
        component["name"]: component["hashes"][0]["content"] for component in listed if component["type"] == "file"
    }
    place = bill_of(pack).relative_to(pack.folder).as_posix()
    assert files == {name: digest for name, digest in digests(pack.folder).items() if name != place}
    libraries = {component["name"].lower(): component for component in listed if component["type"] == "library"}
    assert libraries["pyinstaller"]["purl"].startswith("pkg:pypi/pyinstaller@6.")
    assert "python" in libraries


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Brightwater Study",
         "-addext", "extendedKeyUsage=codeSigning", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return tmp_path


def test_the_users_own_command_signs_viewer_exe(certificate: Path, other_tiny: Program) -> None:  # noqa: F811
    pack = freeze.make_pack("win64", program=other_tiny)
    before = digests(pack.folder)
    command = f"osslsigncode sign -certs {certificate}/cert.pem -key {certificate}/key.pem -in {{}} -out {{out}}"
    signed = freeze.sign_pack(pack, command)
    after = digests(signed.folder)
    assert {name for name in after if after[name] != before.get(name)} == {
        "viewer.exe",
        bill_of(pack).relative_to(pack.folder).as_posix(),
    }
    assert set(after) == set(before)
    command_line = ["osslsigncode", "verify", "-CAfile", certificate / "cert.pem", "-in", pack.folder / "viewer.exe"]
    said = subprocess.run(command_line, capture_output=True, text=True, check=False).stdout
    assert "Brightwater Study" in said
    assert "Signature verification: ok" in said
    text = bill_of(signed).read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert after["viewer.exe"] in text
    assert digests(freeze.make_pack("win64", program=other_tiny).folder) == after  # the next build takes the signed one


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("false {}", ""),
        ("no-such-signer {}", "FileNotFoundError"),
        ("true", "does not say"),
        ("sh -c 'echo bad; exit 3' {}", "bad"),
    ],
)
def test_a_command_that_fails_leaves_the_pack_as_it_was(command: str, said: str) -> None:
    pack = freeze.make_pack("win64", program=TINY)
    before = digests(pack.folder)
    with pytest.raises(errors.SigningFailed, match="--sign") as caught:
        freeze.sign_pack(pack, command)
    assert said in str(caught.value)
    assert digests(pack.folder) == before


def test_a_pack_without_a_windows_program_needs_no_signature() -> None:
    pack = freeze.make_pack("linux64", program=TINY)
    before = digests(pack.folder)
    freeze.sign_pack(pack, shutil.which("false") or "false")
    assert digests(pack.folder) == before
