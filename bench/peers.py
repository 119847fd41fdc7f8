"""What mkbundle is measured against: a plain copy, and three programs that de-identify a folder."""

from collections.abc import Callable
from pathlib import Path
import shutil
import subprocess
import sys

Command = list[str | Path]
_MKBUNDLE = "from builder.cli import main; main()"
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


def mkbundle(scans: Path, target: Path) -> Command:
    """A whole bundle without viewers, unchecked, its pictures not searched for text; the key lies beside the target."""
    return [*mkbundle_with_text_search(scans, target), "--no-picture-search"]


def mkbundle_with_text_search(scans: Path, target: Path) -> Command:
    """The same with the search for text, as none of the peers has."""
    drive = target / "drive"
    drive.mkdir()
    options: Command = ["--viewer", "none", "--no-check", "--no-progress", "--key", target.parent / "bench.key"]
    return [sys.executable, "-c", _MKBUNDLE, scans, drive, *options]


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
