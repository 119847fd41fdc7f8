"""The page of all pictures that may show text: for the researcher alone, to look at, to print and to decide from."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.pages.render import render


@dataclass(frozen=True, slots=True)
class PictureCard:
    """One picture: its place in the case, why it is here, how many places it has, its file, and what to look at.

    `whole` and `close` are PNG pictures of the image and of its first place; empty where there is none.
    """

    place: str
    why: str
    places: int
    source: str
    image: str
    whole: bytes
    close: bytes


@dataclass(frozen=True, slots=True)
class PictureGroup:
    """The pictures that became the same, and what that means."""

    title: str
    meaning: str
    cards: Sequence[PictureCard]


@dataclass(frozen=True, slots=True)
class PicturesPage:
    """What the page shows; `table` is the file to fill in, which has the same order."""

    undecided: int
    table: str
    groups: Sequence[PictureGroup]


def pictures_page(page: PicturesPage) -> str:
    """The whole page."""
    return render("pictures.html", page)
