"""Fills the templates; a value always stays text, whatever it contains."""

from base64 import b64encode
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

_JPEG = b"\xff\xd8"


def render(template: str, page: object) -> str:
    """The template of this name, filled from `page`; every value is escaped."""
    return _environment().get_template(template).render(page=page)


def count(number: int, noun: str) -> str:
    """'1 check', '2,000 checks'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def data_uri(picture: bytes) -> str:
    """A PNG or JPEG picture as a data URI, so that a page needs no other file."""
    kind = "jpeg" if picture.startswith(_JPEG) else "png"
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"


@cache
def _environment() -> Environment:
    """If a page lacks a value, that is an error, not an empty text."""
    made = Environment(
        loader=PackageLoader("builder.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"count": count, "data_uri": data_uri}
    return made
