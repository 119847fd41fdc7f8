"""The page of all pictures that may show text: only for the researcher, to review, print and decide from."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.pages.render import render


@dataclass(frozen=True, slots=True)
class PictureCard:
    """One picture: its place in the case, why it is here, its number of places, its file, and what to look at.

    `whole` and `close` are PNG pictures of the image and of its first place; empty if there is none.
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
    """The pictures with the same outcome, and its meaning."""

    title: str
    meaning: str
    cards: Sequence[PictureCard]


@dataclass(frozen=True, slots=True)
class PicturesPage:
    """The content of the page; `table` is the file to fill in, in the same order."""

    undecided: int
    table: str
    groups: Sequence[PictureGroup]


def pictures_page(page: PicturesPage) -> str:
    """The whole page."""
    return render("pictures.html", page)
