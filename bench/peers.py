"""What mkbundle is measured against: a plain copy, and three programs that de-identify a folder."""

from collections.abc import Callable
from pathlib import Path
import shutil
import subprocess
import sys

Command = list[str | Path]
_MKBUNDLE = "from builder.cli.main import main; main()"
_DICOGNITO = "import sys; from dicognito.__main__ import main; main(sys.argv[1:])"
# It does not look into sub-folders by itself.
_ANONYMIZER = """
import sys
from pathlib import Path
from dicomanonymizer.anonymizer import anonymize
for folder in sorted(Path(sys.argv[1]).iterdir()):
    (Path(sys.argv[2]) / folder.name).mkdir(parents=True)
    anonymize(str(folder), str(Path(sys.argv[2]) / folder.name), {}, True)
"""


def copy(scans: Path, target: Path) -> Command:
    """What any way of putting files on a stick costs at least."""
    return ["cp", "-r", scans, target / "copy"]


def bytes_alone(scans: Path, target: Path) -> Command:
    """What reading, SHA-256 and writing of each file cost, which no build of this format can save."""
    return [sys.executable, "-m", "bench.bytes_alone", scans, target / "copy"]


def flushed_copy(scans: Path, target: Path) -> Command:
    """The same until everything has reached the medium, as it has when mkbundle ends."""
    return ["sh", "-c", f"cp -r '{scans}' '{target / 'copy'}' && sync -f '{target}'"]


def checked(scans: Path, target: Path) -> Command:
    """What people run, everything on, read back and checked; without viewers, whose size no scans change."""
    return _mkbundle([sys.executable, "-c", _MKBUNDLE], scans, target)


def with_chunks(scans: Path, target: Path) -> Command:
    """The same with the images for browsers."""
    return [*checked(scans, target), "--web", "full"]


def unsearched(scans: Path, target: Path) -> Command:
    """The same without the search for originals before the commit."""
    return _mkbundle([sys.executable, "-m", "bench.unsearched"], scans, target)


def unchecked(scans: Path, target: Path) -> Command:
    """The same without the check."""
    return [*checked(scans, target), "--no-check"]


def unread(scans: Path, target: Path) -> Command:
    """The same with all but the readings: everything that is searched for text, and nothing read."""
    return [*_mkbundle([sys.executable, "-m", "bench.unread"], scans, target), "--no-check"]


def headers_only(scans: Path, target: Path) -> Command:
    """The same with no look into the pictures, as none of the peers has one."""
    return [*unchecked(scans, target), "--no-picture-search"]


def _mkbundle(program: Command, scans: Path, target: Path) -> Command:
    """The key lies beside the target; pictures that await a decision end a build with 1, which is no failure here."""
    drive = target / "drive"
    drive.mkdir()
    return [*program, "build", scans, drive, "--viewer", "none", "--no-progress", "--key", target.parent / "bench.key"]


def peers(work: Path) -> dict[str, Callable[[Path, Path], Command]]:
    """The programs that are installed here, by name."""
    found: dict[str, Callable[[Path, Path], Command]] = {}
    if shutil.which("gdcmanon") and shutil.which("openssl"):
        certificate = _certificate(work)
        found["gdcmanon"] = lambda scans, target: [
            "gdcmanon", "-e", "-c", certificate, "-r", "-i", scans, "-o", target / "copy",
        ]  # fmt: skip
    if _has("dicognito"):
        found["dicognito"] = lambda scans, target: [
            sys.executable, "-c", _DICOGNITO, "--quiet", "--output-directory", target / "copy", scans,
        ]  # fmt: skip
    if _has("dicomanonymizer"):
        found["dicom-anonymizer"] = lambda scans, target: [
            sys.executable, "-c", _ANONYMIZER, scans, target / "copy",
        ]  # fmt: skip
    return found


def _has(module: str) -> bool:
    return subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def _certificate(work: Path) -> Path:
    """gdcmanon wants to encrypt the originals for somebody."""
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=bench"]
    subprocess.run([*request, "-keyout", work / "key.pem", "-out", work / "cert.pem"], capture_output=True, check=True)
    return work / "cert.pem"
