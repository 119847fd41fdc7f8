"""`mkbundle check`: reads a bundle back, reports what is wrong, and keeps the report as JSON or as a page."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from builder.check import Around, Originals, Place, Reach, Report, Span, Trial, Validation, inspect_bundle
from builder.check.places.place import bundle_of, drive_of
from builder.cli import report
from builder.cli.grouped import TOLD, Output, grouped
from builder.cli.papers.returned_text import returned_lines
from builder.cli.papers.signing import check_signing, sign_reports, signed_lines
from builder.cli.progress import Screen
from builder.cli.sealing.checking import opened_place, sealed_lines
from builder.cli.sealing.options import PASSWORD_FILE
from builder.cli.study.handed_out import handed_out
from builder.cli.study.passphrase import PASSPHRASE, unlock
from builder.drive.private_paths import check_key, check_outside
from builder.freeze import known_bills
from builder.key.originals import read_originals
from builder.key.private_files import write_private
from bundle.errors import EXIT_DONE, EXIT_FINDINGS
from bundle.layout import LOCK

_OF_IMAGE = ("", "  The files of the image were read, and every system sees the same in it.")
_OUTSIDE_UNREAD = ("  What may lie in the image outside of its files was not.",)
_OUTSIDE_SEARCHED = ("  What lies in the image outside of its files was searched for the originals, too.",)


@dataclass(frozen=True, slots=True)
class HowMuch:
    """The extent of the check; `run_viewers` is None to run only this machine's own viewers."""

    quick: bool
    sample: int | None
    validate_all: bool
    run_viewers: bool | None

    @property
    def reach(self) -> Reach:
        """How much of the files to read."""
        return Reach(0 if self.quick and self.sample is None else self.sample)

    @property
    def trial(self) -> Trial:
        """Which viewers to run."""
        return {None: Trial.OWN, True: Trial.ALL, False: Trial.NONE}[self.run_viewers]

    @property
    def validation(self) -> Validation:
        """Which images dciodvfy reads."""
        return Validation.ALL if self.validate_all else Validation.SERIES


_EXTENT = grouped(
    "extent",
    HowMuch,
    click.option("--quick", is_flag=True, help="Read headers and lists, but no pixels and no viewer."),
    click.option(
        "--sample", type=click.IntRange(0), metavar="N", help="Like --quick, and read N random files to their end."
    ),
    click.option("--validate-all", is_flag=True, help="Let dciodvfy read every image, not just one of each series."),
    click.option(
        "--run-viewers/--no-run-viewers", default=None,
        help="Let the viewers that run here open every series. Default: those that were made on this machine.",
    ),
)  # fmt: skip


@click.command("check")
@click.argument("drive", type=click.Path(path_type=Path))
@click.option("--html", "html_file", type=click.Path(path_type=Path, dir_okay=False), help="Also write a page to keep.")
@click.option("--key", type=click.Path(path_type=Path), help="Search every byte for the originals of this study key.")
@click.option(
    "--sign-report",
    "signing",
    metavar="COMMAND",
    help="Sign the report of --html and --json with your own command: {} in it is the file, such as 'minisign -Sm {}'.",
)
@PASSPHRASE
@PASSWORD_FILE
@_EXTENT
@TOLD
def check_command(
    drive: Path, html_file: Path | None, key: Path | None, signing: str | None, passphrase_file: Path | None,
    password_file: Path | None, extent: HowMuch, told: Output,
) -> int:  # fmt: skip
    """Read the bundle on DRIVE back and check everything. Exit code 1 if there is an error."""
    _check_usage(key, extent)
    reports = [file for file in (told.file, html_file) if file is not None]
    if signing is not None:
        check_signing(signing, reports)
    check_outside(reports, [drive])
    if key is not None:
        unlock(key, passphrase_file)
    with _folder_of(drive, password_file, told) as place:
        found = _inspect(place, key, extent, told, image=drive if drive.is_file() else None)
        named = replace(found, root=drive)
        of_image = (*_OF_IMAGE, *(_OUTSIDE_SEARCHED if key else _OUTSIDE_UNREAD)) if drive.is_file() else ()
        told.say(
            [
                *report.check_lines(named),
                *returned_lines(named.returned),
                *of_image,
                *([] if isinstance(place, Path) else sealed_lines(extent.reach)),
            ]
        )
        told.write_json(named.to_json())
        if html_file is not None:
            from builder.catalogue.preview import shrink
            from builder.cli.check_page import html_report

            write_private(html_file, html_report(named, shrink=shrink, folder=bundle_of(place)))
    if signing is not None:
        told.say(signed_lines(sign_reports(signing, reports), found.manifest_digest))
    return EXIT_DONE if found.passed else EXIT_FINDINGS


@contextmanager
def _folder_of(drive: Path, password_file: Path | None, told: Output) -> Iterator[Place]:
    """The drive itself, or the files of the image of a disc, or the plain content of what is encrypted."""
    if (drive / LOCK).is_file():
        with opened_place(drive, password_file) as place:
            yield place
        return
    if not drive.is_file():
        yield drive
        return
    from builder.drive.opened_image import image_as_folder

    with ExitStack() as opened:
        with Screen(bars=not told.no_progress) as screen:
            progress = screen.step("Opening the image", in_bytes=True)
            folder = opened.enter_context(image_as_folder(drive, progress))
        is_sealed = (folder / LOCK).is_file()
        yield opened.enter_context(opened_place(folder, password_file)) if is_sealed else folder


def _check_usage(key: Path | None, extent: HowMuch) -> None:
    if key is not None and extent.reach.partial:
        raise click.UsageError("--key searches every byte: leave out --quick and --sample.")
    if extent.run_viewers and extent.reach.partial:
        raise click.UsageError("--run-viewers needs a complete check: leave out --quick and --sample.")


def _inspect(place: Place, key: Path | None, extent: HowMuch, told: Output, *, image: Path | None) -> Report:
    """Check the content of the `image`, or the drive itself."""
    if key is not None:
        check_key(key, drive_of(place))
    originals = None if key is None else Originals.kept(read_originals(key))
    handed = None if key is None else handed_out(key, place)
    with Screen(bars=not told.no_progress) as screen:
        return inspect_bundle(
            place,
            progress=screen.step("Reading the medium back", in_bytes=True),
            originals=originals,
            reach=extent.reach,
            viewers=extent.trial,
            bills=known_bills(),
            step=screen.step,
            validation=extent.validation,
            handed=handed,
            around=None if key is None or image is None else _around(image),
        )


def _around(image: Path) -> Around:
    """Everything in an image but its files."""
    from builder.drive.opened_image import outside_files

    return Around(image, [Span(*unused) for unused in outside_files(image)])
