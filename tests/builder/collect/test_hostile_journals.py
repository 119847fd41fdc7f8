"""Whatever a journal holds, it never stops the table of the others: hypothesis writes journals with right digests."""

from pathlib import Path
import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from builder.collect.files import write_tables
from builder.collect.gather import gather
from builder.collect.table import make_tables
from bundle.reading.journal import JournalWriter, format_line

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(["CASE-001", "q", "\ud800", "9999-99-99T10:00:00.000Z", "=1+1", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(), max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
_KEYS = (
    "case",
    "occurrence",
    "number",
    "study",
    "question",
    "series",
    "value",
    "seconds",
    "reason",
    "view",
    "training",
)
_DATA = st.dictionaries(st.sampled_from(_KEYS), _JSON, max_size=len(_KEYS)) | st.fixed_dictionaries(
    {"case": st.sampled_from(["CASE-001", "CASE-002"]), "question": st.sampled_from(["q", "r"]), "value": _JSON}
)
_TIMES = st.sampled_from(["2026-03-01T10:00:00.000Z", "9999-99-01T10:00:00.000Z", "9999-12-31T23:59:59.999Z", "now"])
_ENTRIES = st.lists(
    st.tuples(st.sampled_from(["case", "answer", "submit", "reopen", "time", "more"]), _TIMES, _DATA), max_size=5
)
_OPENING = st.dictionaries(
    st.sampled_from(["reader", "file", "bundle", "form", "form_text", "seen", "format"]), _JSON, max_size=7
)
FORM = 'title = "Trial"\n[[question]]\nid = "quality"\ntype = "text"\ntext = "How good are the pictures?"\n'
_HONEST = {"case": "CASE-001", "occurrence": 1, "question": "quality", "value": "Brackwater's answer"}


def _write(folder: Path, opening: dict[str, object], entries: list[tuple[str, str, object]]) -> None:
    data = {"format": 1, "file": "R-00000000-000000000000.JSONL", "reader": "Ivo", "bundle": "b"} | opening
    content, last = b"", ""
    for number, (kind, time, more) in enumerate([("open", "2026-03-01T10:00:00.000Z", data), *entries], start=1):
        line, last = format_line(number, time, kind, more, last)
        content += line + b"\n"
    (folder / "R-00000000-000000000000.JSONL").write_bytes(content)


@settings(max_examples=150, deadline=None)
@given(opening=_OPENING, entries=_ENTRIES)
def test_no_journal_stops_the_table_of_an_honest_reader(opening: dict[str, object], entries: list):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        writer = JournalWriter(folder, "Ottoline", {"bundle": "b", "form": "f", "form_text": FORM})
        writer.append("answer", _HONEST)
        writer.append("answer", _HONEST | {"question": "more"})
        writer.close()
        _write(folder, opening, entries)
        gathered = gather([folder])
        tables = make_tables(gathered)
        paths = write_tables(tables, folder / "table.csv", "csv")
        if "Ottoline" in {readings.reader for readings in gathered.readings.values()}:
            assert "Brackwater's answer" in paths[1].read_text("utf-8")
        else:  # the other bundle has more entries, and the remark says so
            assert any("of another bundle" in remark for remark in tables.remarks)


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_odd_answers_are_written_in_every_format(kind: str, tmp_path: Path):
    odd = [None, True, -1e308, 2**53, "x" * 40_000, [], {}, [[[]]], {"value": {}}, {"\ud800": ["\udfff\x00\x1b"]}]
    _write(tmp_path, {}, [("answer", "2026-03-01T10:00:00.000Z", _HONEST | {"value": value}) for value in odd])
    tables = make_tables(gather([tmp_path]))
    assert len(tables.long) == len(odd)
    assert all(path.stat().st_size for path in write_tables(tables, tmp_path / f"table.{kind}", kind))
