"""What the register keeps of a medium that came back, for the check to compare."""

from contextlib import suppress
from pathlib import Path
import sqlite3

from builder.check import HandedOut, Place
from builder.check.places.place import bundle_of
from builder.key.crosswalk import CrosswalkRow, crosswalk_path, earlier_rows
from builder.key.handed import read_handed_out
from builder.key.register import manifest_digest
from builder.key.safekeeping.lock import has_register
from bundle.errors import BundleError
from bundle.index.index import Catalog
from bundle.layout import MANIFEST


def handed_out(key: Path, drive: Place) -> HandedOut | None:
    """The medium as it was handed out; None for a key without a register."""
    if not has_register(key):
        return None
    found = read_handed_out(key, _manifest_on(drive), _studies_on(drive))
    rows = (CrosswalkRow(*row) for row in earlier_rows(crosswalk_path(key), len(CrosswalkRow._fields)))
    crosswalk = {row.study_instance_uid: (row.case, row.pseudonym) for row in rows}
    if found is None:
        return HandedOut(None)
    return HandedOut(**found._asdict(), crosswalk=crosswalk)


def _manifest_on(drive: Place) -> str:
    try:
        return manifest_digest((drive / MANIFEST).read_bytes().decode())
    except (OSError, ValueError):
        return ""


def _studies_on(drive: Place) -> frozenset[str]:
    """The studies of the index; none if it cannot be read, which the check reports."""
    with (
        suppress(BundleError, OSError, sqlite3.Error, TypeError, ValueError, LookupError),
        Catalog(bundle_of(drive)) as catalog,
    ):
        return frozenset(study.study_instance_uid for study in catalog.studies())
    return frozenset()
