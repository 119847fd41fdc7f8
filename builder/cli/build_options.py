"""The options of `mkbundle build`, grouped by topic."""

from dataclasses import dataclass
import os
from pathlib import Path

import click
from platformdirs import user_data_path

from builder.catalogue.template import languages
from builder.cli.grouped import grouped
from builder.cli.media import Size
from builder.cli.policy import OPTION, POLICY
from builder.cli.study.passphrase import PASSPHRASE

# Windows cannot wait for more than 61 processes at once.
CORES = min(os.cpu_count() or 1, 61)
_FILE = click.Path(path_type=Path, dir_okay=False)
_EXISTING_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


def default_key() -> Path:
    """Where the study key lies unless another one is named."""
    return user_data_path("mkbundle") / "study.key"


@dataclass(frozen=True, slots=True)
class Task:
    """The task on the drive, and its key."""

    key: Path | None
    viewers: str | None
    dry_run: bool
    resume: bool
    add: bool
    removed: tuple[str, ...]
    no_check: bool
    lock: bool
    passphrase_file: Path | None


TASK = grouped(
    "task",
    Task,
    click.option("--key", type=click.Path(path_type=Path), help="Study key; made if missing. Never on DRIVE."),
    click.option("--viewer", "viewers", help="win64, linux64 or none, with commas between. Default: every one."),
    click.option("--dry-run", is_flag=True, help="Show the stick before it is made; write nothing."),
    click.option("--resume", is_flag=True, help="Finish an interrupted build; good files are kept."),
    click.option("--add", is_flag=True, help="Add the scans to the bundle on DRIVE; its images stay unchanged."),
    click.option("--remove", "removed", multiple=True, metavar="CASE", help="Remove a case from the bundle on DRIVE."),
    click.option("--no-check", is_flag=True, help="Do not read the finished bundle back."),
    click.option(
        "--lock", is_flag=True, help="Lock the study with a passphrase, so that no name lies open beside the key."
    ),
    PASSPHRASE,
)


@dataclass(frozen=True, slots=True)
class InPictures:
    """The treatment of text and faces in the pictures."""

    mask: bool
    decide_file: Path | None
    deface: bool
    no_picture_search: bool


IN_PICTURES = grouped(
    "in_pictures",
    InPictures,
    click.option(
        "--mask", is_flag=True, help="Mask text that is read beside the patient, instead of leaving the picture out."
    ),
    click.option(
        "--decide", "decide_file", type=_EXISTING_FILE, metavar="FILE.csv",
        help="Decisions on pictures that may show text: the filled-in table of an earlier build.",
    ),
    click.option("--deface", is_flag=True, help="Blank the face of every head in CT; brain and skull stay."),
    click.option(
        "--no-picture-search", is_flag=True, help="Search for neither text nor faces: only if there certainly are none."
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ForReaders:
    """The files on the medium for readers."""

    form_file: str | None
    hanging_file: str | None
    language: str | None
    web: str


FOR_READERS = grouped(
    "for_readers",
    ForReaders,
    click.option("--form", "form_file", metavar="FORM.toml", help="A reading form; 'default' is the usual one."),
    click.option(
        "--hanging", "hanging_file", metavar="RULE.toml", help="How the viewer opens a case: series, window, panes."
    ),
    click.option(
        "--language",
        type=click.Choice(languages()),
        help="The language of README.TXT, INDEX.HTM, MANUAL.PDF and the default form. Default: English, or the "
        "bundle's with --add.",
    ),
    click.option(
        "--web",
        type=click.Choice(["folder", "full"]),
        default="folder",
        help="How a browser gets the images: from the stick's folder, for which the page asks, or at once, from copies "
        "that take about half as much room again.",
    ),
)


@dataclass(frozen=True, slots=True)
class ForMedia:
    """Media besides one stick; `span` is the size of a medium in bytes."""

    image: Path | None
    span: int | None


MEDIA = grouped(
    "media",
    ForMedia,
    click.option("--iso", "image", type=_FILE, help="Also write an image of a disc."),
    click.option("--span", type=Size(), metavar="SIZE", help="Split by case into bundles of this size, such as 4.7GB."),
)


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers: processes of this machine, or the workers of a Dask scheduler."""

    workers: int
    scheduler: str | None


CREW = grouped(
    "crew",
    Crew,
    click.option("--workers", type=click.IntRange(1), default=CORES, help="Processes. Default: all cores."),
    click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler whose workers replace --workers."),
)


@dataclass(frozen=True, slots=True)
class Cleaning:
    """How headers are de-identified."""

    option_names: tuple[str, ...]
    policy_file: Path | None


CLEANING = grouped("cleaning", Cleaning, OPTION, POLICY)
