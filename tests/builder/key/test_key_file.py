"""The key is made once, however many builds begin at one moment, and nothing of it depends on what was not flushed."""

from collections.abc import Callable
import errno
import multiprocessing
import os
from pathlib import Path
import time

import pytest

from builder.errors.build import BadKey
from builder.key import private_files
from builder.key.key_file import load_or_make_key
from builder.key.private_files import write_private

PAIRS = 50


def race(path: Path, work: Callable[[Path], object], starters: int = 2) -> list[object]:
    """What each of several processes gets that begin at one moment."""
    context = multiprocessing.get_context("fork")
    gate, answers = context.Barrier(starters), context.Queue()

    def run() -> None:
        gate.wait()
        answers.put(work(path))

    running = [context.Process(target=run) for _ in range(starters)]
    for process in running:
        process.start()
    got = [answers.get(timeout=60) for _ in running]
    for process in running:
        process.join()
    return got


def no_links(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, "no links here")


@pytest.mark.parametrize("links", [True, False])
def test_of_pairs_of_builds_that_find_no_key_one_makes_it_and_both_use_it(tmp_path, monkeypatch, links):
    if not links:  # as on exFAT
        monkeypatch.setattr(os, "link", no_links)
    for number in range(PAIRS):
        path = tmp_path / f"k{number}" / "study.key"
        got = race(path, load_or_make_key)
        assert sorted(new for _, new in got) == [False, True]
        assert {secret for secret, _ in got} == {bytes.fromhex(path.read_text())}
        assert list(path.parent.iterdir()) == [path]
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_still_being_written_is_waited_for(tmp_path):
    path = tmp_path / "study.key"
    path.touch()

    def write_late() -> None:
        time.sleep(0.3)
        path.write_text("5f" * 32)

    writer = multiprocessing.get_context("fork").Process(target=write_late)
    writer.start()
    assert load_or_make_key(path) == (bytes.fromhex("5f" * 32), False)
    writer.join()


@pytest.mark.parametrize("content", ["not a key", "5f" * 31, "5f" * 33, "\u00e9" * 64])
def test_what_is_no_key_is_refused_and_stays(tmp_path, content):
    path = tmp_path / "study.key"
    path.write_text(content)
    with pytest.raises(BadKey, match="64 hexadecimal"):
        load_or_make_key(path)
    assert path.read_text() == content


@pytest.fixture
def steps(monkeypatch) -> list[tuple[str, str]]:
    """What is done to files and folders, in its order: writing is flushing a file, naming is renaming or linking."""
    done: list[tuple[str, str]] = []
    flushed, replaced, linked = os.fsync, Path.replace, os.link

    def fsync(descriptor: int) -> None:
        done.append(("flush", Path(f"/proc/self/fd/{descriptor}").readlink().name))
        flushed(descriptor)

    def replace(path: Path, target: Path) -> Path:
        done.append(("name", target.name))
        return replaced(path, target)

    def link(source: Path, target: Path) -> None:
        done.append(("name", target.name))
        linked(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(os, "link", link)
    return done


@pytest.mark.parametrize("make", [load_or_make_key, lambda path: write_private(path, "who is who")])
def test_a_private_file_is_on_the_disk_before_it_has_its_name_and_its_name_before_anybody_goes_on(
    tmp_path, steps, make
):
    make(tmp_path / "a" / "b" / "study.key")
    assert (steps[-3][0], *steps[-2:]) == ("flush", ("name", "study.key"), ("flush", "b"))
    assert steps[-3][1].startswith("study.key.")
    assert [step for step in steps if step in (("flush", tmp_path.name), ("flush", "a"))] == [
        ("flush", tmp_path.name), ("flush", "a")
    ]  # fmt: skip


def test_what_a_killed_build_left_is_swept_away_and_what_another_one_writes_is_not(tmp_path):
    path = tmp_path / "study.crosswalk[1].csv"
    left, busy = (path.with_name(f"{path.name}.{name}.new") for name in ("0000aaaa", "0000bbbb"))
    for file in (left, busy):
        file.write_text("Quillfeather")
    os.utime(left, (0, 0))
    write_private(path, "new")
    assert sorted(tmp_path.iterdir()) == sorted([path, busy])
    assert path.read_text() == "new"


def test_where_flushing_fails_the_old_content_stays(tmp_path, monkeypatch):
    path = tmp_path / "study.crosswalk.csv"
    write_private(path, "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(private_files, "flush_file", full)
    with pytest.raises(private_files.PrivateFileFailed, match="no space left"):
        write_private(path, "new")
    assert (path.read_text(), list(tmp_path.iterdir())) == ("old", [path])
