"""The checker as Windows runs it: a real Windows Python under Wine reads past the cache, and finds what Linux finds."""

import hashlib
from importlib.metadata import distribution
import json
from pathlib import Path
import shutil
from typing import Any

import pytest

from builder.check import inspect_bundle
from builder.freeze.program import VIEWER
from builder.freeze.windows import windows_python
from builder.freeze.wine import problem
from tests import scans, wine
from tests.builder.check.damaging import first_image

ROOT = Path(__file__).parents[3]
MIB = 1 << 20
# Of what winternl.h calls FileModeInformation; a handle has them if it was opened with FILE_FLAG_NO_BUFFERING and
# FILE_FLAG_SEQUENTIAL_SCAN (Windows driver kit, NtCreateFile).
NO_BUFFERING, SEQUENTIAL = 0x8, 0x4
PAGE = 4096

# What the scripts have in common: the folders of this program on one drive, where to write on another.
BEGIN = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])

def report(found):
    Path(sys.argv[2]).write_text(json.dumps(found), encoding="utf-8")
"""

READ = """
import ctypes, msvcrt
from builder.check.medium import contents

class Status(ctypes.Structure):
    _fields_ = [("status", ctypes.c_void_p), ("information", ctypes.c_void_p)]

def mode(stream):
    status, found = Status(), ctypes.c_ulong()
    ask = ctypes.windll.ntdll.NtQueryInformationFile
    ask.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int]
    handle = msvcrt.get_osfhandle(stream.fileno())
    if ask(handle, ctypes.byref(status), ctypes.byref(found), ctypes.sizeof(found), 16):
        raise OSError("Windows does not tell how the file was opened")
    return found.value

def address(view):
    return ctypes.addressof(ctypes.c_char.from_buffer(view))

modes, places, usual = [], [], contents.open_uncached

class Watched:
    def __init__(self, stream):
        self.stream = stream
        modes.append(mode(stream))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def readinto(self, view):
        places.append((address(view), len(view)))
        return self.stream.readinto(view)

contents.open_uncached = lambda path: Watched(usual(path))
read = {}
for path in Path(sys.argv[3]).iterdir():
    size, digest, head = contents.read_whole(path, 1 << 30)
    Path(sys.argv[4], path.name).write_bytes(head)
    read[path.name] = [size, digest]
with open(path, "rb", buffering=0) as stream:
    cached = mode(stream)
try:
    usual(Path(sys.argv[3], "missing"))
except FileNotFoundError:
    read["missing"] = "not there"
report({"platform": sys.platform, "read": read, "modes": modes, "cached": cached, "places": places})
"""

CHECK = """
from builder.check import inspect_bundle

if __name__ == "__main__":
    found = inspect_bundle(Path(sys.argv[3]))
    findings = [(finding.check, finding.subject, finding.message) for finding in found.findings]
    report({"findings": findings, "files": found.totals.files_whole, "bytes": found.totals.bytes_read})
"""


@pytest.fixture(scope="module", autouse=True)
def python() -> Path:
    """The Windows Python that the viewer is frozen from."""
    missing = problem("win64", VIEWER)
    if missing and not scans.in_ci():
        pytest.skip(str(missing))
    assert missing is None
    return windows_python(lambda text: None)


@pytest.fixture
def run(python: Path, tmp_path: Path):
    """Runs a script with this program and its data, and with pydicom, which the frozen viewer does not need."""
    work = tmp_path / "windows"
    packages = work / "packages"
    packages.mkdir(parents=True)
    pydicom = [Path(str(file.locate())) for file in distribution("pydicom").files or ()]
    beside = [next(file.parent for file in pydicom if file.name == name) for name in ("dataset.py", "METADATA")]
    for part in (ROOT / "builder", ROOT / "bundle", ROOT / "bundle_template", *beside):
        (packages / part.name).symlink_to(part, target_is_directory=True)

    def run_script(script: str, folder: Path, *more: str) -> dict[str, Any]:
        (work / "script.py").write_text(BEGIN + script, encoding="utf-8")
        wine.mount("U", work)
        wine.mount("V", folder)
        on_work = [wine.windows_path("U", name) for name in ("script.py", "packages", "report.json", *more)]
        arguments = [*on_work[:3], wine.windows_path("V"), *on_work[3:]]
        done = wine.run_from_drive("W", python, "python.exe", ["-B", *arguments], timeout=300)
        assert done.returncode == 0, done.stdout
        found: dict[str, Any] = json.loads((work / "report.json").read_text(encoding="utf-8"))
        return found

    return run_script


def test_windows_reads_every_byte_past_its_cache_whatever_the_length(run, tmp_path):
    medium, copies = tmp_path / "medium", tmp_path / "windows" / "copies"
    medium.mkdir()
    copies.mkdir()
    contents = {
        f"{size} Bücher Дом 名前.bin": bytes(i * 7 % 251 for i in range(size % MIB)) + b"\x5a" * (size // MIB * MIB)
        for size in (0, 1, 511, 4096, MIB - 1, MIB, MIB + 1, 2 * MIB + 333)
    }
    for name, content in contents.items():
        (medium / name).write_bytes(content)
    found = run(READ, medium, "copies")
    assert found["platform"] == "win32"
    digests = {name: [len(content), hashlib.sha256(content).hexdigest()] for name, content in contents.items()}
    assert found["read"] == {**digests, "missing": "not there"}
    assert {path.name: path.read_bytes() for path in copies.iterdir()} == contents
    both = NO_BUFFERING | SEQUENTIAL
    assert [mode & both for mode in found["modes"]] == [both] * len(contents)
    assert not found["cached"] & NO_BUFFERING  # so this does tell the two apart
    # Wine does without, but Windows reads past its cache only whole sectors, into memory that begins with one.
    assert len(found["places"]) > len(contents)
    assert {number % PAGE for place in found["places"] for number in place} == {0}


def without_file_system(findings: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """A folder has one for Windows and none for Linux."""
    return sorted(finding for finding in findings if not finding[0].startswith("drive."))


def test_a_check_on_windows_finds_what_it_finds_on_linux(run, small_bundle, tmp_path):
    stick = tmp_path / "stick"
    shutil.copytree(small_bundle.drive, stick)
    image = first_image(stick)
    content = bytearray(image.read_bytes())
    content[-1] ^= 1
    image.write_bytes(content)
    (stick / "BUNDLE" / "ODD.TXT").write_bytes(b"left here")
    on_linux = inspect_bundle(stick)
    expected = [(finding.check, finding.subject, finding.message) for finding in on_linux.findings]
    assert {check for check, _, _ in expected} >= {"manifest.changed", "manifest.unexpected"}
    found = run(CHECK, stick)
    assert without_file_system([tuple(finding) for finding in found["findings"]]) == without_file_system(expected)
    assert (found["files"], found["bytes"]) == (on_linux.totals.files_whole, on_linux.totals.bytes_read)
