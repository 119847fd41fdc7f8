"""Small sealed media for tests, with a password that takes no time to stretch."""

from contextlib import closing
from pathlib import Path

from bundle.sealed.chunking import NEWEST
from bundle.sealed.primitives import Stretching
from bundle.sealed.slots import NewSlot, Role
from bundle.sealed.writing import Sealing

RESEARCHER, READER, OTHER, CHECKER = "acorn beacon cradle", "delta ember falcon", "garnet hazel", "indigo jasmine"
QUICK = Stretching(memory=64, passes=1, lanes=1)
SLOTS = (
    NewSlot(Role.RESEARCHER, "researcher", RESEARCHER),
    NewSlot(Role.READER, "Dr Quillfeather", READER),
    NewSlot(Role.READER, "Dr Brackwater", OTHER),
    NewSlot(Role.CHECKER, "QA", CHECKER),
)
FILES = {
    "BUNDLE/INDEX.DB": bytes(range(256)) * 200,
    "BUNDLE/FORM.TXT": "Sieht man den Knoten? – ja".encode(),
    "DICOM/PT000001/ST000001/SE000001/IM000001": b"\0" * 65536,
    "DICOM/PT000001/ST000001/SE000001/IM000002": b"pixels" * 30_000,
    "README.TXT": b"",
}


def make(root: Path, files: dict[str, bytes] = FILES, *, part_bits: int = 20, version: int = NEWEST) -> Path:
    (root / "BUNDLE").mkdir(parents=True, exist_ok=True)
    with closing(Sealing(root, SLOTS, part_bits=part_bits, stretching=QUICK, version=version)) as sealing:
        for path, content in files.items():
            sealing.add(path, len(content), [content])
        sealing.finish()
    return root
