"""Media other than one stick: `mkbundle image`, and the options --iso and --span."""

from pathlib import Path
import re
from typing import Any

import click

from builder.cli.grouped import NO_PROGRESS
from builder.cli.progress import Screen
from bundle.errors import EXIT_DONE, NoBundle
from bundle.layout import LOCK, MANIFEST

# Media are sold in powers of ten.
_UNITS = {"MB": 10**6, "GB": 10**9}
# An encrypted medium leaves nothing on the PC, and nobody can write on a disc.
SEALED_DISC = "The disc is encrypted. It shows the scans and keeps no answers: who reads and answers needs a stick."
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(MB|GB)", re.IGNORECASE)


class Size(click.ParamType[int]):
    """Such as 700MB or 4.7GB."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Bytes; an invalid size ends in a message."""
        found = _SIZE.fullmatch(str(value).strip())
        if found is None:
            self.fail(f"{value!r} is not a size. Write it as 700MB, 4.7GB or 25GB.", param, ctx)
        return int(float(found[1]) * _UNITS[found[2].upper()])


@click.command("image")
@click.argument("drive", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("image", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@NO_PROGRESS
def image_command(drive: Path, image: Path, no_progress: bool) -> int:
    """Write the finished bundle on DRIVE as FILE, the image of a CD or DVD, and read it back."""

    from builder.drive.disc_image import check_image, write_image

    if not (drive / MANIFEST).is_file():
        raise NoBundle(str(drive))
    check_image(image, drive)
    with Screen(bars=not no_progress) as screen:
        write_image(drive, image, screen.step(f"Writing {image.name}"))
    click.echo(f"{image}: {image.stat().st_size / 1e6:,.1f} MB, read back and verified. Burn it to a disc.")
    if (drive / LOCK).is_file():
        click.echo(SEALED_DISC)
    return EXIT_DONE
