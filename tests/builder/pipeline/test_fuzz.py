"""Real files, mutated: nothing but a reason or a good file comes of any, in bounded time, whichever engine reads it.

MKBUNDLE_FUZZ is the number of files to try; by hand, try 20,000.
"""

from collections.abc import Iterator
from contextlib import contextmanager
import logging
import os
from pathlib import Path
from random import Random
import signal
import struct
import warnings

from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
import pytest

from builder.check.medium.file_checks import examine as examine_written
from builder.check.medium.parsed_header import HeaderReader
from builder.group.group import _content_digest
from builder.plan import ScannedFile, SkippedFile, WrittenInstance
from builder.scan.scan import examine
from tests import scans
from tests.builder.dicom.test_engines import OPTIONS, compare
from tests.builder.write.test_write import job
from tests.writing import write_for

# pydicom warns of each odd value, some of them megabytes long.
logging.getLogger("pydicom").setLevel(logging.CRITICAL)
EXAMPLES = int(os.environ.get("MKBUNDLE_FUZZ", "150"))
SECONDS = 20
KNOWING = HeaderReader()
_LARGEST = 600_000
# Lengths and tags that lead parsers astray, as they stand in a file.
_TELLING = [
    b"\xff\xff\xff\xff", b"\xfe\xff\xff\xff", b"\0\0\0\0", b"\xff\xff", b"\xff\x7f", b"\0", b"SQ\0\0", b"UN\0\0",
    b"\xfe\xff\x00\xe0\xff\xff\xff\xff", b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0", b"\xe0\x7f\x10\0",
    b"\x02\0\0\0UL\x04\0\xff\xff\xff\xff", b"nan", b"1e999", b"\\", b"1.2.840.10008.1.2.2", b"\x1b$B", b"<b>",
]  # fmt: skip
settings_of_fuzz = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


class Hung(BaseException):
    """Not an Exception: nobody on the way may take it for the fault of a file."""


@contextmanager
def bounded() -> Iterator[None]:
    def stop(number: int, frame: object) -> None:
        raise Hung

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


@pytest.fixture(scope="module")
def corpus(many_scans) -> list[Path]:
    """The small ones of many scans, one of each folder and size, and pydicom's own files."""
    files = sorted(path for folder in (scans.PYDICOM, many_scans) for path in folder.rglob("*") if path.is_file())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        small = {(path.parent, path.stat().st_size): path for path in files if path.stat().st_size < _LARGEST}
        return [path for path in small.values() if isinstance(examine(str(path), path.parent), ScannedFile)]


def mutated(corpus: list[Path], seed: int) -> bytes:
    """A file of the corpus with some changes, evenly spread: what hypothesis draws by itself lies at the edges."""
    chance = Random(seed)
    content = bytearray(chance.choice(corpus).read_bytes())
    # Faults of the header tell more than those of the pixels.
    end = chance.choice([1500, 3000, 6000, len(content)])
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(132 if chance.random() < 0.95 else 0, max(min(end, len(content)), 133))
        change(content, at, chance)
    return bytes(content)


def change(content: bytearray, at: int, chance: Random) -> None:
    new = chance.choice(_TELLING) if chance.random() < 0.5 else chance.randbytes(chance.randint(1, 8))
    match chance.choice(["over", "over", "bit", "in", "out", "twice", "cut", "length"]):
        case "over":
            content[at : at + len(new)] = new
        case "bit" if at < len(content):
            content[at] ^= 1 << chance.randrange(8)
        case "in":
            content[at:at] = new
        case "out":
            del content[at : at + chance.randint(1, 64)]
        case "twice":
            content[at:at] = content[at : at + chance.randint(1, 512)] * chance.choice([1, 2, 400])
        case "cut" if chance.random() < 0.3:
            del content[at + 1 :]
        case "length":
            content[at : at + 4] = struct.pack("<L", chance.randint(0, 0xFFFFFFFF))


@settings_of_fuzz
@given(seed=st.integers(0, 1 << 40), options=st.sampled_from(OPTIONS))
@example(seed=750342, options={"modified-dates"})  # two frames of reference
@example(seed=72302759, options={"modified-dates"})  # two pixel data
@example(seed=7364, options={"modified-dates"})  # other elements behind the pixel data
def test_a_mutated_file_is_taken_or_named_and_both_engines_agree(corpus, tmp_path, seed, options):
    path = tmp_path / "source"
    path.write_bytes(mutated(corpus, seed))
    with bounded(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scanned = examine(str(path), tmp_path)
        if isinstance(scanned, SkippedFile):
            event(scanned.reason.name)
            return
        assert isinstance(_content_digest(str(path)), str | SkippedFile)
        event(f"taken, walker sure: {compare(path, options)}")
        (tmp_path / "target").unlink(missing_ok=True)
        written = write_for([job(path, tmp_path / "target")])[0]
        assert isinstance(written, WrittenInstance | SkippedFile)
        if isinstance(written, WrittenInstance):
            assert errors_in((tmp_path / "target").read_bytes()) == []


def errors_in(content: bytes) -> list[str]:
    """What the checker, which shares no code with the writer, has against a file."""
    file, found = examine_written("DICOM/IM000001", content, len(content), HeaderReader())
    return [str(finding) for finding in found if finding.severity == "error"] + ["not read"] * (file is None)


@pytest.fixture(scope="module")
def written(small_bundle) -> bytes:
    return next((small_bundle.drive / "DICOM").rglob("IM000001")).read_bytes()


@settings_of_fuzz
@given(seed=st.integers(0, 1 << 40))
def test_the_checker_survives_every_mutated_file(written, seed):
    content, chance = bytearray(written), Random(seed)
    for _ in range(chance.randint(1, 3)):
        change(content, chance.randrange(len(content) + 1), chance)
    with bounded():
        anew = examine_written("DICOM/IM000001", bytes(content), len(content), HeaderReader())
        # What it knows from files before, sound or not, changes nothing.
        assert examine_written("DICOM/IM000001", bytes(content), len(content), KNOWING) == anew
