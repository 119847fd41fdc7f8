"""Places in pictures, and what is to be blanked of them; plain values that go between processes."""

from typing import NamedTuple


class Place(NamedTuple):
    """A box in one frame of an image: rows from `top` up to `bottom`, columns from `left` up to `right`."""

    frame: int
    top: int
    left: int
    bottom: int
    right: int


class Mask(NamedTuple):
    """Where text is to be blanked; `over_body` where the researcher decided that it may be over the patient too.

    `beside` are the source files of the slices before and behind, which help to tell the patient from the text.
    """

    places: tuple[Place, ...]
    over_body: bool = False
    beside: tuple[str, ...] = ()
