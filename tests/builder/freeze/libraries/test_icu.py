"""Qt works with the library in the place of ICU: it sorts, converts and tells the time by its own tables."""

import json
import os
from pathlib import Path
import shutil
import subprocess
import sys

import PyQt5
import pytest

from builder.freeze.libraries import icu

ASKED = """\
import json, os
from PyQt5.QtCore import QByteArray, QCollator, QDateTime, QLocale, QTextCodec, QTimeZone
words = ["Zebra", "apfel", "Birne"]
collator = QCollator(QLocale("de_DE"))
print(json.dumps({
    "codec": bytes(QTextCodec.codecForLocale().name()).decode(),
    "there and back": os.fsdecode(bytes(QTextCodec.codecForLocale().fromUnicode("Zo\\u00eb \\u540d"))),
    "upper": QLocale("de_DE").toUpper("\\u00e4pfel \\u00df"),
    "lower": QLocale("tr_TR").toLower("ABC"),
    "sorted": [collator.compare("a", "b") < 0, collator.compare("b", "a") > 0, collator.compare("a", "a") == 0],
    "number": QLocale("de_DE").toString(1234.5, "f", 1),
    "date": QDateTime.fromSecsSinceEpoch(0, QTimeZone(QByteArray(b"Europe/Berlin"))).toString("yyyy-MM-dd hh:mm"),
    "libraries": sorted({line.split("/")[-1].strip() for line in open("/proc/self/maps") if "libicu" in line}),
}))
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Qt for Linux brings ICU")


def test_everything_that_qt_asks_of_icu_is_there() -> None:
    libraries = Path(PyQt5.__file__).parent / "Qt5" / "lib"
    (unicode,) = libraries.glob("libicuuc.so.*")
    own = [path for path in libraries.iterdir() if path.name.startswith("libicu")]
    asked = icu.asked(libraries, own, unicode.suffix[1:])
    assert len(asked) > 30
    assert asked == icu.offered()


def test_qt_sorts_converts_and_tells_the_time_without_icu(tmp_path: Path) -> None:
    # As in a pack: of Qt's other libraries, some ask ICU for more.
    others = shutil.ignore_patterns("libQt5[!C]*", "libQt5C[!o]*", "qml", "plugins", "translations")
    shutil.copytree(Path(PyQt5.__file__).parent, tmp_path / "PyQt5", ignore=others, copy_function=os.link)
    before = [path.stat().st_size for path in tmp_path.rglob("libicu*")]
    icu.without_data(tmp_path)
    after = [path.stat().st_size for path in tmp_path.rglob("libicu*")]
    assert len(after) == len(before) == 3
    assert max(after) < 30_000 < min(before)
    code = [sys.executable, "-c", ASKED]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    done = subprocess.run(code, env=environment, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    assert len(said.pop("libraries")) == 3
    assert said == {
        "codec": "UTF-8",
        "there and back": "Zoë 名",
        "upper": "ÄPFEL SS",
        "lower": "abc",
        "sorted": [True, True, True],
        "number": "1.234,5",
        "date": "1970-01-01 01:00",
    }
