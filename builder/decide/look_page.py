"""The page of all pictures that may show text: for the researcher alone, to look at, to print and to decide from."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from builder.decide.crops import Crop
from builder.decide.picture_records import Fate, Seen

# Nothing on the page may run or load, whatever a file is called.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_TITLES = {
    Fate.UNDECIDED: "To be decided",
    Fate.LEFT_OUT: "Left out", Fate.MASKED: "Masked", Fate.KEPT: "Kept, as you decided",
}  # fmt: skip
_MEANING = {
    Fate.UNDECIDED: "Something looks like text, and nothing was read in it. These pictures are on the medium.",
    Fate.LEFT_OUT: "Text was read, or you decided so. These pictures are not on the medium.",
    Fate.MASKED: "Text was read and overwritten. What you see here is the picture as it was.",
    Fate.KEPT: "These pictures are on the medium as they are.",
}

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f6f8; color: #1d2733; font: 15px/1.5 "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { font-size: 1.6rem; font-weight: 600; margin: 0; }
h2 { font-size: 1.15rem; font-weight: 600; margin: 2.2rem 0 0; }
p { margin: .3rem 0; }
ol { margin: .4rem 0; padding-left: 1.4rem; }
code { font: .88em Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.soft { color: #55626f; }
.todo { background: #fdf4e3; border: 1px solid #8a5a00; border-left-width: 6px; border-radius: 6px;
  padding: .8rem 1.2rem; margin: 1rem 0; }
.done { background: #eaf5ee; border-color: #1b6e3c; }
article { display: grid; grid-template-columns: 8.6rem minmax(0, 1fr) 17rem; gap: 1rem; background: #fff;
  border: 1px solid #d8dfe6; border-radius: 6px; padding: .8rem 1rem; margin: .7rem 0; break-inside: avoid; }
h3 { font-size: 1rem; font-weight: 600; margin: 0; }
img { display: block; max-width: 100%; max-height: 13rem; background: #000; border-radius: 3px; }
.none { background: #e6ebf0; color: #55626f; padding: 1.5rem .8rem; border-radius: 3px; text-align: center; }
.file { font-size: .8rem; }
@page { size: A4; margin: 14mm; }
@media print { body { background: #fff; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; } h2 { break-after: avoid; } }
"""


def look_page(seen: Sequence[Seen], crops: Sequence[Crop], table: Path) -> str:
    """The whole page; `seen` in the order of the lines of `table`, each with its pictures as far as there are any."""
    parts = list(_head(seen, table))
    pictures = [*crops, *[Crop()] * (len(seen) - len(crops))]
    for fate, title in _TITLES.items():
        chosen = [one for one in zip(seen, pictures, strict=True) if one[0].fate is fate]
        if chosen:
            parts += [f"<h2>{title}: {len(chosen):,}</h2>", f'<p class="soft">{_MEANING[fate]}</p>']
            parts += [text for one, crop in chosen for text in _card(one, crop)]
    return "\n".join((
        "<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<title>Pictures to look at</title>", f"<style>{_STYLE}</style>", "</head>", "<body>", "<main>",
        *parts, "</main>", "</body>", "</html>", "",
    ))  # fmt: skip


def _head(seen: Sequence[Seen], table: Path) -> Iterator[str]:
    number = sum(one.fate is Fate.UNDECIDED for one in seen)
    yield "<h1>Pictures to look at</h1>"
    yield '<p class="soft">For you alone: this page shows names where pictures do. Keep it off every medium.</p>'
    if not number:
        yield '<div class="todo done"><strong>Nothing is to be decided.</strong></div>'
        return
    name = escape(str(table))
    yield f'<div class="todo"><strong>{_count(number, "picture")} to be decided</strong><ol>'
    yield f"<li>Open <code>{name}</code> in a spreadsheet. Its lines have the order of this page.</li>"
    yield (
        "<li>Write <code>keep</code>, <code>mask</code> or <code>leave out</code> into the first column: for one "
        "picture, or in the line of a series for all of its pictures (<code>leave out</code>: the whole series).</li>"
    )
    yield "<li>A mask takes at most 1 % of a picture; what needs a larger one is left out.</li>"
    yield f"<li>Save it as CSV, and build again onto an empty drive with <code>--decide {name}</code>.</li></ol></div>"


def _card(one: Seen, crop: Crop) -> Iterator[str]:
    yield f"<article><div>{_picture(crop.whole, 'the image', one)}</div>"
    yield f"<div>{_picture(crop.place, 'the place', one)}</div>"
    yield f"<div><h3>{escape(one.place)}</h3>"
    yield f"<p>{escape(one.why[:1].upper() + one.why[1:])}</p>"
    if len(one.places) > 1:
        yield f'<p class="soft">{_count(len(one.places), "place")}, the most suspicious is shown</p>'
    yield f'<p class="soft file">{escape(_printable(one.source))}<br><code>{escape(one.identity.image)}</code></p>'
    yield "</div></article>"


def _printable(path: Path) -> str:
    return "".join(character if character.isprintable() else "�" for character in str(path))


def _picture(png: bytes, what: str, one: Seen) -> str:
    if not png:
        return f'<div class="none">no picture of {what}</div>'
    name = f"{what} of {one.place}"
    return f'<img alt="{escape(name)}" src="data:image/png;base64,{b64encode(png).decode()}">'


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
