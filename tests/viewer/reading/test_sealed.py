"""A reader at work on an encrypted stick: the same answers, and none of them in plain anywhere."""

from contextlib import closing
import os
from pathlib import Path
import random
import signal
import subprocess
import sys
import time

import pytest

from bundle.index.index import Catalog
from bundle.reading.journal import Flaw, journals_in
from bundle.sealed.medium import SealedMedium, open_medium
from tests.bundle.sealed.sticks import CHECKER, OTHER, READER, RESEARCHER
from tests.journals import readings_of
from tests.viewer import bundles
from tests.viewer.reading.test_reading import DIAGNOSIS, FORM, SURE, Medium, tiny_cases
from tests.viewer.sealed import seal
from viewer.images.loading import Loader
from viewer.images.volume import FrameReader, LoadedStack, MediumGone
from viewer.reading.session import Session

KILLS = int(os.environ.get("MKBUNDLE_KILLS", "6"))


@pytest.fixture
def plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return bundles.make_bundle(tmp_path / "plain", tiny_cases(4))


@pytest.fixture
def stick(plain: Path, tmp_path: Path) -> Path:
    return seal(plain, tmp_path / "stick")


def begin(medium: SealedMedium, reader: str = "Dr Quillfeather") -> Session:
    return Session(medium, Catalog(medium).studies(), FORM, reader)


def answers(stick: Path, password: str) -> list:
    with closing(open_medium(stick, password)) as medium:
        found = readings_of(journals_in(medium.readings()), "Dr Quillfeather")
        return [answer.value for case in found.cases.values() for answer in case.history.get(("diagnosis", ""), [])]


def test_slices_and_previews_are_those_of_the_plain_stick(plain, stick):
    with Catalog(plain) as one, Catalog(open_medium(stick, READER)) as other:
        assert one.patients == other.patients
        for study in one.studies():
            (stack,) = study.series[0].stacks
            loaded = [LoadedStack(stack, catalog.frames(stack.stack_id)) for catalog in (one, other)]
            for medium, found in zip((one.medium, other.medium), loaded, strict=True):
                Loader(medium, found, 1, lambda index: None).run()
                assert found.complete and not found.damaged
            assert bytes(loaded[0].block.memory) == bytes(loaded[1].block.memory)
            assert one.preview(stack.stack_id) == other.preview(stack.stack_id)


def test_answers_come_back_to_their_reader_and_the_researcher_alone(stick):
    with closing(open_medium(stick, READER)) as medium:
        session = begin(medium)
        session.answer(DIAGNOSIS, "", "a small nodule")
        session.answer(SURE, "", 4)
        session.close()
    with closing(open_medium(stick, READER)) as medium:
        again = begin(medium)
        assert again.reading().answers == {("diagnosis", ""): "a small nodule", ("sure", ""): 4}
    assert answers(stick, RESEARCHER) == answers(stick, READER) == ["a small nodule"]
    assert answers(stick, OTHER) == []


def test_two_readers_on_one_stick_see_nothing_of_each_other(stick):
    for password, text in ((READER, "mine"), (OTHER, "theirs")):
        with closing(open_medium(stick, password)) as medium:
            session = begin(medium)
            assert session.reading().answers == {}
            session.answer(DIAGNOSIS, "", text)
            session.close()
    assert (answers(stick, READER), answers(stick, OTHER)) == (["mine"], ["theirs"])
    assert sorted(answers(stick, RESEARCHER)) == ["mine", "theirs"]


def test_nothing_is_written_beside_the_stick_and_no_copy_leaves_it(stick, tmp_path):
    with closing(open_medium(stick, READER)) as medium:
        session = begin(medium)
        session.answer(DIAGNOSIS, "", "a small nodule")
        with pytest.raises(PermissionError):
            session.save_copy(tmp_path / "copy.json")
        session.close()
    assert not (tmp_path / "copy.json").exists() and not (tmp_path / "home").exists()
    for path in (path for path in stick.rglob("*") if path.is_file()):
        assert b"nodule" not in path.read_bytes() and b"Quillfeather" not in path.read_bytes()


def test_a_stick_that_takes_no_data_keeps_answers_in_memory_and_says_so(stick, tmp_path):
    with closing(open_medium(stick, READER)) as medium:
        session = begin(medium)
        (stick / "READINGS").write_bytes(b"")  # so that no folder of this name can be made
        session.answer(DIAGNOSIS, "", "kept")
        assert session.unsaved and not session.beside_the_medium
        assert not (tmp_path / "home").exists()
        (stick / "READINGS").unlink()
        session.try_again()
        assert not session.unsaved
        session.close()
    assert answers(stick, READER) == ["kept"]


def pull_out(place: Path) -> None:
    """End the driver of the stick's file system: every file that is open there fails, as when a stick is pulled out.

    What the system remembers of the container is forgotten before.
    """
    with (place / "stick/BUNDLE/SEALED/00000001.BIN").open("rb") as part:
        os.posix_fadvise(part.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"exfat" in command[0] and str(place).encode() in command:
            os.kill(int(process.name), signal.SIGKILL)
    time.sleep(1.5)  # for a second the system says what it knew of names and sizes


def test_a_stick_that_is_pulled_out_shows_no_wrong_picture_and_goes_on_when_it_is_back(plain, tmp_path):
    device = Medium(tmp_path, "exfat")
    try:
        medium = open_medium(seal(plain, device.place / "stick"), READER)
        with closing(Catalog(medium)) as catalog:
            (stack,) = catalog.patients[0].studies[0].series[0].stacks
            loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
            readers = [FrameReader(medium, loaded) for _ in range(2)]
            session = begin(medium)
            session.answer(DIAGNOSIS, "", "before")
            readers[0].read(0)
            pull_out(device.place)
            session.answer(DIAGNOSIS, "", "meanwhile")
            for reader in readers:
                reader.read(1)
            assert loaded.slices[0] is True and isinstance(loaded.slices[1], MediumGone)
            assert session.unsaved and not (tmp_path / "home").exists()
            subprocess.run(["umount", "-l", device.place], check=True)
            device.put_on()
            loaded.ask_again()
            Loader(medium, loaded, 1, lambda index: None).run()
            session.try_again()
            assert loaded.complete and not loaded.damaged and not session.unsaved
            session.close()
        assert answers(device.place / "stick", READER) == ["before", "meanwhile"]
    finally:
        device.throw_away()


def test_a_checkers_password_opens_no_reading(stick):
    with closing(open_medium(stick, CHECKER)) as medium:
        assert not medium.keeps_answers


WRITER = """
import sys
from pathlib import Path
from bundle.sealed.medium import open_medium
from tests.bundle.sealed.sticks import READER
from tests.viewer.reading.test_reading import DIAGNOSIS
from tests.viewer.reading.test_sealed import begin
session = begin(open_medium(Path(sys.argv[1]), READER))
for number in range(10_000):
    session.answer(DIAGNOSIS, "", f"{number} " + "x" * 700)
    print(number, flush=True)
"""


def test_a_kill_while_typing_loses_no_answer_that_was_kept(stick):
    draw = random.Random(5)
    for _ in range(KILLS):
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(stick)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        told = [process.stdout.readline()]
        until = time.monotonic() + draw.uniform(0.0, 0.3)
        while time.monotonic() < until:
            told.append(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        told += process.stdout.read().splitlines()
        process.wait()
        last = max(int(line) for line in told if line.strip().isdigit())
        with closing(open_medium(stick, READER)) as medium:
            journals = journals_in(medium.readings())
            assert {problem.flaw for journal in journals for problem in journal.problems} <= {Flaw.TORN}
            found = readings_of(journals, "Dr Quillfeather")
            assert max(int(value.split()[0]) for value in answers(stick, READER)) >= last
            assert found.cases
        for path in (stick / "READINGS").iterdir():
            path.unlink()
