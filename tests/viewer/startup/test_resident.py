"""What runs is read into memory as a whole."""

import json
import os
from pathlib import Path
import shutil
import subprocess
import sys

import pytest

_CODE = """
import ctypes, json, os, sys
from pathlib import Path
from viewer.startup import resident as steady
library = ctypes.CDLL(sys.argv[1])

def there():
    found, name = [0, 0], ""
    for line in Path("/proc/self/smaps").read_text().splitlines():
        words = line.rstrip().split(maxsplit=5)
        if "-" in words[0]:
            name = words[-1] if "r" in words[1] else ""
        elif name == sys.argv[1] and words[0] in ("Size:", "Rss:"):
            found[words[0] == "Rss:"] += int(words[1])
    return found

before = there()
steady.hold(Path(sys.argv[2]))
print(json.dumps([before, there()]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Windows is asked for it by the files of the pack")
def test_all_of_a_library_is_read_that_lies_below_the_folder(tmp_path: Path) -> None:
    import numpy as np

    inside = tmp_path / "a stick ä" / "VIEWER"
    inside.mkdir(parents=True)
    library = shutil.copy(next((Path(np.__file__).parent.parent / "numpy.libs").glob("libscipy_openblas*")), inside)
    for near in libraries_of(library):
        shutil.copy(near, inside)
    command = [sys.executable, "-c", _CODE, str(library)]
    seen = {**os.environ, "LD_LIBRARY_PATH": str(inside), "OPENBLAS_NUM_THREADS": "1"}
    for folder, whole in ((tmp_path / "elsewhere", False), (inside, True)):
        done = subprocess.run([*command, str(folder)], env=seen, capture_output=True, text=True, check=True)
        (size, part), (_, held) = json.loads(done.stdout)
        assert 0 < part < size and (held == size) == whole


def libraries_of(library: str) -> list[Path]:
    """Those that lie beside it and that it may need."""
    import numpy as np

    folder = Path(np.__file__).parent.parent / "numpy.libs"
    return [path for path in folder.iterdir() if path.name != Path(library).name]
