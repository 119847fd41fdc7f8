"""The texts for readers: README.TXT and INDEX.HTM (IHE PDI), the manual, the start script, and the usual form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from importlib.resources.abc import Traversable
import re
from string import Template
import textwrap
import tomllib

from builder.catalogue.cleaning import CleaningStated
from builder.catalogue.manual import with_pages
from bundle import web
from bundle.layout import INDEX_PAGE, MANUAL, READER_PACKS, README, WINDOWS_PACK

ENGLISH = "en"
_WORDS, _FORM = "WORDS.TOML", "FORM.TOML"
_SEALED, _SEALED_INDEX, _SEALED_READER = "SEALED.TXT", "SEALED.HTM", "SEALREAD.HTM"
_LANGUAGE = re.compile(rb'<html\b[^>]*\slang="([a-z]{2,3})"')
_COLUMNS = 76
_NOTHING = CleaningStated()
# A line of a template that begins with [word] stays, without the mark, only if the condition holds.
_CONDITION = re.compile(r"\[([a-z0-9]+)\](.*)")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case as INDEX.HTM lists it; a pseudonym, never a name, and none for a blinded reader.

    Besides `images` in `series` there may be `segmentations` of these.

    This many of its images were `left_out` for text, had text `masked`, or were `kept` although text was read in them;
    `not_chosen` are those that the researcher did not want on the medium, `unreadable` those that could not be read.
    """

    case: str
    pseudonym: str
    series: int
    images: int
    left_out: int = 0
    masked: int = 0
    kept: int = 0
    not_chosen: int = 0
    unreadable: int = 0
    segmentations: int = 0

    @property
    def has_text(self) -> bool:
        """Whether something is to be said of text in its images."""
        return bool(self.left_out or self.masked or self.kept)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words that fill the texts, in their language; of each pair the first is singular, the second plural."""

    cases: Sequence[str]
    series: Sequence[str]
    images: Sequence[str]
    segmentations: Sequence[str]
    thousands: str
    left_out: str
    masked: str
    kept: str
    not_chosen: str
    unreadable: str
    contact: str
    in_images: Sequence[str]
    of: str
    how: str
    methods_are: str
    means: str
    privacy: Mapping[str, str]

    def number(self, number: int) -> str:
        """Such as 1,200."""
        return f"{number:,}".replace(",", self.thousands)

    def count(self, number: int, forms: Sequence[str]) -> str:
        """Such as '1 image' and '2 images'."""
        return f"{self.number(number)} {forms[number != 1]}"

    def remarks(self, case: CaseLine) -> str:
        """'1 left out, 2 masked, 12 not chosen, 3 could not be read'; empty if there is nothing to report."""
        numbers = (
            (case.left_out, self.left_out),
            (case.masked, self.masked),
            (case.kept, self.kept),
            (case.not_chosen, self.not_chosen),
            (case.unreadable, self.unreadable),
        )
        return ", ".join(f"{self.number(number)} {what}" for number, what in numbers if number)

    def methods(self, cleaning: CleaningStated) -> list[str]:
        """'113101 Clean Pixel Data Option (3 of 1,200 images)'; without the numbers if all images state it."""
        return [
            f"{method.code} {method.meaning}{self._share(method.images, cleaning.images)}"
            for method in cleaning.methods
        ]

    def _share(self, number: int, images: int) -> str:
        return "" if number == images else f" ({self.number(number)} {self.of} {self.count(images, self.in_images)})"

    def sentences(self, cleaning: CleaningStated) -> list[str]:
        """What is removed and kept, in the order of WORDS.TOML."""
        of = {"images": self.count(cleaning.images, self.in_images)}
        held = ((number, claim) for claim in self.privacy if (number := cleaning.claims.get(claim, 0)))
        some = Template(self.privacy["some"])
        return [
            ("" if number == cleaning.images else some.substitute(of, number=self.number(number))) + self.privacy[claim]
            for number, claim in held
        ]


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
    cases: Sequence[CaseLine], platforms: Sequence[str], *, version: str, contact: str = "", language: str = ENGLISH,
    cleaning: CleaningStated = _NOTHING, for_browsers: bool = False,
) -> dict[str, bytes]:  # fmt: skip
    """Relative path -> content of every document on a medium with the viewers for `platforms`.

    `cleaning` is what the images of the medium say of their de-identification. `for_browsers`: it has copies of the
    images that a browser shows without being given the folder.
    """
    words = _Words(**tomllib.loads(_read(_WORDS, language)))
    values = _totals(cases, words) | {"version": version}
    methods, sentences = words.methods(cleaning), words.sentences(cleaning)
    segmentations = sum(case.segmentations for case in cases)
    values["segmentations"] = words.count(segmentations, words.segmentations)
    values["contact"] = _one_line(contact) or words.contact
    said = {case.case: words.remarks(case) for case in cases}
    values["told"] = "\n".join(f"  {case}: {text}" for case, text in said.items() if text)
    told = any(said.values())
    rows = "\n".join(_row(case, words, told) for case in cases)
    page = {name: escape(value) for name, value in values.items()} | {"rows": rows}
    page |= {"methods": _items(methods), "privacy": _items(sentences)}
    values |= {"methods": _wrapped(methods, "  "), "privacy": _wrapped(sentences, "  - ")}
    conditions = {*platforms, "viewer" if platforms else "none", *_remarked(cases)}
    conditions |= {"full" if for_browsers else "folder"}
    conditions |= set() if WINDOWS_PACK.name in platforms else {"nowindows"}
    files = {
        README: _crlf(_filled(_read(README, language), values, conditions)),
        INDEX_PAGE: _crlf(_filled(_read(INDEX_PAGE, language), page, conditions)),
    }
    if platforms:
        paragraphs = (
            ", ".join(_totals(cases, words).values()),
            "",
            words.methods_are,
            *map(_item, methods),
            "",
            words.means,
            *map(_item, sentences),
        )
        files[MANUAL] = with_pages(_template(MANUAL, language).read_bytes(), words.how, paragraphs)
    scripts = [READER_PACKS[name].start for name in platforms if _template(READER_PACKS[name].start).is_file()]
    return files | {name: _read(name).encode() for name in scripts}


def sealed_papers(platforms: Sequence[str], *, version: str, language: str = ENGLISH) -> dict[str, bytes]:
    """Path -> content of what lies readable on an encrypted medium, and tells nothing of what is on it.

    The page for browsers asks for the folder and the password.
    """
    conditions = {*platforms, "viewer" if platforms else "none"}
    conditions |= set() if WINDOWS_PACK.name in platforms else {"nowindows"}
    values = {"version": version}
    return {
        README: _crlf(_filled(_read(_SEALED, language), values, conditions)),
        INDEX_PAGE: _crlf(_filled(_read(_SEALED_INDEX, language), values, conditions)),
        web.PAGE: _template(_SEALED_READER).read_bytes(),
    }


def _remarked(cases: Sequence[CaseLine]) -> set[str]:
    """The conditions for words on images (text in them, not chosen, unreadable, any of these) and on patients."""
    found = {
        "text": any(case.has_text for case in cases),
        "unchosen": any(case.not_chosen for case in cases),
        "unread": any(case.unreadable for case in cases),
    }
    found |= {"told": any(found.values()), "named": any(case.pseudonym for case in cases)}
    found["segmented"] = any(case.segmentations for case in cases)
    return {name for name, holds in found.items() if holds}


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


def _item(text: str) -> str:
    return f"- {text}"


def _items(texts: Sequence[str]) -> str:
    """For the page."""
    return "\n".join(f"<li>{escape(text)}</li>" for text in texts)


def _wrapped(texts: Sequence[str], mark: str) -> str:
    """For the text, each behind `mark`."""
    lines = (
        textwrap.wrap(text, _COLUMNS, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False)
        for text in texts
    )
    return "\n".join(line for wrapped in lines for line in wrapped)


def _row(case: CaseLine, words: _Words, told: bool) -> str:
    numbers = "".join(f'<td class="number">{words.number(number)}</td>' for number in (case.series, case.images))
    text = f"<td>{escape(words.remarks(case))}</td>" if told else ""
    patient = f"<td>{escape(case.pseudonym)}</td>" if case.pseudonym else ""
    return f'<tr><th scope="row">{escape(case.case)}</th>{patient}{numbers}{text}</tr>'
