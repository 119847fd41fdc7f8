"""The same cases built again with a form: the build asks which session it is."""

import pytest

from builder.errors.study import SessionMissing
from bundle.reading.form_file import read_form
from bundle.veiled import unveiled_file
from tests import scans
from tests.conftest import build_bundle

FORM = '[[question]]\nid = "q"\ntext = "Q"\ntype = "text"\n'


def build(work, name, form):
    """A stick of its own, always with the same key."""
    built = build_bundle(
        work, work / "scans", look_into_pictures=False, check=False, form=None if form is None else read_form(form)
    )
    return built.drive.rename(work / name)


def test_a_second_form_for_the_same_cases_must_say_its_session(tmp_path):
    scans.write_series(tmp_path / "scans", 3)
    build(tmp_path, "one", FORM)
    with pytest.raises(SessionMissing, match="on stick 1 of the key already"):
        build(tmp_path, "two", FORM)
    assert not any((tmp_path / "stick").iterdir())
    for name, text in (("two", f"session = 2\n{FORM}"), ("three", f"session = 1\n{FORM}")):
        assert unveiled_file((build(tmp_path, name, text) / "BUNDLE/FORM.TXT").read_bytes()).decode() == text
    build(tmp_path, "four", None)  # without a form, nobody asks
