"""Runs the user's own signing command on the Windows program of a cached pack."""

from pathlib import Path
import shlex
import shutil
import subprocess

from builder.freeze import cache, sbom
from builder.freeze.errors import SigningFailed
from builder.freeze.pyinstaller import last_lines

_PATIENCE = 600.0


def sign(home: Path, command: str, programs: list[Path], bill: Path) -> None:
    """Sign the programs (paths below `home`) of a cached pack: all of them, or the pack stays unchanged.

    `{}` in the command stands for the program; if the tool writes a new file, `{out}` stands for that, which then
    replaces the program. Raises SigningFailed.
    place. Raises SigningFailed.
    """
    with cache.locked(home), cache.workplace() as work:
        signed = work / "signed"
        shutil.copytree(home, signed)
        for program in programs:
            _sign_one(signed / program, command)
        sbom.refresh(signed, signed / bill)
        old = work / "old"
        home.rename(old)
        signed.rename(home)


def _sign_one(program: Path, command: str) -> None:
    out = program.with_name(program.name + ".signed")
    words = [word.replace("{out}", str(out)).replace("{}", str(program)) for word in shlex.split(command)]
    if not any(str(program) in word for word in words):
        raise SigningFailed(program.name, "the command does not say {} where the program's path belongs")
    try:
        done = subprocess.run(words, capture_output=True, timeout=_PATIENCE, stdin=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        # The command may hold a password, so the error names only its first word.
        raise SigningFailed(program.name, f"{words[0]}: {type(error).__name__}") from None
    if done.returncode:
        raise SigningFailed(program.name, last_lines((done.stdout + done.stderr).decode(errors="replace")))
    if out.exists():
        out.replace(program)
