"""The options of a build that choose images and series."""

from dataclasses import dataclass
import math
from pathlib import Path, PurePosixPath, PureWindowsPath

import click

from builder.choose.selection import Selection
from builder.cli.grouped import grouped

# Two names are usual for one modality.
_MODALITIES = {"CT": "CT", "MR": "MR", "PT": "PT", "PET": "PT"}


@dataclass(frozen=True, slots=True)
class Choosing:
    """The values as click gives them."""

    modality: tuple[str, ...]
    min_slices: int
    max_thickness: float | None
    exclude: tuple[str, ...]
    no_localizers: bool
    plan_file: Path | None
    segmentation: tuple[Path, ...]
    of: tuple[str, ...]

    @property
    def selection(self) -> Selection:
        """What the steps need; raises UsageError."""
        if self.max_thickness is not None and not (math.isfinite(self.max_thickness) and self.max_thickness > 0):
            raise click.UsageError("--max-thickness is a length in mm, such as 1.5.")
        return Selection(
            modalities=frozenset(_MODALITIES[name] for name in self.modality),
            min_slices=self.min_slices,
            max_thickness=self.max_thickness,
            excluded=tuple(map(_pattern, self.exclude)),
            no_localizers=self.no_localizers,
        )

    @property
    def segmentations(self) -> tuple[tuple[Path, str], ...]:
        """Each label map with its series; raises UsageError."""
        if len(self.segmentation) != len(self.of):
            raise click.UsageError("Name a series for each label map: --segmentation FILE --of SERIES, in pairs.")
        return tuple(zip(self.segmentation, self.of, strict=True))


def _pattern(pattern: str) -> str:
    """A pattern that can fit something; raises UsageError."""
    absolute = PurePosixPath(pattern).is_absolute() or PureWindowsPath(pattern).is_absolute()
    if absolute or not pattern.strip("/\\. ") or ".." in PurePosixPath(pattern.replace("\\", "/")).parts:
        raise click.UsageError(
            f"--exclude {pattern}: name files or folders as they are called below SCANS, such as 'DERIVED', '*.zip' "
            "or 'old/**/scout*'."
        )
    return pattern


CHOOSING = grouped(
    "choosing",
    Choosing,
    click.option(
        "--modality", multiple=True, type=click.Choice(tuple(_MODALITIES), case_sensitive=False),
        help="Take only such images; may be repeated.",
    ),
    click.option(
        "--min-slices", type=click.IntRange(0), default=0, metavar="N", help="Leave out series of fewer slices."
    ),
    click.option(
        "--max-thickness", type=float, metavar="MM",
        help="Leave out series with thicker slices, and those that do not say how thick theirs are.",
    ),
    click.option(
        "--exclude", multiple=True, metavar="PATTERN",
        help="Leave out files and folders below SCANS by their names, such as 'DERIVED' or '*.zip'; may be repeated.",
    ),
    click.option("--no-localizers", is_flag=True, help="Leave out localizers (scouts, topograms)."),
    click.option(
        "--plan", "plan_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.csv",
        help="Carry out a plan. With --dry-run, write it first if it is not there.",
    ),
    click.option(
        "--segmentation", multiple=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
        help="A label map in NIfTI or NRRD, of the series that --of names; may be repeated.",
    ),
    click.option(
        "--of", multiple=True, metavar="SERIES",
        help="The Series Instance UID of the images of a --segmentation, or the folder in which they lie.",
    ),
)  # fmt: skip
