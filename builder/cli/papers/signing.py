"""`mkbundle check --sign-report`: lets the user's own command sign the files of a report."""

from collections.abc import Sequence
from pathlib import Path
import shlex
import subprocess

import click

from builder.errors.report import ReportNotSigned


def check_signing(command: str, reports: Sequence[Path]) -> None:
    """Refuse a command that cannot sign anything, before the medium is read."""
    if not reports:
        raise click.UsageError("--sign-report signs a file: name one with --html FILE or --json FILE.")
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise click.UsageError(f"--sign-report: the command cannot be understood: {error}.") from None
    if not any("{}" in word for word in words):
        raise click.UsageError("--sign-report: write {} where the command takes the file, as in 'minisign -Sm {}'.")


def sign_reports(command: str, reports: Sequence[Path]) -> dict[Path, list[Path]]:
    """Each report with the files that the command has written or changed beside it; raises ReportNotSigned.

    No shell is involved; the command has the terminal, so it can ask for a passphrase.
    """
    return {report: _sign(command, report) for report in reports}


def _sign(command: str, report: Path) -> list[Path]:
    content, before = report.read_bytes(), _beside(report)
    words = [word.replace("{}", str(report)) for word in shlex.split(command)]
    try:
        done = subprocess.run(words, check=False)
    except OSError as error:
        raise ReportNotSigned(report, f"{words[0]}: {error.strerror or type(error).__name__}") from None
    if done.returncode:
        raise ReportNotSigned(report, f"{words[0]} ended with exit code {done.returncode}")
    now = _beside(report)
    signatures = [path for path, state in now.items() if before.get(path) != state and path != report]
    if not signatures and report.read_bytes() == content:
        raise ReportNotSigned(report, f"{words[0]} wrote nothing beside it")
    return sorted(signatures)


def _beside(report: Path) -> dict[Path, tuple[int, int]]:
    """The files beside a report whose names begin like its own, by size and time of writing."""
    found = {path: path.stat() for path in report.parent.iterdir() if path.name.startswith(report.name)}
    return {path: (state.st_size, state.st_mtime_ns) for path, state in found.items()}


def signed_lines(signed: dict[Path, list[Path]], manifest_digest: str) -> list[str]:
    """What was signed, and that the signature covers the digest of the manifest."""
    text = ["", "Signed"]
    for report, signatures in signed.items():
        text.append(f"  {report}")
        text += [f"    signature  {path}" for path in signatures]
    names = "It names the manifest" if len(signed) == 1 else "Each names the manifest"
    return [*text, f"  {names} {manifest_digest or '(there is none)'}"]
