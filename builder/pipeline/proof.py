"""The proof that what was written holds nothing of the source; without it, no bundle is finished."""

from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path

from builder.check import Originals, search_written
from builder.errors.build import OriginalsWritten
from builder.freeze import known_bills
from builder.key import memory
from builder.key.register import Register
from builder.plan import Talk


def prove(
    register: Register, drive: Path, written: Path, digests: Mapping[str, str], executor: Executor, talk: Talk
) -> int:
    """Search everything below `written` for the identifiers of all scans of the key; returns how many those are.

    `digests` are the SHA-256 of all files in the bundle. Raises OriginalsWritten.
    """
    originals = Originals.kept(memory.read_remembered(register))
    progress = talk.step("Searching for the originals")
    found = search_written(written, originals, digests, known_bills(), progress, executor)
    if found:
        raise OriginalsWritten(drive, [(finding.subject, finding.message) for finding in found])
    return sum(original.sought for original in originals.identifiers)
