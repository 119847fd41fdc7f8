"""Appends pages of text to the manual by an incremental update (PDF 32000-1 7.5.6): its own page stays as it is."""

from collections.abc import Iterator, Sequence
import re
import textwrap

# A4 in points; the same margins and about the same size of type as the manual's own page.
_WIDTH, _HEIGHT, _MARGIN = 595, 842, 43
_TITLE, _TEXT, _LINE = 18, 10, 14
_ON_A_PAGE = (_HEIGHT - 2 * _MARGIN - 2 * _TITLE) // _LINE
# Helvetica's letters are half as wide as high on average; no line of prose is wider than this.
_LETTERS = 96
_SIZE = re.compile(rb"/Size (\d+)")
_ROOT = re.compile(rb"/Root (\d+) 0 R")
_PAGES = re.compile(
    rb"(\d+) 0 obj\s*<<\s*/Type /Pages\s*/Kids\s*\[([^\]]*)\]\s*/Count (\d+)(.*?)>>\s*endobj", re.DOTALL
)
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")


def with_pages(manual: bytes, title: str, paragraphs: Sequence[str]) -> bytes:
    """The manual with as many more pages as `paragraphs` need; an empty one is a gap."""
    lines = [line for paragraph in paragraphs for line in _broken(paragraph)]
    sheets = [lines[start : start + _ON_A_PAGE] for start in range(0, len(lines), _ON_A_PAGE)]
    pages, size, root, start = _parts_of(manual)
    number, kids, count, rest = pages
    font, bold = size, size + 1
    objects = {font: _font(b"Helvetica"), bold: _font(b"Helvetica-Bold")}
    for sheet in sheets:
        page, content = max(objects) + 1, max(objects) + 2
        objects[page] = (
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R /Resources << /Font << /F %d 0 R "
            b"/B %d 0 R >> >> >>" % (number, _WIDTH, _HEIGHT, content, font, bold)
        )
        stream = b"".join(_drawn(title, sheet))
        objects[content] = b"<< /Length %d >>\nstream\n%sendstream" % (len(stream), stream)
        kids += b"%d 0 R\n" % page
    objects[number] = b"<< /Type /Pages /Kids [%s] /Count %d %s >>" % (kids, count + len(sheets), rest)
    return _updated(manual, objects, size, root, start)


def _parts_of(manual: bytes) -> tuple[tuple[int, bytes, int, bytes], int, int, int]:
    """The object with the pages, the number of objects, the root, and where the table of objects stands."""
    pages, start = _PAGES.search(manual), _START.search(manual)
    size, root = _SIZE.search(manual), _ROOT.search(manual)
    assert pages and start and size and root, "the manual is not as tests/manual.py makes it"
    return (int(pages[1]), pages[2], int(pages[3]), pages[4]), int(size[1]), int(root[1]), int(start[1])


def _font(name: bytes) -> bytes:
    """One of the fonts that every PDF reader has (PDF 32000-1 9.6.2.2)."""
    return b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name


def _broken(paragraph: str) -> list[str]:
    """The lines of a paragraph; those after the first of an item are indented."""
    return textwrap.wrap(
        paragraph, _LETTERS, subsequent_indent="   " if paragraph.startswith("- ") else "",
        break_long_words=False, break_on_hyphens=False,
    ) or [""]  # fmt: skip


def _drawn(title: str, lines: Sequence[str]) -> Iterator[bytes]:
    """The operators that draw a page (PDF 32000-1 9.4)."""
    top = _HEIGHT - _MARGIN - _TITLE
    yield b"BT /B %d Tf %d %d Td (%s) Tj ET\n" % (_TITLE, _MARGIN, top, _literal(title))
    yield b"BT /F %d Tf %d TL %d %d Td\n" % (_TEXT, _LINE, _MARGIN, top - 2 * _TITLE)
    yield from (b"(%s) Tj T*\n" % _literal(line) for line in lines)
    yield b"ET\n"


def _literal(text: str) -> bytes:
    return re.sub(rb"([\\()])", rb"\\\1", text.encode("cp1252", "replace"))


def _updated(manual: bytes, objects: dict[int, bytes], size: int, root: int, start: int) -> bytes:
    added, offsets = bytearray(), dict[int, int]()
    for number in sorted(objects):
        offsets[number] = len(manual) + len(added)
        added += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    table = len(manual) + len(added)
    added += b"xref\n"
    for number, offset in offsets.items():  # each is a section of its own
        added += b"%d 1\n%010d 00000 n \n" % (number, offset)
    added += b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (max(size, max(objects) + 1), root, start)
    return manual + bytes(added) + b"startxref\n%d\n%%%%EOF\n" % table
