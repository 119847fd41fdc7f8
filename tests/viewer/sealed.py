"""A sealed stick with the same content as a plain one, for tests of the viewer."""

from contextlib import closing
from pathlib import Path

from bundle.sealed.writing import Sealing
from tests.bundle.sealed.sticks import QUICK, SLOTS


def seal(plain: Path, sealed: Path) -> Path:
    """Seal all files of a plain bundle, the index first."""
    files = sorted((path for path in plain.rglob("*") if path.is_file()), key=lambda path: path.name != "INDEX.DB")
    with closing(Sealing(sealed, SLOTS, stretching=QUICK)) as sealing:
        for path in files:
            sealing.add_file(path.relative_to(plain).as_posix(), path)
        sealing.finish()
    return sealed
