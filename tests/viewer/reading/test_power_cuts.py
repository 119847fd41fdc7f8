"""The power fails at any flush while a reader answers: every answer that was saved is there, and reading goes on.

The disk forgets what was not flushed (`tests/builder/key/power_cut.c`).
"""

from pathlib import Path
import shutil

from tests.builder.key.test_cuts import CUTS, Disk, library  # noqa: F401  # a fixture
from tests.viewer import bundles
from tests.viewer.reading.test_reading import DIAGNOSIS, begin, read_all, tiny_cases

ANSWERS = 12
# Three answers to a case, the last one submitted; each is told outside the medium once the session has taken it.
READ = f"""
import os, sys
from pathlib import Path
from tests.viewer.reading.test_reading import DIAGNOSIS, begin
root, told = map(Path, sys.argv[1:])
os.sync()
session = begin(root)
for k in range({ANSWERS}):
    session.answer(DIAGNOSIS, "", f"finding {{k:02d}}")
    if k % 3 == 2:
        session.submit()
        session.go_to(session.first_open(session.slot))
    assert not session.unsaved
    with told.open("a") as stream:
        stream.write(f"finding {{k:02d}}\\n")
session.close()
"""


def said(root: Path) -> list[str]:
    """The answers in all journals, in the order in which they were given."""
    journals = read_all(root)
    assert [problem for journal in journals for problem in journal.problems] == []
    return [str(entry.data["value"]) for journal in journals for entry in journal.entries if entry.kind == "answer"]


def test_a_power_cut_at_any_flush_keeps_every_answer_that_was_saved(tmp_path, library, monkeypatch):  # noqa: F811
    home = str(tmp_path / "home")
    monkeypatch.setenv("HOME", home)
    work, kept, told = tmp_path / "work", tmp_path / "kept", tmp_path / "told"
    bundles.make_bundle(kept, tiny_cases(6))
    shutil.copytree(kept, work)
    disk = Disk(work, library)
    assert disk.run(str(told), code=READ, HOME=home, COUNT=str(tmp_path / "count")) == 0
    flushes = int((tmp_path / "count").read_text())
    assert len(told.read_text().splitlines()) == ANSWERS and flushes > ANSWERS
    for cut in range(CUTS):
        shutil.rmtree(work)
        shutil.copytree(kept, work)
        told.write_text("")
        assert disk.run(str(told), code=READ, HOME=home, CUT_AT=str(1 + cut * flushes // CUTS)) == 75
        disk.forget()
        saved = told.read_text().splitlines()
        found = said(work)
        assert found[: len(saved)] == saved and len(found) <= len(saved) + 1
        session = begin(work)  # another PC, the same reader
        session.answer(DIAGNOSIS, "", "after the cut")
        session.close()
        assert said(work).count("after the cut") == 1
        assert set(said(work)) >= {*saved, "after the cut"}
