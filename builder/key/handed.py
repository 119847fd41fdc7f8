"""What a stick held when it was handed out: its manifest, and the answers that were on it already."""

from collections.abc import Mapping
import hashlib
import json
from pathlib import Path
import sqlite3
from typing import Any, NamedTuple
import zlib

from builder.key.register import reading_of
from builder.key.safekeeping.lock import has_register
from builder.key.sticks import EARLIER, REMOVED, THERE, StickPlan, storable
from bundle import layout
from bundle.errors import BundleError
from bundle.manifest import parse_lines

# The size of a file of answers, and its SHA-256.
Readings = Mapping[str, tuple[int, str]]


class StickHandedOut(NamedTuple):
    """A stick as the register knows it; `stick` is 0 for one that it cannot tell from others.

    `same`: the manifest asked for is the one with which the stick was handed out last; `before`: an earlier one of it.
    `listed` gives the SHA-256 of each file, and is empty if an older register did not keep it. `cases` gives the number
    and the pseudonym of each study, on any stick of the key.
    """

    stick: int
    moment: str
    same: bool
    before: bool
    listed: Mapping[str, str]
    readings: Readings
    cases: Mapping[str, tuple[str, str]]


def readings_on(drive: Path) -> dict[str, tuple[int, str]]:
    """The answers on a drive now, so that later ones can be told from them."""
    folder, found = drive / layout.READINGS_FOLDER, dict[str, tuple[int, str]]()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            found[path.name] = len(content), hashlib.sha256(content).hexdigest()
    return found


def put_listed(connection: sqlite3.Connection, stick: int, plan: StickPlan) -> None:
    """Keep the manifest that a commit is about to write."""
    packed = zlib.compress(plan.listed.encode())
    values = (plan.planned, stick, packed, json.dumps(plan.readings))
    connection.execute("INSERT OR REPLACE INTO manifest VALUES (?, ?, ?, ?)", values)


def read_handed_out(key: Path, digest: str, study_uids: frozenset[str]) -> StickHandedOut | None:
    """The same from the register beside a key; None if there is none. Raises RegisterDamaged, RegisterFailed."""
    if not has_register(key):
        return None
    with reading_of(key) as connection:
        return find_handed_out(connection, digest, study_uids)


def find_handed_out(connection: sqlite3.Connection, digest: str, study_uids: frozenset[str]) -> StickHandedOut | None:
    """The stick with this manifest, or else the last one with most of these studies; None if no stick has any.

    `digest` is the SHA-256 of the manifest of a medium.
    """
    query = "SELECT stick, manifest FROM stick WHERE ? IN (manifest, planned) ORDER BY stick DESC LIMIT 1"
    row = connection.execute(query, (digest,)).fetchone() if digest else None
    known = _kept(connection, "stick", digest)
    stick = row[0] if row else known[0] if known else _with_most(connection, study_uids)
    if stick is None:
        return None
    (manifest, planned, moment) = connection.execute(
        "SELECT manifest, planned, CASE finished WHEN '' THEN begun ELSE finished END FROM stick WHERE stick = ?",
        (stick,),
    ).fetchone()
    listed, readings = _listed(connection, digest if row or known else manifest or planned)
    same = bool(digest) and digest in (manifest, planned)
    return StickHandedOut(stick, moment, same, bool(known) and not same, listed, readings, _cases(connection))


def sticks_with_form(connection: sqlite3.Connection, studies: frozenset[str], but: Path | None) -> list[int]:
    """The finished sticks that have a reading form and any of these studies, named by their identity under the key.

    That on the drive `but` does not count: it is being finished.
    """
    query = "SELECT DISTINCT stick, study FROM placed JOIN stick USING (stick) WHERE state = ? AND drive <> ?"
    rows = connection.execute(query, (THERE, storable(str(but.absolute())) if but is not None else ""))
    sticks = sorted({stick for stick, study in rows if study in studies})
    return [stick for stick in sticks if layout.FORM in _listed(connection, _manifest_of(connection, stick))[0]]


def _manifest_of(connection: sqlite3.Connection, stick: int) -> str:
    row = connection.execute("SELECT manifest FROM stick WHERE stick = ? AND finished <> ''", (stick,)).fetchone()
    return str(row[0]) if row else ""


def _with_most(connection: sqlite3.Connection, study_uids: frozenset[str]) -> int | None:
    counts: dict[int, int] = {}
    rows = connection.execute("SELECT stick, study_uid FROM placed WHERE state <> ?", (REMOVED,))
    for stick, uid in rows:
        counts[stick] = counts.get(stick, 0) + (uid in study_uids)
    best = max(counts, key=lambda stick: (counts[stick], stick), default=EARLIER)
    return best if counts.get(best) else None


def _listed(connection: sqlite3.Connection, digest: str) -> tuple[dict[str, str], Readings]:
    row = _kept(connection, "packed, readings", digest)
    if row is None:
        return {}, {}
    try:
        listed = parse_lines(zlib.decompress(row[0]).decode())
        return listed, {str(name): (int(size), str(sha)) for name, (size, sha) in json.loads(row[1]).items()}
    except (zlib.error, ValueError, TypeError, AttributeError, BundleError):
        return {}, {}


def _kept(connection: sqlite3.Connection, columns: str, digest: str) -> tuple[Any, ...] | None:
    """The columns of a manifest; None if it is unknown, or the register is older than the table."""
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'manifest'").fetchone() is None:
        return None
    found: tuple[Any, ...] | None = connection.execute(
        f"SELECT {columns} FROM manifest WHERE digest = ?", (digest,)
    ).fetchone()
    return found


def _cases(connection: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    query = "SELECT study_uid, number, coalesce(pseudonym, '') FROM placed LEFT JOIN study USING (study) ORDER BY stick"
    return {uid: (layout.case_number(number), who) for uid, number, who in connection.execute(query)}
