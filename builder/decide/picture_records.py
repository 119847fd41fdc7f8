"""The fate of each picture that may show text, for the report, the page for review and the table of decisions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from builder.blanking import Place
from builder.decide.decisions import SUSPECTED, TEXT, ImageIdentity


class Fate(Enum):
    """The fate of a picture; the researcher reads the text."""

    UNDECIDED = "it stays until you decide"
    LEFT_OUT = "left out"
    MASKED = "masked"
    KEPT = "kept, as you decided"


@dataclass(frozen=True, slots=True)
class PictureRecord:
    """One picture that may show text; it names a source file, so it stays on the researcher's machine.

    `text` is true if text was read, or the header declares it; `score` is 0 to 1, most suspicious 1. `case` is empty if
    no image of it is left. `share` is the blanked share of the picture, 0 to 1; `position` is its place along the
    normal in mm, None if the file has none. `image` counts from 1 among those of its series on the medium.
    """

    source: Path
    identity: ImageIdentity
    study: str
    series: str
    series_number: int
    image: int
    fate: Fate
    text: bool
    why: str
    places: tuple[Place, ...] = ()
    score: float = 0.0
    share: float = 0.0
    case: str = ""
    unpacked: str = ""

    @property
    def file(self) -> Path:
        """Where the bytes of the source file are, while the build runs."""
        return Path(self.unpacked or self.source)

    @property
    def found(self) -> str:
        """The cell of the table with the finding to decide on."""
        return f"{TEXT if self.text else SUSPECTED}: {self.fate.value}"

    @property
    def place(self) -> str:
        """'CASE-012, series 3, image 7'."""
        return f"{self.case or 'a case of which no image is left'}, series {self.series_number}, image {self.image}"


_FIRST = (Fate.UNDECIDED, Fate.LEFT_OUT, Fate.MASKED, Fate.KEPT)


def most_suspicious_first(seen: Iterable[PictureRecord]) -> list[PictureRecord]:
    """Pictures to decide come first, then the settled ones; each group with the highest score first."""
    return sorted(
        seen,
        key=lambda picture: (
            _FIRST.index(picture.fate),
            -picture.score,
            picture.case,
            picture.series_number,
            picture.image,
        ),
    )


def undecided(seen: Sequence[PictureRecord]) -> int:
    """How many pictures wait for a decision."""
    return sum(picture.fate is Fate.UNDECIDED for picture in seen)
