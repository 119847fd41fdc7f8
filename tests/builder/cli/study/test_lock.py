"""A locked study: no name lies readable beside the key at any time, and every command works with the passphrase."""

from contextlib import suppress
import os
from pathlib import Path
import re
import shutil
import subprocess

from click.testing import CliRunner
import pytest

from builder.cli.main import cli
from builder.errors.register import LockTakesTooLong, RegisterLocked, StudyIsWhole, WrongPassphrase
from builder.key.memory import open_register
from builder.key.register import previous_path, register_path
from builder.key.safekeeping import lock as locks
from builder.key.safekeeping.lock_study import lock_study
from tests.builder.key.studies import build_stick, key_of, on_stick, write_study

PASSPHRASE = "four words are enough"
# In the scans: names, numbers, folders. Beside the key none of them may be readable.
SECRETS = (b"Lapwing", b"MRN-", b"1.2.1.1", b"p1s1", b"20240201")
CUTS = int(os.environ.get("MKBUNDLE_CUTS", "6"))


@pytest.fixture(autouse=True)
def closed():
    """Each test begins as a new process does."""
    locks.forget_locks()
    yield
    locks.forget_locks()


def run(work: Path, *words: object, given: str | None = None, file: str | None = PASSPHRASE) -> tuple[int, str]:
    """A command of its own on the study; `file` is the passphrase in a file."""
    locks.forget_locks()
    command = [*map(str, words), "--key", str(key_of(work))]
    if file is not None:
        (work / "passphrase").write_text(f"{file}\n")
        command += ["--passphrase-file", str(work / "passphrase")]
    done = CliRunner().invoke(cli, command, standalone_mode=False, input=given)
    if done.exception is not None:
        raise done.exception
    return done.return_value, done.output


def build(work: Path, name: str, *scans: Path, lock: bool = False) -> tuple[int, str]:
    (work / name).mkdir(exist_ok=True)
    more = ["--lock"] if lock else []
    return run(work, "build", *scans, work / name, "--viewer", "none", "--workers", 1, "--no-picture-search", *more)


def readable(work: Path) -> dict[str, list[bytes]]:
    """The files beside the key in which a name stands."""
    found = {}
    for path in key_of(work).parent.rglob("*"):
        with suppress(OSError):  # it went just now
            content = path.read_bytes() if path.is_file() else b""
            hits = [secret for secret in SECRETS if secret in content or secret in os.fsencode(path.name)]
            found |= {path.name: hits} if hits else {}
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that was locked when it began."""
    locks.forget_locks()
    work = tmp_path_factory.mktemp("locked")
    build(work, "A", write_study(work / "scans", 1), write_study(work / "scans", 2), lock=True)
    return work


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "work"))


def test_a_locked_study_leaves_no_name_readable_and_its_report_says_so(made, tmp_path):
    _, text = build(tmp_path, "A", write_study(tmp_path / "scans", 1), lock=True)
    assert "locked      by your passphrase" in text and "crosswalk" not in text
    names = {path.name for path in key_of(tmp_path).parent.iterdir()}
    assert names >= {"study.key", "study.db.age", "study.lock.age", "study.report.txt.age"}
    assert not names & {"study.db", "study.before.db", "study.crosswalk.csv", "study.images.csv", "study.report.txt"}
    assert readable(tmp_path) == {}
    assert all(path.stat().st_mode & 0o077 == 0 for path in key_of(tmp_path).parent.iterdir())


def test_every_command_works_with_the_passphrase(work):
    code, text = run(work, "who", "MRN-1")
    assert code == 0 and "CASE-00" in text and "Lapwing1^Ada" in text
    code, text = run(work, "check", work / "A", "--no-run-viewers")
    assert code == 0 and "Since stick 1 was handed out" in text
    build(work, "B", write_study(work / "scans", 3))
    assert len({*on_stick(work / "A").values(), *on_stick(work / "B").values()}) == 3
    code, text = run(work, "build", work / "A", "--remove", next(iter(on_stick(work / "A").values())))
    assert code == 0 and "off stick 1" in text
    assert readable(work) == {}
    assert (key_of(work).parent / "study.before.db.age").exists()


def test_without_the_passphrase_nothing_is_told_and_nothing_changed(work):
    before = {path.name: path.read_bytes() for path in key_of(work).parent.iterdir()}
    with pytest.raises(RegisterLocked, match="--passphrase-file"):
        run(work, "who", "MRN-1", file=None)
    for words in (["who", "MRN-1"], ["check", work / "A"], ["key", "export", work / "lists"]):
        with pytest.raises(WrongPassphrase):
            run(work, *words, file="not the passphrase")
    assert {path.name: path.read_bytes() for path in key_of(work).parent.iterdir()} == before


def test_a_lock_that_takes_too_long_is_not_called_a_wrong_passphrase(work):
    """As one of a far faster PC, or on a busy one: the library refuses what it guesses to take long."""
    place = key_of(work).parent / "study.lock.age"
    slow, number = re.subn(rb"(-> scrypt \S+) \d+", rb"\1 30", place.read_bytes())
    assert number == 1
    place.write_bytes(slow)
    with pytest.raises(LockTakesTooLong, match="very busy, or far slower"):
        run(work, "who", "MRN-1")


def test_the_passphrase_is_asked_for_twice_when_it_is_made_and_once_later(tmp_path, monkeypatch):
    monkeypatch.setattr("builder.cli.study.passphrase._is_asked", lambda: True)
    scans = write_study(tmp_path / "scans", 1)
    (tmp_path / "A").mkdir()
    options = ["--viewer", "none", "--workers", 1, "--no-picture-search", "--lock"]
    typed = f"{PASSPHRASE}\nsomething else\n{PASSPHRASE}\n{PASSPHRASE}\n"
    _, text = run(tmp_path, "build", scans, tmp_path / "A", *options, given=typed, file=None)
    assert PASSPHRASE not in text and "do not match" in text.replace("The two entered values", "")
    assert run(tmp_path, "who", "MRN-1", given=f"{PASSPHRASE}\n", file=None)[0] == 0


def test_a_short_passphrase_is_refused(tmp_path):
    with pytest.raises(Exception, match="at least 12"):
        (tmp_path / "A").mkdir()
        run(tmp_path, "build", write_study(tmp_path / "scans", 1), tmp_path / "A", "--lock", file="short")


def test_a_study_that_is_there_can_be_locked_and_goes_on(tmp_path):
    build_stick(tmp_path, "A", write_study(tmp_path / "scans", 1), write_study(tmp_path / "scans", 2))
    assert readable(tmp_path)
    numbers = on_stick(tmp_path / "A")
    build(tmp_path, "B", tmp_path / "scans" / "p1s1", lock=True)
    assert readable(tmp_path) == {}
    assert set(on_stick(tmp_path / "B").items()) <= set(numbers.items())
    assert "Lapwing2^Ada" in run(tmp_path, "who", "MRN-2")[1]


def test_lists_are_written_on_request_and_values_stay_text(work):
    build(work, "B", write_study(work / "scans", 4, PatientName="<b>Quill</b>^<script>"))
    run(work, "key", "export", work / "lists")
    names = {path.name for path in (work / "lists").iterdir()}
    assert names == {"study.crosswalk.csv", "study.images.csv", "study.register.html", "study.report.txt"}
    assert "MRN-1" in (work / "lists" / "study.crosswalk.csv").read_text()
    page = (work / "lists" / "study.register.html").read_text()
    assert "&lt;b&gt;Quill&lt;/b&gt;" in page and "<script" not in page and "CASE-00" in page
    run(work, "who", "--html", work / "who.html")
    assert (work / "who.html").read_text().count("MRN-") == page.count("MRN-") > 2
    assert readable(work) == {}


def test_a_copy_is_locked_with_the_same_passphrase_and_comes_back(work):
    run(work, "key", "copy", work / "safe")
    assert {path.name for path in (work / "safe").iterdir()} == {"study.key", "study.db.age", "study.lock.age"} | {
        path.name for path in (work / "safe").glob("*.guard.db")
    }
    with pytest.raises(StudyIsWhole):
        run(work, "key", "restore", work / "safe")
    register = key_of(work).parent / "study.db.age"
    register.write_bytes(register.read_bytes()[:-9])
    run(work, "key", "restore", work / "safe")
    assert run(work, "who", "MRN-1")[0] == 0 and readable(work) == {}


def test_the_age_program_opens_the_register_with_the_passphrase(work):
    if shutil.which("age") is None:
        pytest.skip("age is not installed")
    keys = key_of(work).parent
    import pyrage

    identity = pyrage.passphrase.decrypt((keys / "study.lock.age").read_bytes(), PASSPHRASE)
    (work / "identity").write_bytes(identity + b"\n")
    command = ["age", "-d", "-i", work / "identity", keys / "study.db.age"]
    opened = subprocess.run(command, check=True, capture_output=True).stdout
    assert opened.startswith(b"SQLite format 3\0") and b"Lapwing1^Ada" in opened


# Kills


def _count_steps(patch: pytest.MonkeyPatch, last: int | None, work: Path, steps: list[int]) -> None:
    """At every flush and change of a name no name is readable; the process ends at the `last` one."""
    places = [(os, "fsync"), (os, "link"), (Path, "replace"), (Path, "rename"), (Path, "unlink"), (os, "unlink")]
    for owner, name in places:
        real = getattr(owner, name)

        def step(*given: object, real=real, **more: object) -> object:
            steps.append(1)
            if readable(work):
                os._exit(76)
            if len(steps) == last:
                os._exit(75)
            return real(*given, **more)

        patch.setattr(owner, name, step)


def forked(work: Path, code) -> int:
    """The exit code of a process that does this."""
    import multiprocessing

    running = multiprocessing.get_context("fork").Process(target=code)
    running.start()
    running.join(120)
    return running.exitcode


def test_no_name_is_readable_at_any_step_of_a_build_and_a_kill_loses_nothing(work, tmp_path, monkeypatch):
    scans = [work / "scans" / "p1s1", write_study(work / "scans", 3)]
    shutil.copytree(work, tmp_path / "kept")
    locks.open_lock(key_of(work), PASSPHRASE)
    steps: list[int] = []
    with monkeypatch.context() as patch:
        _count_steps(patch, None, work, steps)
        build_stick(work, "B", *scans)
    assert len(steps) > 15
    for cut in range(CUTS):
        shutil.rmtree(work)
        shutil.copytree(tmp_path / "kept", work)

        def die(last: int = 1 + cut * len(steps) // CUTS) -> None:
            _count_steps(monkeypatch, last, work, [])
            build_stick(work, "B", *scans)

        assert forked(work, die) == 75
        assert readable(work) == {}
        begun = (work / "B" / "BUNDLE" / "UNFINISH.TXT").exists()
        if begun or not (work / "B" / "BUNDLE" / "MANIFEST.TXT").exists():
            build_stick(work, "B", *scans, resume=begun)
        secret = bytes.fromhex(key_of(work).read_text())
        with open_register(key_of(work), secret, print) as register, register.reading() as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            given = connection.execute("SELECT number, count(DISTINCT study) FROM placed GROUP BY number").fetchall()
        assert {count for _, count in given} == {1} and len(given) == 3


def test_locking_can_be_killed_at_any_step_and_is_done_the_next_time(tmp_path, monkeypatch):
    work = tmp_path / "work"
    build_stick(work, "A", write_study(work / "scans", 1))
    shutil.copytree(work, tmp_path / "kept")
    steps: list[int] = []
    real = os.fsync

    def counting(descriptor: int, last: int | None = None, counted: list[int] = steps) -> None:
        counted.append(1)
        if len(counted) == last:
            os._exit(75)
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", counting)
        lock_study(key_of(work), PASSPHRASE, print)
    assert readable(work) == {} and len(steps) > 5
    for cut in range(CUTS):
        locks.forget_locks()
        shutil.rmtree(work)
        shutil.copytree(tmp_path / "kept", work)

        def die(last: int = 1 + cut * len(steps) // CUTS) -> None:
            counted: list[int] = []
            monkeypatch.setattr(os, "fsync", lambda descriptor: counting(descriptor, last, counted))
            lock_study(key_of(work), PASSPHRASE, print)

        assert forked(work, die) == 75
        build(work, "B", work / "scans" / "p1s1", lock=True)  # as a researcher goes on
        assert readable(work) == {}
        assert on_stick(work / "A") == on_stick(work / "B")
        assert not register_path(key_of(work)).exists() and not previous_path(register_path(key_of(work))).exists()
