"""The receipt of a finished session: a short code over the reader's journals, which the reader tells by another way.

Anybody who has the medium can write its journals anew, and every digest in them. The code that the reader told when the
session was finished is not on the medium alone: a journal that was cut or made again no longer has it.
"""

from base64 import b32encode
from collections.abc import Iterator, Mapping, Sequence
import hashlib
import json
from typing import TypeGuard

from bundle.reading.journal import Journal, JournalEntry, reader_key
from bundle.reading.study_session import StudySession, session_of

RECEIPT = "receipt"
# 80 bits: nobody finds other journals with the same code.
_BYTES, _GROUP = 10, 4
Heads = Mapping[str, Sequence[object]]


def receipt_code(reader: str, session: StudySession, heads: Heads) -> str:
    """The code of journals with these heads, by file: how many entries, and the digest of the last."""
    listed = [reader_key(reader), list(session), sorted((name, *head) for name, head in heads.items())]
    digest = hashlib.sha256(json.dumps(listed, separators=(",", ":")).encode()).digest()
    text = b32encode(digest[:_BYTES]).decode()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def same_code(told: str, code: str) -> bool:
    """Whether a code that somebody told or typed is this one."""
    return _letters(told) == _letters(code)


def _letters(code: str) -> str:
    """What base32 has: letters and the figures 2 to 7; O and I were meant where 0 and 1 were typed."""
    return "".join(sign for sign in code.upper().replace("0", "O").replace("1", "I") if sign.isalnum())


def receipts_in(journals: Mapping[str, Journal]) -> Iterator[tuple[JournalEntry, str, str]]:
    """(entry, code computed from it, what is wrong now with the journals that it tells of), for each receipt."""
    for journal in journals.values():
        for entry in journal.entries:
            heads = entry.data.get("heads")
            if entry.kind == RECEIPT and _are_heads(heads):
                code = receipt_code(str(journal.opening.get("reader", "")), session_of(journal), heads)
                yield entry, code, "; ".join(_against(heads, journals))


def _are_heads(heads: object) -> TypeGuard[dict[str, list[object]]]:
    return isinstance(heads, dict) and all(
        isinstance(head, list) and len(head) == 2 and type(head[0]) is int and isinstance(head[1], str)
        for head in heads.values()
    )


def _against(heads: Heads, journals: Mapping[str, Journal]) -> Iterator[str]:
    """Files that are gone, cut, or not those that the receipt was given for."""
    for name, (number, digest) in heads.items():
        if name not in journals:
            yield f"{name} is missing"
        elif not any((entry.number, entry.digest) == (number, digest) for entry in journals[name].entries):
            yield f"{name} is not the file that had {number} lines then"
