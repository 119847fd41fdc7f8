"""python -m tests.bundle.sealed.publish: makes docs/sealed-vectors.json anew; everything random in it is new then.

Only for the newest version of the seal: those of earlier ones were published, and stay."""

from contextlib import closing
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from bundle.sealed.catalogue import SealedExtent, data_key, object_context
from bundle.sealed.chunking import NEWEST
from bundle.sealed.header import COPY, read_header
from bundle.sealed.messages import sealed_pieces
from bundle.sealed.primitives import Stretching, argon2id, password_bytes
from bundle.sealed.readings import SealedFolder
from bundle.sealed.slots import open_header
from bundle.sealed.writing import Sealing
from tests.bundle.sealed.sticks import READER, RESEARCHER, SLOTS

PLACE = Path(__file__).parents[3] / "docs/sealed-vectors.json"
PLAIN, LINES = "The third object of this stick: ä\n", ["first line", "a longer line " * 60]


def vectors(root: Path) -> dict[str, object]:
    with closing(Sealing(root, SLOTS, part_bits=20, stretching=Stretching())) as sealing:
        sealing.add("README.TXT", 0, [])
        sealing.finish()
    header = read_header(root)
    keys = open_header(header, READER)
    with closing(SealedFolder(root / "READINGS", keys).create("R-00000000-000000000000.JSONL")) as journal:
        for line in LINES:
            journal.append(line.encode())
    (file,) = (root / "READINGS").iterdir()
    extent = SealedExtent(2, 0, len(PLAIN.encode()))
    message = b"".join(
        sealed_pieces(header.chunking, data_key(keys), object_context(keys.stick, extent), [PLAIN.encode()])
    )
    found = {
        "password of a reader": READER,
        "password of the researcher": RESEARCHER,
        "header": header.to_bytes()[:COPY],
        "stretched": argon2id(password_bytes(READER), header.salt, header.stretching),
        "stick": keys.stick,
        "slot": keys.slot_id,
        "master key": bytes(keys.master),
        "journal key": bytes(keys.journal),
        "key of all messages": data_key(keys),
        "context of object 2": object_context(keys.stick, extent),
        "object 2": PLAIN,
        "object 2, sealed": message,
        "journal": ["R-00000000-000000000000.JSONL", *LINES],
        "journal, sealed": file.read_bytes(),
    }
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in found.items()}


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        found = json.loads(PLACE.read_text(encoding="utf-8")) | {f"version {NEWEST}": vectors(Path(folder))}
        PLACE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
