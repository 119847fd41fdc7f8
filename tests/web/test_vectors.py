"""Both programs that write journals agree with the vectors of docs/journal-vectors.json, to the byte."""

import json
from pathlib import Path
import subprocess
import sys
from typing import Any
import unicodedata

import pytest

from tests import webviewer
from tests.browser import Browser
from tests.web.vectors import FILE, vectors
from viewer.reading.shapes import said

VECTORS: dict[str, Any] = json.loads(FILE.read_text("ascii"))


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """A page with the functions of the form and nothing else."""
    folder = tmp_path_factory.mktemp("vectors")
    source = Path(__file__).with_name("vectors.ts")
    made = subprocess.run(["esbuild", str(source), *webviewer.OPTIONS], capture_output=True, check=True)
    (folder / "vectors.js").write_bytes(made.stdout)
    (folder / "page.html").write_text('<!DOCTYPE html><meta charset="utf-8"><script src="vectors.js"></script>')
    browser.open(folder / "page.html")
    return browser


def call(page: Browser, name: str, *arguments: object) -> Any:
    return page.run(f"return Promise.resolve(vectors.{name}(...arguments))", *arguments)


def each(page: Browser, name: str, calls: list[list[Any]]) -> list[Any]:
    """The results of many calls in one; as a text, since the driver sorts the keys of objects."""
    script = f"return Promise.all(JSON.parse(arguments[0]).map(given => vectors.{name}(...given)))"
    found: list[Any] = page.run(script, json.dumps(calls))
    return found


def test_the_vectors_are_those_of_the_viewer():
    assert json.loads(json.dumps(vectors())) == VECTORS


def test_readers_have_the_same_keys_and_files(page):
    names = [[name] for name, _, _ in VECTORS["readers"]]
    assert each(page, "readerKey", names) == [key for _, key, _ in VECTORS["readers"]]
    assert each(page, "filePrefix", names) == [prefix for _, _, prefix in VECTORS["readers"]]


def test_every_letter_of_unicode_loses_its_case_as_in_python(page):
    """Letters that this Python does not know yet, a browser may fold."""
    signs = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    known = [sign for sign in signs if unicodedata.category(sign) not in ("Cn", "Co")]
    script = "return [...arguments[0]].map(sign => vectors.folded(sign))"
    found = page.run(script, "".join(known))
    assert {sign: text for sign, text in zip(known, found, strict=True) if text != sign.casefold()} == {}


def test_spellings_that_may_be_one_reader_are_the_same(page):
    calls = [[typed, known] for typed, known, _ in VECTORS["spellings"]]
    assert each(page, "mayBe", calls) == [found for _, _, found in VECTORS["spellings"]]


def test_lines_of_journals_are_equal_to_the_byte(page):
    lines = VECTORS["lines"]
    calls = [
        [k, "2026-03-01T10:00:00.000Z", line["kind"], line["data"], line["prev"]] for k, line in enumerate(lines, 1)
    ]
    assert each(page, "formatLine", calls) == [[line["line"], line["digest"]] for line in lines]


def test_orders_of_cases_are_the_same(page):
    for order in VECTORS["orders"]:
        for reader, slots in order["slots"].items():
            form = order["form"] | {"order": order["form"]["order"] | {"seed": str(order["form"]["order"]["seed"])}}
            found = call(page, "slotsOf", form, order["cases"], reader)
            assert [[slot["number"], slot["case"], slot["occurrence"], slot["training"]] for slot in found] == slots


def test_receipts_are_the_same(page):
    for reader, number, arm, heads, code in VECTORS["receipts"]:
        assert call(page, "receiptCode", reader, {"number": number, "arm": arm}, heads) == code


def test_the_same_values_are_refused_for_the_same_reason(page):
    questions = {question["id"]: question for question in VECTORS["form"]["questions"]}
    calls = [[questions[name], value] for name, value, _ in VECTORS["values"]]
    found = each(page, "problemOf", calls)
    wrong = [
        (name, value, ours, said)
        for (name, value, said), ours in zip(VECTORS["values"], found, strict=True)
        if ours != said
    ]
    assert wrong == []


def test_the_same_answers_are_missing(page):
    for answers, points in VECTORS["open"]:
        assert call(page, "openPoints", VECTORS["form"], list(answers.items()), ["1.2", "1.3"]) == points


def test_numbers_are_rounded_the_same_way(page):
    calls = [[value, digits] for value, digits, _ in VECTORS["roundings"]]
    assert each(page, "rounded", calls) == [found for _, _, found in VECTORS["roundings"]]


def test_lengths_are_said_the_same_way(page):
    lengths = [[k / 100, unit] for k in range(2000) for unit in ("mm", "cm")]
    assert each(page, "said", lengths) == [said(length, unit) for length, unit in lengths]


def test_journals_add_up_to_the_same_answers(page):
    journals = VECTORS["journals"]
    assert call(page, "readings", journals["files"], "dr quill") == journals["readings"]
