"""Makes the manual on one page that goes onto the medium: python -m tests.manual [FILE.PDF].

The keys are those of the window's own table, the picture is that of docs/viewer.md, and the same input gives the same
bytes: Qt notes the time of writing, which is taken out.
"""

from html import escape
import os
from pathlib import Path
import re
import sys

os.environ.setdefault("QT_HASH_SEED", "0")  # or the order of glyphs is another one every time

from PyQt5.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF, QUrl
from PyQt5.QtGui import QFont, QImage, QPageSize, QPdfWriter, QTextDocument

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.viewer import bundles
from viewer.startup.options import Options
from viewer.ui.app import make_application, open_window
from viewer.ui.shell.help import mouse
from viewer.ui.shell.window import MainWindow

ROOT = Path(__file__).parents[1]
FILE = ROOT / "bundle_template" / "MANUAL.PDF"
PICTURE = ROOT / "docs" / "pictures" / "viewer.png"
_TITLE = "The viewer on one page"
_DPI, _CSS_DPI, _MM = 300, 96, 25.4
_MARGIN, _PICTURE_WIDTH = 15.0, 148.0
_FAMILY, _POINTS = "DejaVu Sans", 8.8

TEXTS = (
    ("Start", "Nothing is installed. Windows: double-click viewer.exe; if Windows asks, choose “More info”, then “Run "
     "anyway”. Linux: viewer.sh. The viewer writes nothing on the PC, and nothing on the medium but your answers."),
    ("Look", "On the left are the cases with their series: a click opens one, a drag puts it into a pane. What is "
     "orange should be known before judging. Damaged images are named and never shown."),
    ("Measure", "D and two clicks: a distance. The value under the pointer stands below right. V takes hold of a "
     "measure, Delete takes the last one away, Esc all of the series, and resets the display."),
    ("Planes and 3D", "M shows planes in any direction: drag the middle of the cross-hair, its lines, or their outer "
     "parts to turn; the slider below makes them thick. N shows the body: drag to turn. The same key goes back."),
    ("Questions", "Where the medium has some, they stand on the right: F6 goes there and back, Ctrl+Enter submits a "
     "case, F8 goes to the next one. Everything is saved by itself."),
)  # fmt: skip


def keys_of(window: MainWindow) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings, and below each what is pressed and what it does."""
    commands = window.commands
    return [
        ("Mouse", list(mouse())),
        ("What the left button does", [(one.shown, one.text) for one in commands.tools]),
        ("Keys", [(one.shown, one.text) for one in commands.others if one.shown]),
    ]


def page(keys: list[tuple[str, list[tuple[str, str]]]], picture_width: int) -> str:
    """The page as HTML."""
    (mouse_keys, tools, others) = keys
    half = len(others[1]) // 2
    columns = [[mouse_keys, tools], [(others[0], others[1][:half])], [("", others[1][half:])]]
    cells = "".join(f'<td width="33%" valign="top">{"".join(map(_listed, column))}</td>' for column in columns)
    texts = "".join(f"<p><b>{escape(head)}.</b> {escape(text)}</p>" for head, text in TEXTS)
    return (
        f'<p class="title">{_TITLE}</p>{texts}'
        f'<p class="picture" align="center"><img src="picture" width="{picture_width}"></p>'
        f'<table width="100%" cellspacing="0" style="margin-top: 14px"><tr>{cells}</tr></table>'
        '<p style="margin-top: 10px"><i>For reading scans in research. Not a medical device. '
        "README.TXT beside this file says the rest.</i></p>"
    )


def _listed(block: tuple[str, list[tuple[str, str]]]) -> str:
    """The keys take as much of the width as the longest of them needs."""
    head, rows = block
    width = 20 + round(1.7 * max(len(key) for key, _ in rows))
    cells = "".join(
        f'<tr><td width="{width}%" valign="top"><b>{escape(key)}</b></td><td>{escape(text)}</td></tr>'
        for key, text in rows
    )
    return f'<p class="head">{escape(head) or "&nbsp;"}</p><table width="100%" cellspacing="0">{cells}</table>'


def write(keys: list[tuple[str, list[tuple[str, str]]]], picture: QImage) -> bytes:
    """The PDF; one page of A4."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(_TITLE)
    writer.setCreator("mkbundle")
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF())
    document = _document(keys, picture, writer)
    assert document.pageCount() == 1, "the manual is longer than a page"
    document.print(writer)
    buffer.close()
    return _without_time(bytes(buffer.data()))


def _document(keys: list[tuple[str, list[tuple[str, str]]]], picture: QImage, writer: QPdfWriter) -> QTextDocument:
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
    document.setHtml(page(keys, round(_pixels(_PICTURE_WIDTH))))
    return document


def _pixels(millimetres: float) -> float:
    """As CSS counts them."""
    return millimetres * _CSS_DPI / _MM


def _dots(millimetres: float) -> float:
    return millimetres * _DPI / _MM


def _without_time(content: bytes) -> bytes:
    """The same with another date: it stays as long, so that every offset in the file is still right."""
    return re.sub(rb"(?<=/CreationDate \(D:)\d{14}", b"20200101000000", content)


def make(folder: Path) -> bytes:
    """The manual as it should be now; `folder` is for a bundle to open the window on."""
    application = make_application()
    stack = bundles.StackSpec(bundles.head_like())
    bundles.make_bundle(folder, [bundles.CaseSpec([bundles.SeriesSpec([stack])])])
    window = open_window(Options(folder))
    assert window is not None
    content = write(keys_of(window), QImage(str(PICTURE)))
    window.close()
    application.processEvents()
    return content


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as work:
        target = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
        target.write_bytes(make(Path(work) / "stick"))
        print(target)  # noqa: T201 - this is its command line
