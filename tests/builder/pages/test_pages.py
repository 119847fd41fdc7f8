"""A page shows every value as text: no name, path or message can become markup."""

from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser

from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import UndefinedError
import pytest

from builder.pages.check_page import CaseCard, CheckGroup, CheckPage, CheckRow, FindingGroup, StackCard, check_page
from builder.pages.pictures_page import PictureCard, PictureGroup, PicturesPage, pictures_page
from builder.pages.render import render

PNG, JPEG = b"\x89PNG\r\n", b"\xff\xd8\xff"
CHECK = CheckPage(
    when="2026-03-04 15:16", time_zone="UTC", manifest_digest="digest", errors=1, others=["1 hint"], not_made=2,
    what_was_read="every byte", facts=[("fact name", "fact")],
    findings=[FindingGroup("check.name", "severity", "expected", [("subject", "message")], 3, "remedy", "clause")],
    cases=[CaseCard("case", "patient", [
        StackCard("series", "part", ["line"], PNG), StackCard("series", "part", ["line"], b""),
    ])],
    cases_missing="missing",
    checks=[CheckGroup("title", [
        CheckRow("holds", "clause", "severity", True), CheckRow("holds", "clause", "", True),
        CheckRow("holds", "clause", "", False),
    ])],
)  # fmt: skip
PICTURES = PicturesPage(2, "table", [PictureGroup("title", "meaning", [
    PictureCard("place", "why", 2, "source", "image", PNG, JPEG),
    PictureCard("place", "why", 1, "source", "image", b"", b""),
])])  # fmt: skip
PAGES = [(check_page, CHECK), (pictures_page, PICTURES)]


class Parsed(HTMLParser):
    """The elements of a page with the names of their attributes, and all text and values that somebody can see."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.texts += [value or "" for _, value in attrs]

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        self.elements.append(("comment", ()))


def filled(page, text: str):
    """The same page with `text` after every text in it."""
    if isinstance(page, str):
        return page + text if page else page
    if isinstance(page, (list, tuple)):
        return type(page)(filled(part, text) for part in page)
    if is_dataclass(page):
        return replace(page, **{field.name: filled(getattr(page, field.name), text) for field in fields(page)})
    return page


def texts(page) -> list[str]:
    if isinstance(page, str):
        return [page]
    if isinstance(page, (list, tuple)):
        return [text for part in page for text in texts(part)]
    if is_dataclass(page):
        return [text for field in fields(page) for text in texts(getattr(page, field.name))]
    return []


@pytest.mark.parametrize(("make", "page"), PAGES)
@given(text=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
@example(text="<script>alert(1)</script>")
@example(text="'\"><img src=x onerror=alert(1)>")
@example(text="</style></title><b>Quillfeather")
@example(text="{{ 7 * 7 }}{% raw %}&lt;&amp;")
@example(text="--><!-- ]]>")
def test_no_value_becomes_markup(make, page, text):
    plain, hostile = Parsed(make(page)), Parsed(make(filled(page, text)))
    assert hostile.elements == plain.elements


@pytest.mark.parametrize(("make", "page"), PAGES)
def test_every_value_is_shown_as_it_is(make, page):
    hostile = filled(page, "<b>&amp;\"'{{ 7 * 7 }}")
    hidden = {hostile.what_was_read} if isinstance(hostile, CheckPage) else set()
    shown = "".join(Parsed(make(hostile)).texts)
    assert texts(hostile) and [text for text in texts(hostile) if text not in shown and text not in hidden] == []


@pytest.mark.parametrize(("make", "page"), PAGES)
def test_a_page_needs_nothing_else_and_may_run_nothing(make, page):
    made = make(page)
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in made
    assert "data:image/png;base64," in made and "://" not in made
    assert {"script", "link", "iframe", "a"}.isdisjoint(tag for tag, _ in Parsed(made).elements)


def test_a_value_that_a_page_lacks_is_an_error_and_no_gap():
    with pytest.raises(UndefinedError):
        render("check.html", PICTURES)
