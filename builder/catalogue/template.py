"""The texts for readers: README.TXT and INDEX.HTM (IHE PDI), the manual, the start script, and the usual form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from importlib.resources.abc import Traversable
import re
from string import Template
import tomllib

from bundle.layout import INDEX_PAGE, MANUAL, READER_PACKS, README

ENGLISH = "en"
_WORDS, _FORM = "WORDS.TOML", "FORM.TOML"
_LANGUAGE = re.compile(rb'<html\b[^>]*\slang="([a-z]{2,3})"')
# A line of a template that begins with [word] stays, without the mark, only if the condition holds.
_CONDITION = re.compile(r"\[([a-z0-9]+)\](.*)")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case as INDEX.HTM lists it; a pseudonym, never a name.

    This many of its images were `left_out` for text, had text `masked`, or were `kept` although text was read in them.
    """

    case: str
    pseudonym: str
    series: int
    images: int
    left_out: int = 0
    masked: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class _Words:
    """The words that fill the texts, in their language; of each pair the first is singular, the second plural."""

    cases: Sequence[str]
    series: Sequence[str]
    images: Sequence[str]
    thousands: str
    left_out: str
    masked: str
    kept: str
    contact: str
    profile: str

    def number(self, number: int) -> str:
        """Such as 1,200."""
        return f"{number:,}".replace(",", self.thousands)

    def count(self, number: int, forms: Sequence[str]) -> str:
        """Such as '1 image' and '2 images'."""
        return f"{self.number(number)} {forms[number != 1]}"

    def text_in_pictures(self, case: CaseLine) -> str:
        """'1 left out, 2 masked'; empty if there is nothing to report."""
        numbers = ((case.left_out, self.left_out), (case.masked, self.masked), (case.kept, self.kept))
        return ", ".join(f"{self.number(number)} {what}" for number, what in numbers if number)


def languages() -> tuple[str, ...]:
    """The languages of the texts, English first: a folder each."""
    found = sorted(
        entry.name for entry in resources.files("bundle_template").iterdir() if entry.joinpath(_WORDS).is_file()
    )
    return (ENGLISH, *found)


def default_form(language: str = ENGLISH) -> str:
    """The form for researchers who write none: diagnosis, confidence, image quality, remarks."""
    return _read(_FORM, language)


def language_of(page: bytes) -> str:
    """The language of an INDEX.HTM; English if it is not one of those here."""
    found = _LANGUAGE.search(page)
    return found[1].decode() if found and found[1].decode() in languages() else ENGLISH


def template_files(
    cases: Sequence[CaseLine], platforms: Sequence[str], *, version: str, contact: str = "", language: str = ENGLISH
) -> dict[str, bytes]:
    """Relative path -> content of every document on a medium with the viewers for `platforms`."""
    words = _Words(**tomllib.loads(_read(_WORDS, language)))
    values = _totals(cases, words) | {"version": version, "profile": words.profile}
    values["contact"] = _one_line(contact) or words.contact
    said = {case.case: words.text_in_pictures(case) for case in cases}
    values["told"] = "\n".join(f"  {case}: {text}" for case, text in said.items() if text)
    told = any(said.values())
    rows = "\n".join(_row(case, words, told) for case in cases)
    page = {name: escape(value) for name, value in values.items()} | {"rows": rows}
    conditions = {*platforms, "viewer" if platforms else "none", "told" if told else "untold"}
    files = {
        README: _crlf(_filled(_read(README, language), values, conditions)),
        INDEX_PAGE: _crlf(_filled(_read(INDEX_PAGE, language), page, conditions)),
    }
    if platforms:
        files[MANUAL] = _template(MANUAL, language).read_bytes()
    scripts = [READER_PACKS[name].start for name in platforms if _template(READER_PACKS[name].start).is_file()]
    return files | {name: _read(name).encode() for name in scripts}


def _template(name: str, language: str = ENGLISH) -> Traversable:
    """English templates, and those common to all languages, lie in the folder itself."""
    root = resources.files("bundle_template")
    return root.joinpath(name) if language == ENGLISH else root.joinpath(language).joinpath(name)


def _read(name: str, language: str = ENGLISH) -> str:
    """A template with plain line feeds, whatever line ends the checkout has."""
    return _template(name, language).read_text(encoding="utf-8").replace("\r\n", "\n")


def _filled(template: str, values: dict[str, str], conditions: set[str]) -> str:
    return Template("\n".join(_lines(template, conditions))).substitute(values)


def _lines(text: str, conditions: set[str]) -> Iterator[str]:
    for line in text.split("\n"):
        condition = _CONDITION.match(line)
        if condition is None:
            yield line
        elif condition[1] in conditions:
            yield condition[2]


def _crlf(text: str) -> bytes:
    """Line ends that every Windows editor shows, with a byte order mark only if the text is not plain ASCII."""
    encoding = "ascii" if text.isascii() else "utf-8-sig"
    return text.replace("\n", "\r\n").encode(encoding)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _totals(cases: Sequence[CaseLine], words: _Words) -> dict[str, str]:
    return {
        "cases": words.count(len(cases), words.cases),
        "series": words.count(sum(case.series for case in cases), words.series),
        "images": words.count(sum(case.images for case in cases), words.images),
    }


def _row(case: CaseLine, words: _Words, told: bool) -> str:
    numbers = "".join(f'<td class="number">{words.number(number)}</td>' for number in (case.series, case.images))
    text = f"<td>{escape(words.text_in_pictures(case))}</td>" if told else ""
    return f'<tr><th scope="row">{escape(case.case)}</th><td>{escape(case.pseudonym)}</td>{numbers}{text}</tr>'
