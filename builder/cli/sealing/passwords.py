"""Asks for the passwords of encrypted media: once to open, twice to set; or reads them from a file."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
import sys

import click

from builder.cli.sealing.options import ForSealing
from builder.cli.sealing.strength import check_strength, proposal
from builder.drive.staging import folder_on
from builder.errors.sealing import PasswordMissing, WeakPassword
from builder.pipeline.sealing.in_plain import SealedStick
from bundle.bounded import read_file, read_first_line
from bundle.layout import LOCK
from bundle.medium.port import BundleMedium
from bundle.reading.sent import MOST_SENT, OpenedSent
from bundle.sealed.errors import MediumIsSealed, NoRight
from bundle.sealed.header import LockHeader, read_header
from bundle.sealed.medium import SealedMedium, open_medium
from bundle.sealed.sent import sealed_sent
from bundle.sealed.slots import NewSlot, Role

# The name of the slot that is always there.
RESEARCHER = "researcher"


def open_asked(drive: Path, password_file: Path | None) -> SealedMedium:
    """The opened medium; raises WrongPassword, PasswordMissing, DamagedSeal."""
    return open_medium(drive, known_password(drive, password_file))


@contextmanager
def opened_sticks(sources: Sequence[Path], password_file: Path | None) -> Iterator[dict[Path, BundleMedium]]:
    """The encrypted ones among the sticks to collect from, opened by the researcher; raises NoRight."""
    opened: dict[Path, BundleMedium] = {}
    with ExitStack() as closed:
        for source in (source for source in sources if (source / LOCK).is_file()):
            medium = closed.enter_context(closing(open_asked(source, password_file)))
            if medium.keys.role is not Role.RESEARCHER:
                raise NoRight
            opened[source] = medium
        yield opened


def opened_sent(sources: Sequence[Path], password_file: Path | None) -> dict[Path, OpenedSent]:
    """The encrypted ones among the sent files to collect from, opened by the researcher.

    Raises NoRight, WrongPassword, DamagedSeal.
    """
    found: dict[Path, OpenedSent] = {}
    for source in (source for source in sources if source.suffix.lower() == ".json" and source.is_file()):
        with suppress(OSError, ValueError):
            sent = sealed_sent(read_file(source, MOST_SENT).decode("utf-8"), source.name)
            if sent is not None:
                keys = sent.opened(known_password(source, password_file))
                if keys.role is not Role.RESEARCHER:
                    raise NoRight
                found[source] = OpenedSent(*sent.journals(keys))
                keys.wipe()
    return found


def known_password(drive: Path, password_file: Path | None) -> str:
    """A password that the medium has already."""
    if password_file is not None:
        return _from_file(password_file)
    _check_asked("--password-file")
    said: str = click.prompt(f"Password of {drive}", hide_input=True, err=True)
    return said


def new_password(whose: str, password_file: Path | None, option: str = "--password-file") -> str:
    """A password to set; raises WeakPassword, PasswordMissing."""
    if password_file is not None:
        password = _from_file(password_file)
        _say_strength(check_strength(password))
        return password
    _check_asked(option)
    click.echo(f"A strong password, if you want to take it:  {proposal()}", err=True)
    while True:
        said: str = click.prompt(f"Password of {whose}", hide_input=True, confirmation_prompt=True, err=True)
        try:
            _say_strength(check_strength(said))
            return said
        except WeakPassword as error:
            click.echo(str(error), err=True)


def header_on(drive: Path) -> LockHeader | None:
    """The header of an encrypted medium, also of one that is unfinished; None if the drive holds none."""
    roots = [root for root in (drive, folder_on(drive)) if (root / LOCK).is_file()]
    return read_header(roots[0]) if roots else None


def check_plain(drive: Path, *wanted: object) -> None:
    """Refuse what only a plain bundle can become, if it is wanted and the drive is encrypted; raises MediumIsSealed."""
    if any(option is not None for option in wanted) and header_on(drive) is not None:
        raise MediumIsSealed(
            str(drive), "Discs and parts of a study are not encrypted: choose another drive or folder."
        )


def stick_to_change(drive: Path, password_file: Path | None, *, dry_run: bool = False) -> SealedStick | None:
    """The encrypted stick on a drive, with the researcher's password; None if the drive holds none."""
    header = header_on(drive)
    if header is None:
        if password_file is not None:
            raise click.UsageError(f"--password-file: {drive} is not encrypted.")
        return None
    if dry_run:
        raise click.UsageError("--dry-run cannot look into an encrypted stick. Leave it out, or see mkbundle unlock.")
    return SealedStick(drive, header, known_password(drive, password_file))


def slots_to_build_with(sealing: ForSealing, *, dry_run: bool) -> list[NewSlot]:
    """The slot of the researcher, who is asked before a long build; none if there is nothing to encrypt."""
    if not sealing.encrypt or dry_run:
        return []
    return [NewSlot(Role.RESEARCHER, RESEARCHER, new_password("the researcher", sealing.password_file))]


def _say_strength(strength: str) -> None:
    click.echo(f"The password is {strength}. Keep it apart from the stick.", err=True)


def _from_file(file: Path) -> str:
    try:
        password = read_first_line(file)
    except UnicodeDecodeError:
        raise click.UsageError(f"{file} is no UTF-8 text.") from None
    if not password.strip():
        raise click.UsageError(f"{file} holds no password in its first line.")
    return password


def _check_asked(option: str) -> None:
    if not sys.stdin.isatty():
        raise PasswordMissing(option)
