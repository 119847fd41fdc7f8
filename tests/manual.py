"""Makes the manual on one page that goes onto the medium, in each language: python -m tests.manual.

The keys are those of the window's own table, the picture is that of docs/viewer.md, and the same input gives the same
bytes: Qt notes the time of writing, which is taken out.
"""

from dataclasses import dataclass
from html import escape
import os
from pathlib import Path
import re
import tomllib

os.environ.setdefault("QT_HASH_SEED", "0")  # or the order of glyphs is another one every time

from PyQt5.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF, QUrl
from PyQt5.QtGui import QFont, QImage, QPageSize, QPdfWriter, QTextDocument

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.viewer import bundles
from viewer.startup.options import StartOptions
from viewer.ui.app import make_application, open_window
from viewer.ui.shell.help import mouse
from viewer.ui.shell.window import MainWindow
from viewer.words import tr

ROOT = Path(__file__).parents[1]
FILES = {"en": ROOT / "bundle_template" / "MANUAL.PDF", "de": ROOT / "bundle_template" / "de" / "MANUAL.PDF"}
PICTURE = ROOT / "docs" / "pictures" / "viewer.png"
_DPI, _CSS_DPI, _MM = 300, 96, 25.4
_MARGIN, _PICTURE_WIDTH = 15.0, 58.0
_FAMILY, _POINTS = "DejaVu Sans", 8.6

# Headings, and below each what is pressed and what it does.
Keys = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Words:
    """The manual's texts in one language, beside the names and texts of keys, which are those of the window."""

    title: str
    texts: tuple[tuple[str, str], ...]
    foot: str


WORDS = {
    language: Words(said["title"], tuple(said["texts"].items()), said["foot"])
    for language, said in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}


def keys_of(window: MainWindow) -> Keys:
    """Headings, and below each the keys and their effects."""
    commands = window.commands
    return [
        (tr("Mouse"), list(mouse())),
        (tr("Tools for the left button"), [(command.shown, command.text) for command in commands.tools]),
        (tr("Keys"), [(command.shown, command.text) for command in commands.others if command.shown]),
    ]


def page(words: Words, keys: Keys, picture_width: int) -> str:
    """The page as HTML."""
    (mouse_keys, tools, others) = keys
    half = len(others[1]) // 2
    columns = [[mouse_keys, tools], [(others[0], others[1][:half])], [("", others[1][half:])]]
    cells = "".join(f'<td width="33%" valign="top">{"".join(map(_listed, column))}</td>' for column in columns)
    texts = "".join(f"<p><b>{escape(head)}.</b> {escape(text)}</p>" for head, text in words.texts)
    return (
        f'<p class="title">{words.title}</p>{texts}'
        f'<p class="picture" align="center"><img src="picture" width="{picture_width}"></p>'
        f'<table width="100%" cellspacing="0" style="margin-top: 14px"><tr>{cells}</tr></table>'
        f'<p style="margin-top: 10px"><i>{escape(words.foot)}</i></p>'
    )


def _listed(block: tuple[str, list[tuple[str, str]]]) -> str:
    """The keys take as much of the width as the longest of them needs."""
    head, rows = block
    width = 20 + round(1.9 * max(len(key) for key, _ in rows))
    cells = "".join(
        f'<tr><td width="{width}%" valign="top"><b>{escape(key)}</b></td><td>{escape(text)}</td></tr>'
        for key, text in rows
    )
    return f'<p class="head">{escape(head) or "&nbsp;"}</p><table width="100%" cellspacing="0">{cells}</table>'


def write(words: Words, keys: Keys, picture: QImage) -> bytes:
    """The PDF; one page of A4."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(words.title)
    writer.setCreator("mkbundle")
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF())
    document = _document(words, keys, picture, writer)
    assert document.pageCount() == 1, "the manual is longer than a page"
    document.print(writer)
    buffer.close()
    return _without_time(bytes(buffer.data()))


def _document(words: Words, keys: Keys, picture: QImage, writer: QPdfWriter) -> QTextDocument:
    document = QTextDocument()
    layout = document.documentLayout()
    assert layout is not None
    layout.setPaintDevice(writer)
    font = QFont(_FAMILY)
    font.setPointSizeF(_POINTS)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(
        ".title { font-size: 18pt; font-weight: bold; margin-bottom: 8px; }"
        ".head { color: #0b5c8c; font-weight: bold; }"
        ".head { font-size: 9.5pt; margin-top: 8px; margin-bottom: 3px; } p { margin-top: 0px; margin-bottom: 6px; }"
        "td { padding-right: 6px; padding-bottom: 2px; } .picture { margin-top: 8px; margin-bottom: 8px; }"
    )
    document.setDocumentMargin(_pixels(_MARGIN))  # Qt makes dots of it
    document.setPageSize(QSizeF(_dots(210.0), _dots(297.0)))
    document.addResource(QTextDocument.ResourceType.ImageResource, QUrl("picture"), picture)
    document.setHtml(page(words, keys, round(_pixels(_PICTURE_WIDTH))))
    return document


def _pixels(millimetres: float) -> float:
    """As CSS counts them."""
    return millimetres * _CSS_DPI / _MM


def _dots(millimetres: float) -> float:
    return millimetres * _DPI / _MM


def _without_time(content: bytes) -> bytes:
    """The same with another date: it stays as long, so that every offset in the file is still right."""
    return re.sub(rb"(?<=/CreationDate \(D:)\d{14}", b"20200101000000", content)


def make(folder: Path, language: str = "en") -> bytes:
    """The manual as it should be now; `folder` is for a bundle to open the window on."""
    application = make_application(language)
    stack = bundles.StackSpec(bundles.head_like())
    bundles.make_bundle(folder, [bundles.CaseSpec([bundles.SeriesSpec([stack])])])
    window = open_window(StartOptions(folder))
    assert window is not None
    content = write(WORDS[language], keys_of(window), QImage(str(PICTURE)))
    window.close()
    make_application("en")
    application.processEvents()
    return content


if __name__ == "__main__":
    import tempfile

    for name, target in FILES.items():
        with tempfile.TemporaryDirectory() as work:
            target.write_bytes(make(Path(work) / "stick", name))
        print(target)  # noqa: T201 - this is its command line
