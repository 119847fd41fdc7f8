"""Small encrypted media with the reader in a browser, made without the builder, whose passwords take no time."""

from contextlib import closing
from pathlib import Path

from builder.catalogue.template import sealed_papers
from bundle import web
from bundle.sealed.header import read_header
from bundle.sealed.medium import open_medium
from bundle.sealed.writing import Sealing
from tests import webviewer
from tests.bundle.sealed.sticks import QUICK, RESEARCHER, SLOTS

PART = "BUNDLE/SEALED/00000001.BIN"


def seal(plain: Path, root: Path) -> Path:
    """The files of a plain medium as an encrypted one."""
    with closing(Sealing(root, SLOTS, stretching=QUICK)) as sealing:
        for path in sorted(path for path in plain.rglob("*") if path.is_file()):
            sealing.add_file(path.relative_to(plain).as_posix(), path)
        sealing.finish()
    papers = sealed_papers((), version="1") | {web.SCRIPT: (webviewer.SHIPPED / "READER.JS").read_bytes()}
    for path, content in papers.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_bytes(content)
    return root


def places(root: Path) -> dict[str, tuple[int, int]]:
    """Where the message of each object begins and ends in the container; the first part is all of it."""
    found, at = {}, 0
    with closing(open_medium(root, RESEARCHER)) as medium:
        for path in medium.paths:
            length = read_header(root).chunking.sealed_length(medium.locate(path)[1])
            found[path] = (at, at + length)
            at += length
    return found
