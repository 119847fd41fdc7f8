"""Power cuts while a locked study is written: after any of them, the old or the new ciphertext opens, and is whole.

The cut comes at a write or a change of a name, not only at a flush (power_cut.c). Afterwards the disk has either all
that was written until then, and half of the last write, or only what was flushed: both are tried.
"""

from collections.abc import Iterator
from pathlib import Path
import shutil

import pytest

from builder.key.memory import load_or_make_study, open_register
from builder.key.register import previous_path, register_path
from builder.key.safekeeping.lock import forget_locks, is_locked, lock_of, locked_name, open_lock, share_lock
from builder.key.safekeeping.lock_study import lock_study
from tests.builder.key.test_cuts import CUTS, Disk, library  # noqa: F401  # a fixture

PASSPHRASE = "four words are enough"
_BEGIN = """
import os, sys
from pathlib import Path
from builder.key.memory import load_or_make_study, open_register
from builder.key.safekeeping import lock as locks
from builder.key.safekeeping.lock_study import lock_study
key = Path(sys.argv[1]) / "keys" / "study.key"
secret = bytes.fromhex(key.read_text())
"""
# Two commits: the first also keeps the state before. It is given the lock as if it had asked for the passphrase.
CHANGE = f"""{_BEGIN}
from pyrage.x25519 import Identity
locks._opened[locks.lock_path(key).absolute()] = locks.OpenLock(Identity.from_str(os.environ["IDENTITY"]))
with open_register(key, secret, print) as register:
    os.sync()
    for word in ("first", "second"):
        with register.change() as connection:
            connection.execute("UPDATE patient SET name = ?", [word])
"""
LOCK = f"""{_BEGIN}
os.sync()
lock_study(key, "{PASSPHRASE}", print)
"""


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Each test begins as a new process does."""
    forget_locks()
    yield
    forget_locks()


def key_in(work: Path) -> Path:
    return work / "keys" / "study.key"


def make_study(work: Path, *, locked: bool) -> None:
    """A key with a register of one patient, which is larger than a block of the disk."""
    key = key_in(work)
    secret, _ = load_or_make_study(key)
    with open_register(key, secret, print) as register, register.change() as connection:
        put_patient(connection)
        connection.execute("CREATE TABLE filler AS SELECT hex(randomblob(20000)) AS random")
    if locked:
        lock_study(key, PASSPHRASE, print)


def put_patient(connection: object) -> None:
    columns = [row[1] for row in connection.execute("PRAGMA table_info(patient)")]
    values = {"name": "old", "pseudonym": "P-AAAA"}
    marks = ", ".join("?" * len(columns))
    connection.execute(f"INSERT INTO patient VALUES ({marks})", [values.get(name, "") for name in columns])


def name_in(work: Path, same_lock: Path | None = None) -> str:
    """The name in the register, whichever of the two there is; it must be whole.

    A passphrase takes a second: a study whose lock is the `same` as that of another, open one, needs none.
    """
    key = key_in(work)
    if same_lock is not None:
        share_lock(key_in(same_lock), key)
    elif is_locked(key):
        open_lock(key, PASSPHRASE)
    with open_register(key, bytes.fromhex(key.read_text()), print) as register:
        with register.reading() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            ((name,),) = connection.execute("SELECT name FROM patient").fetchall()
        return str(name)


def cut_everywhere(tmp_path: Path, library: Path, code: str, *, locked: bool) -> Iterator[Path]:  # noqa: F811
    """The folder after each cut, once as written and once as flushed."""
    make_study(tmp_path / "kept", locked=locked)
    lock = lock_of(key_in(tmp_path / "kept"))
    given = {"WRITES": "1", "IDENTITY": "" if lock is None else str(lock.identity)}
    work = Path(shutil.copytree(tmp_path / "kept", tmp_path / "work"))
    disk = Disk(work, library)
    assert disk.run(code=code, COUNT=str(tmp_path / "count"), **given) == 0
    steps = int((tmp_path / "count").read_text())
    assert steps > 10
    for cut in range(min(CUTS, steps)):
        shutil.rmtree(work)
        shutil.copytree(tmp_path / "kept", work)
        assert disk.run(code=code, CUT_AT=str(1 + cut * steps // min(CUTS, steps)), **given) == 75
        written = tmp_path / "written"
        shutil.copytree(work, written)
        yield written  # the lock in it is that of this run
        shutil.rmtree(written)
        disk.forget()
        yield work


def test_a_locked_register_opens_after_a_cut_at_any_write(tmp_path, library):  # noqa: F811
    names = []
    for work in cut_everywhere(tmp_path, library, CHANGE, locked=True):
        names.append(name_in(work, tmp_path / "kept"))
        assert not register_path(key_in(work)).exists()
        before = locked_name(previous_path(register_path(key_in(work))))
        if before.exists() and names[-1] != "old":  # what is kept beside it is whole, too
            shutil.copy(before, locked_name(register_path(key_in(work))))
            assert name_in(work, tmp_path / "kept") == "old"
    assert set(names) <= {"old", "first", "second"}
    assert names[0] == "old" and len(set(names)) > 1


def test_a_study_that_is_being_locked_opens_after_a_cut_at_any_write(tmp_path, library):  # noqa: F811
    """Before the lock is there, the readable register counts; afterwards the ciphertext."""
    locked = []
    for work in cut_everywhere(tmp_path, library, LOCK, locked=False):
        locked.append(is_locked(key_in(work)))
        assert name_in(work) == "old"
    assert set(locked) == {False, True}
