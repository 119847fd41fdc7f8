"""A file to send of a page that could not write on its encrypted medium: sealed journals, and what opens them."""

import base64
from dataclasses import dataclass

from bundle.bounded import read_json
from bundle.sealed.errors import DamagedSeal
from bundle.sealed.header import COPY, parse
from bundle.sealed.readings import journal_in
from bundle.sealed.slots import Keys, open_header

_KEY, _FORMAT = "mkbundle-readings-sealed", 1
_MOST_SENT = 10_000


@dataclass(frozen=True, slots=True)
class SealedSent:
    """One copy of the header of the medium, and journals by the names of their files, as they would lie on it."""

    place: str
    lock: bytes
    files: dict[str, bytes]

    def opened(self, password: str) -> Keys:
        """What a password opens; raises WrongPassword, DamagedSeal, UnknownSeal."""
        if len(self.lock) != COPY:
            raise DamagedSeal(self.place, "the header in it")
        return open_header(parse(self.lock * 2), password)

    def journals(self, keys: Keys) -> tuple[dict[str, bytes], list[str]]:
        """The journals by their names, of two with one name the longer; and the files that do not open."""
        found: dict[str, bytes] = {}
        closed: list[str] = []
        for file, content in self.files.items():
            opened = journal_in(content, keys)
            if opened is None:
                closed.append(file)
            elif len(opened[1]) >= len(found.get(opened[0], b"")):
                found[opened[0]] = opened[1]
        return found, closed


def sealed_sent(text: str, place: str) -> SealedSent | None:
    """The parts of a sent file; None if the text is none. `place` names it in errors."""
    try:
        packed = read_json(text)
        if not isinstance(packed, dict) or packed.get(_KEY) != _FORMAT:
            return None
        lock, files = packed["lock"], packed["files"]
        if len(files) > _MOST_SENT:
            return None
        decoded = {str(name): base64.b64decode(content, validate=True) for name, content in files.items()}
        return SealedSent(place, base64.b64decode(lock, validate=True), decoded)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
