"""The language of a reader whose system has not the locale that it names, in the frozen viewer."""

import os
from pathlib import Path
import subprocess
import sys

import pytest

from builder import freeze

_HOOK = Path(freeze.__file__).with_name("start_hook.py")
_ASK = """
import runpy, sys
runpy.run_path(sys.argv[1])
from PyQt5.QtCore import QLocale
print(QLocale.system().uiLanguages()[0])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the hook is Linux's")
@pytest.mark.parametrize(
    ("said", "language"), [({"LC_ALL": "de_DE"}, "de-DE"), ({"LANG": "de_AT@euro"}, "de-AT"), ({"LC_ALL": "C"}, "C")]
)
def test_a_reader_keeps_the_language_where_the_system_lacks_its_locale(said, language):
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHONUTF8"))}
    done = subprocess.run(
        [sys.executable, "-c", _ASK, _HOOK], env=bare | said, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == language
