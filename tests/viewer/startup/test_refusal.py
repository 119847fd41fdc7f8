"""The refusal of a viewer that cannot load Qt: in the language of the PC, from the same translation as everything."""

import os
from pathlib import Path
import subprocess
import sys

import pytest

from tests import translations
from viewer.startup import qm

ROOT = Path(__file__).parents[3]


def without_qt(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess:
    """The viewer on a PC where Qt cannot be loaded."""
    (folder / "PyQt5").mkdir(exist_ok=True)
    (folder / "PyQt5/__init__.py").write_text("raise ImportError('libQt5Core.so.5: cannot open')\n")
    kept = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LC_MESSAGES", "LANG")}
    seen = kept | {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "PYTHONIOENCODING": "utf-8"} | variables
    command = [sys.executable, "-m", "viewer", *arguments]
    return subprocess.run(command, env=seen, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize(
    ("variables", "arguments", "title", "sentence"),
    [
        ({}, (), "The viewer cannot start.", "ask for a new copy"),
        ({"LANG": "de_DE.UTF-8"}, (), "Der Viewer kann nicht starten.", "den Ordner VIEWER"),
        ({"LANG": "C", "LC_MESSAGES": "de_AT"}, (), "Der Viewer kann nicht starten.", "den Ordner VIEWER"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, (), "The viewer cannot start.", "ask for a new copy"),
        ({"LANG": "fr_FR.UTF-8"}, (), "The viewer cannot start.", "ask for a new copy"),
        ({}, ("--language", "de"), "Der Viewer kann nicht starten.", "den Ordner VIEWER"),
        ({"LANG": "de_DE.UTF-8"}, ("--language", "en"), "The viewer cannot start.", "ask for a new copy"),
    ],
)
def test_without_qt_the_viewer_speaks_the_language_of_the_pc(tmp_path, variables, arguments, title, sentence):
    done = without_qt(tmp_path, *arguments, **variables)
    assert done.returncode == 69
    assert done.stderr.startswith(f"{title}\n") and sentence in done.stderr
    assert done.stderr.endswith("ImportError: libQt5Core.so.5: cannot open\n")


@pytest.mark.parametrize("language", translations.languages())
def test_every_text_is_read_from_the_compiled_translation_as_it_was_written(language):
    written = translations.read(language)
    read = qm.texts(language)
    assert read.keys() == written.keys() and read
    assert read == {source: message.said[-1] for source, message in written.items()}


def test_a_translation_that_is_missing_or_damaged_leaves_english(tmp_path, monkeypatch):
    whole = translations.file_of("de", ".qm").read_bytes()
    monkeypatch.setattr(qm, "_FOLDER", tmp_path)
    assert qm.texts("de") == {}
    for size in (0, 10, 16, 20, 40, len(whole) // 2):
        (tmp_path / "viewer_de.qm").write_bytes(whole[:size])
        assert isinstance(qm.texts("de"), dict)
    (tmp_path / "viewer_de.qm").write_bytes(b"x" * 1000)
    assert qm.texts("de") == {}
