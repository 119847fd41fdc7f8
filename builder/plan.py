"""The types that the builder's steps hand to each other; what comes from the source never leaves by way of these.

Those that go between processes by the thousands are named tuples: pickled in a fifth of the time of a data class.
"""

from array import array
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
import os
from pathlib import Path
from typing import NamedTuple, Protocol

from builder.blanking import FaceCut, Mask
from builder.content import ContentKind, content_of
from builder.reasons import Reason
from builder.traits import Traits
from bundle import layout
from bundle.index.records import Instance

Progress = Callable[[int, int], None]
# What the search for text hands from the workers, who see the pixels, to whoever judges: nobody between looks into it.
Looked = object


class Talk(Protocol):
    """How a build tells what it is doing; the command line decides what that looks like."""

    def step(self, name: str, *, in_bytes: bool = False) -> Progress:
        """A new step begins; the result takes (done, total), which may be bytes."""

    def say(self, text: str) -> None:
        """One line about the step at hand."""


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was not taken; `detail` completes the reason and stays on the researcher's machine."""

    path: Path
    reason: Reason
    detail: str = ""


class Person(NamedTuple):
    """Who a file says it shows, as written in it; only for grouping and for the crosswalk."""

    patient_id: str
    name: str
    birth_date: str


class ScannedFile(NamedTuple):
    """One image file of the source: what grouping needs, from its header alone.

    `path` is its name for the researcher; a file out of an archive lies `unpacked` elsewhere as long as the build runs.
    `modified` is when it was last written, in nanoseconds. `identifiers` are (kind, keyword, text) of what must not be
    found on the medium, in parts: files of a series share most of theirs.
    """

    path: str
    folder: str
    size: int
    modified: int
    person: Person
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    modality: str
    study_date: str
    study_time: str
    study_id: str
    accession_number: str
    series_number: str
    instance_number: str
    rows: int
    columns: int
    frames: int
    bits_allocated: int
    acquisition_number: str = ""
    slice_location: str = ""
    has_position: bool = True
    identifiers: tuple[Collection[tuple[str, str, str]], ...] = ()
    unpacked: str = ""

    @property
    def place(self) -> str:
        """Where its bytes are."""
        return self.unpacked or self.path


@dataclass(frozen=True, slots=True)
class SourceInstance:
    """One image to be written: `uid_key` is what its new UID is made from, unlike the source's where that repeats."""

    file: ScannedFile
    uid_key: str


@dataclass(slots=True)
class SourceSeries:
    """The images of one series of the source, in the order in which they are numbered on the medium.

    Where only this order says how they follow each other, `numbered_anew` has it written as their Instance Number.
    `joined` is of how many series of the source it was put together, 0 for a series of its own.
    """

    uid_key: str
    modality: str
    numbered_anew: bool = False
    joined: int = 0
    instances: Sequence[SourceInstance] = field(default_factory=list)


@dataclass(slots=True)
class SourceStudy:
    """One study of the source."""

    uid_key: str
    series: list[SourceSeries] = field(default_factory=list)


@dataclass(slots=True)
class SourcePatient:
    """One person of the source; `key` is what the pseudonym is made from."""

    key: str
    person: Person
    studies: list[SourceStudy] = field(default_factory=list)


# The kind of a notice about what stood above Bits Stored.
STORED_BITS = "stored bits"
# Every head shows a face, many names are spelled in two ways, stray bits change no value: no reason to stop a script.
_GOOD_TO_KNOW = frozenset({"face", "two spellings", "put together", "link", "archive", STORED_BITS})


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the researcher should know about the source, though no file was left out for it."""

    kind: str
    text: str

    @property
    def is_good_to_know(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.kind in _GOOD_TO_KNOW


@dataclass(slots=True)
class Grouped:
    """What grouping found."""

    patients: list[SourcePatient]
    skipped: list[SkippedFile]
    notices: list[Notice]


class WriteJob(NamedTuple):
    """What a worker needs to write one instance; plain values only, so that it goes to another process.

    `file` is the source file, which may lie `unpacked` elsewhere; `relative_path` is the place of the new one below
    `drive`. `others` are source files of the same series, to tell text from anatomy; without a search for text
    there are none.
    Where the image is `numbered_anew`, its Instance Number becomes `number`; an `acquisition_number` replaces one that
    may not stay; `joined` is of how many series its own was put together. `face` says what is to be blanked of a head.
    `present_digest` is the SHA-256 of what a finished bundle holds under this path: it stays, and the source is only
    compared with it.
    """

    file: str
    size: int
    modified: int
    drive: str
    relative_path: str
    uids: "InstanceUids"
    pseudonym: str
    offset_seconds: int
    uid_secret: bytes
    series_number: int
    number: int
    numbered_anew: bool = False
    acquisition_number: int | None = None
    joined: int = 0
    options: frozenset[str] = frozenset()
    look_for_text: bool = False
    others: tuple[Path, ...] = ()
    face: tuple[FaceCut, ...] = ()
    present_digest: str = ""
    mask: Mask | None = None
    kept: bool = False
    unpacked: str = ""

    @property
    def source(self) -> Path:
        """The name of the source file for the researcher."""
        return Path(self.file)

    @property
    def place(self) -> str:
        """Where its bytes are."""
        return self.unpacked or self.file

    @property
    def target(self) -> str:
        """The file that is written."""
        return f"{self.drive}{os.sep}{self.relative_path}"


class InstanceUids(NamedTuple):
    """The new UIDs of one instance, under which it stands on the medium."""

    study: str
    series: str
    instance: str


class WrittenInstance(NamedTuple):
    """A written file's record with what the directory needs besides, all read from the written file.

    `traits` are what tells each of its frames from others. Only two are not read from the file: `lost`, the keywords of
    values of the source that were dropped as they were broken, and `kept`, whether just this file lay there already,
    from a build that was interrupted.
    """

    instance: Instance
    patient_id: str
    study_instance_uid: str
    series_instance_uid: str
    study_date: str
    study_time: str
    modality: str
    series_number: int | None
    technique: "Technique"
    traits: tuple[Traits, ...] = ()
    text_blanked: bool = False
    frame_of_reference_uid: str = ""
    lost: tuple[str, ...] = ()
    kept: bool = False

    @property
    def content(self) -> ContentKind:
        """The kind of what the file holds, by its SOP Class."""
        content = content_of(self.instance.sop_class_uid)
        assert content is not None  # no record is made of another
        return content


class Technique(NamedTuple):
    """What a series is called by, from its technical attributes alone; empty or None where it does not say.

    `lossy` says in plain words that its images were compressed with loss, and how.
    """

    body_part: str
    kernel: str
    localizer: bool
    lossy: str = ""


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """All jobs in the order in which the files lie on the medium, and where each comes from, by its new path.

    `studies` gives, for each new Study Instance UID, what the study is known by under the key, whatever the policy.
    """

    jobs: Sequence[WriteJob]
    sources: "Sources"
    bytes_needed: int
    studies: Mapping[str, str]


class Sources(Mapping[str, tuple[SourcePatient, ScannedFile]]):
    """New path -> where it comes from; the files stay in their series, which may be packed (`builder/spool.py`)."""

    def __init__(self) -> None:
        self._series: dict[str, tuple[SourcePatient, SourceSeries, array[int]]] = {}

    def add(self, patient: SourcePatient, series: SourceSeries, paths: Sequence[str]) -> None:
        """The new paths of the images of a series, in their order, all in one folder of their own."""
        numbers = array("L", map(layout.number_of, paths))
        self._series[_folder_of(paths[0])] = patient, series, numbers

    def __getitem__(self, path: str) -> tuple[SourcePatient, ScannedFile]:
        patient, series, numbers = self._series[_folder_of(path)]
        number = layout.number_of(path)
        likely = number - numbers[0]  # they only have gaps where a bundle is added to
        if not (0 <= likely < len(numbers) and numbers[likely] == number):
            likely = numbers.index(number) if number in numbers else -1
        if likely < 0:
            raise KeyError(path)
        return patient, series.instances[likely].file

    def __iter__(self) -> Iterator[str]:
        for folder, (_, _, numbers) in self._series.items():
            yield from (layout.path_in(folder, number) for number in numbers)

    def __len__(self) -> int:
        return sum(len(numbers) for _, _, numbers in self._series.values())

    def files(self) -> Iterator[ScannedFile]:
        """All files, in the order of the jobs."""
        for _, series, _ in self._series.values():
            yield from (instance.file for instance in series.instances)


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]


# Numbers with more figures than this are patient numbers and dates as often as counts.
COUNT_FIGURES = 5


def is_count(value: float) -> bool:
    """Whether a number is small enough to be a count, and not somebody's number or a date."""
    return bool(abs(value) < 10**COUNT_FIGURES)
