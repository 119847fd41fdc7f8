"""The content of the page of pictures that may show text: each picture as plain values for the template."""

from collections.abc import Sequence
from pathlib import Path

from builder.decide.crops import Crop
from builder.decide.picture_records import Fate, PictureRecord, undecided
from builder.pages.pictures_page import PictureCard, PictureGroup, PicturesPage, pictures_page

_TITLES = {
    Fate.UNDECIDED: "To be decided",
    Fate.LEFT_OUT: "Left out", Fate.MASKED: "Masked", Fate.KEPT: "Kept, as you decided",
}  # fmt: skip
_MEANING = {
    Fate.UNDECIDED: "Something looks like text, but nothing was read in the picture itself. These are on the medium.",
    Fate.LEFT_OUT: "Text was read, or you decided so. These pictures are not on the medium.",
    Fate.MASKED: "Text was read and overwritten. What you see here is the picture as it was.",
    Fate.KEPT: "These pictures are on the medium as they are.",
}


def look_page(seen: Sequence[PictureRecord], crops: Sequence[Crop], table: Path) -> str:
    """The whole page; `seen` in the order of the lines of `table`, each with its pictures as far as there are any."""
    pictures = [*crops, *[Crop()] * (len(seen) - len(crops))]
    cards: dict[Fate, list[PictureCard]] = {fate: [] for fate in _TITLES}
    for picture, crop in zip(seen, pictures, strict=True):
        cards[picture.fate].append(_card(picture, crop))
    groups = [PictureGroup(title, _MEANING[fate], cards[fate]) for fate, title in _TITLES.items() if cards[fate]]
    return pictures_page(PicturesPage(undecided(seen), str(table), groups))


def _card(picture: PictureRecord, crop: Crop) -> PictureCard:
    return PictureCard(
        place=picture.place,
        why=picture.why[:1].upper() + picture.why[1:],
        places=len(picture.places),
        source=_printable(picture.source),
        image=picture.identity.image,
        whole=crop.whole,
        close=crop.place,
    )


def _printable(path: Path) -> str:
    return "".join(character if character.isprintable() else "�" for character in str(path))
