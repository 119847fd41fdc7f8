"""Checks of the texts that IHE PDI requires: README.TXT is a text, INDEX.HTM lists the cases and runs nothing."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
import re

from builder.check.findings import Finding, finding
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium
from bundle.layout import DICOMDIR, INDEX_PAGE, README

# Tags that run, load or send something in a page opened from a stick.
_ACTIVE = frozenset({
    "script", "iframe", "frame", "object", "embed", "applet", "form", "base", "link", "audio", "video", "img", "svg",
})  # fmt: skip
_LOADS = re.compile(r"url\s*\(|@import|expression\s*\(|javascript:", re.IGNORECASE)
# The longest list of cases; and tags that end, short enough and few enough for Python's parser, which may otherwise go
# over the rest of a page at each of them.
_LONGEST = 16 << 20
_TAG, _MOST_TAGS = re.compile(r"<[^<>]{1,2000}>"), 100_000
_LINE_ENDS = "\r\n\t\f"


class _Page(HTMLParser):
    """The active parts of a page, and its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._rows: list[list[list[str]]] = []

    @property
    def rows(self) -> list[list[str]]:
        """The texts of the cells of all tables, row by row."""
        return [["".join(parts) for parts in row] for row in self._rows]

    def take(self, text: str) -> bool:
        """Read a page; False if it is no page that this parser reads in bounded time."""
        if not is_simple(text):
            return False
        self.feed(text)
        self.close()
        return True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td") and self._rows:
            self._rows[-1].append([])
        if tag in _ACTIVE or (tag == "meta" and any(name == "http-equiv" for name, _ in attrs)):
            self.active.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or _LOADS.search(value or ""):
                self.active.append(f"{name} of <{tag}>")
            elif name in ("href", "src", "background", "action"):
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._rows.append([])  # what follows stands in no cell

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._rows and self._rows[-1]:
            self._rows[-1][-1].append(data.strip())


def is_simple(text: str) -> bool:
    """Whether a parser reads a page in bounded time."""
    tags = text.count("<")
    return tags <= _MOST_TAGS and sum(1 for _ in _TAG.finditer(text)) == tags


def check_texts(medium: Medium, cases: Sequence[str]) -> Iterator[Finding]:
    """Both texts, if they are present and unchanged; `cases` are those of the index."""
    page, problem = text_of(medium, INDEX_PAGE), readme_problem(medium)
    if problem:
        yield finding("pdi.readme", README, problem)
    wrong = [] if page is None else list(_page_problems(medium, page, cases))
    if wrong:
        yield finding("pdi.page", INDEX_PAGE, some(wrong))


def readme_problem(medium: Medium) -> str:
    """What keeps people from reading README.TXT; empty if nothing does, or if its loss is reported separately."""
    readme = bytes_of(medium, README)
    return "" if readme is None else _letters_problem(readme) or _readme_problem(_decoded(readme))


def check_texts_of_others(medium: Medium) -> Iterator[Finding]:
    """IHE PDI requires README.TXT on every disc; a page comes only with an option."""
    readme = text_of(medium, README)
    if readme is None or not readme.strip():
        yield finding("pdi.readme", README, "it is not on the medium" if readme is None else "it is empty")


def page_rows(text: str) -> list[list[str]]:
    """The texts of the cells of all tables of a page, row by row."""
    page = _Page()
    page.take(text)
    return page.rows


def text_of(medium: Medium, path: str) -> str | None:
    """A text; None if its loss or change is reported separately."""
    content = bytes_of(medium, path)
    return None if content is None else _decoded(content)


def bytes_of(medium: Medium, path: str) -> bytes | None:
    """The bytes of a text; None if its loss or change is reported separately."""
    if not medium.intact(path):
        return None
    with (medium.root / path).open("rb") as stream:
        return stream.read(_LONGEST)


def _decoded(content: bytes) -> str:
    return content.decode("utf-8-sig", errors="replace")


def _letters_problem(content: bytes) -> str:
    """Editors recognise letters beyond ASCII only by the byte order mark."""
    if content.isascii():
        return ""
    if not content.startswith(BOM_UTF8):
        return "it holds letters beyond ASCII without the mark of UTF-8 that tells editors how to show them"
    return "it holds letters that are not in UTF-8" if "\N{REPLACEMENT CHARACTER}" in _decoded(content) else ""


def _readme_problem(text: str) -> str:
    if not text.strip():
        return "it is empty"
    if not all(character.isprintable() or character in _LINE_ENDS for character in text):
        return "it holds control characters, or is no text"
    return "" if DICOMDIR in text else "it does not say how the scans are opened with a DICOM viewer"


def _page_problems(medium: Medium, text: str, cases: Sequence[str]) -> Iterator[str]:
    page = _Page()
    if not page.take(text):
        yield "it is no simple page: a tag does not end, or there are far too many"
        return
    yield from (f"it can do something: {what}" for what in page.active)
    if _LOADS.search("".join(page.words)):
        yield "its style loads something"
    # The loss of a text is reported separately.
    yield from (
        f"it leads to {link!r}"
        for link in page.links
        if not (link.startswith("#") or medium.has(link) or link == README)
    )
    words = set(re.findall(r"[\w-]+", " ".join(page.words)))
    missing = [case for case in cases if case not in words]
    if missing:
        yield f"it does not list {some(missing)}"
