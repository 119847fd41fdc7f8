"""The papers that go onto the medium: README.TXT and INDEX.HTM (IHE PDI), the manual, and the start script."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from importlib.resources.abc import Traversable
import re
from string import Template

from bundle.layout import INDEX_PAGE, MANUAL, READER_PACKS, README

# What the policy does, in the words of the standard; the codes stand in (0012,0064) of every file.
PROFILE = "DICOM PS3.15 Basic Profile (113100) with modified dates (113107)"
NO_CONTACT = "whoever gave you this medium"

# A line of a template that begins with [word] stays only where the word holds, without the mark.
_CONDITION = re.compile(r"\[([a-z0-9]+)\](.*)")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case as INDEX.HTM lists it; a pseudonym, never a name.

    Of its images, so many were `left_out` for text, had text `masked`, or were `kept` though text was read in them.
    """

    case: str
    pseudonym: str
    series: int
    images: int
    left_out: int = 0
    masked: int = 0
    kept: int = 0

    @property
    def text_in_pictures(self) -> str:
        """'1 image left out, 2 masked'; empty where there is nothing to say."""
        numbers = ((self.left_out, "left out"), (self.masked, "masked"), (self.kept, "kept with text"))
        return ", ".join(f"{number:,} {what}" for number, what in numbers if number)


def template_files(
    cases: Sequence[CaseLine], platforms: Sequence[str], *, version: str, contact: str = ""
) -> dict[str, bytes]:
    """Relative path -> content of every paper on a medium that carries the viewers for `platforms`."""
    values = _totals(cases) | {"version": version, "profile": PROFILE, "contact": _one_line(contact) or NO_CONTACT}
    values["told"] = "\n".join(f"  {case.case}: {case.text_in_pictures}" for case in cases if case.text_in_pictures)
    told = any(case.text_in_pictures for case in cases)
    rows = "\n".join(_row(case, told) for case in cases)
    page = {name: escape(value) for name, value in values.items()} | {"rows": rows}
    words = {*platforms, "viewer" if platforms else "none", "told" if told else "untold"}
    files = {
        README: _crlf(_filled(README, values, words)),
        INDEX_PAGE: _crlf(_filled(INDEX_PAGE, page, words)),
    }
    if platforms:
        files[MANUAL] = _template(MANUAL).read_bytes()
    scripts = [READER_PACKS[name].start for name in platforms if _template(READER_PACKS[name].start).is_file()]
    return files | {name: _read(name).encode() for name in scripts}


def _template(name: str) -> Traversable:
    return resources.files("bundle_template").joinpath(name)


def _read(name: str) -> str:
    """A template with plain line feeds, whatever the system it was checked out on made of them."""
    return _template(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _filled(name: str, values: dict[str, str], words: set[str]) -> str:
    return Template("\n".join(_lines(_read(name), words))).substitute(values)


def _lines(text: str, words: set[str]) -> Iterator[str]:
    for line in text.split("\n"):
        condition = _CONDITION.match(line)
        if condition is None:
            yield line
        elif condition[1] in words:
            yield condition[2]


def _crlf(text: str) -> bytes:
    """Line ends that every Windows editor shows, with a byte order mark only where the text is not plain ASCII."""
    encoding = "ascii" if text.isascii() else "utf-8-sig"
    return text.replace("\n", "\r\n").encode(encoding)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _totals(cases: Sequence[CaseLine]) -> dict[str, str]:
    return {
        "cases": _count(len(cases), "case", "cases"),
        "series": _count(sum(case.series for case in cases), "series", "series"),
        "images": _count(sum(case.images for case in cases), "image", "images"),
    }


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _row(case: CaseLine, told: bool) -> str:
    text = f"<td>{escape(case.text_in_pictures)}</td>" if told else ""
    return (
        f'<tr><th scope="row">{escape(case.case)}</th><td>{escape(case.pseudonym)}</td>'
        f'<td class="number">{case.series:,}</td><td class="number">{case.images:,}</td>{text}</tr>'
    )
