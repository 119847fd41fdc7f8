"""The types that the builder's steps exchange; data from the source never leave the builder in them.

Types that pass between processes by the thousands are named tuples: pickled in a fifth of the time of a data class.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
import os
from pathlib import Path
from typing import NamedTuple, Protocol

from builder.blanking import FaceCut, Mask
from builder.content import ContentKind, content_of
from builder.reasons import Reason
from builder.traits import Stated, Traits
from bundle.index.records import NO_UPTAKE, Instance, Uptake

Progress = Callable[[int, int], None]
# Opaque data of the search for text, from the workers, who see the pixels, to the judging process.
Looked = object


class Talk(Protocol):
    """How a build reports its progress; the command line decides how that looks."""

    def step(self, name: str, *, in_bytes: bool = False) -> Progress:
        """A new step begins; the result takes (done, total), which may be bytes."""

    def say(self, text: str) -> None:
        """One line about the current step."""


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was left out; `detail` completes the reason and stays on the researcher's machine.

    `study` is the Study Instance UID of an image that the scan left out, if its header could be read.
    """

    path: Path
    reason: Reason
    detail: str = ""
    study: str = ""


class Person(NamedTuple):
    """The person that a file names, as written in it; only for grouping and for the crosswalk."""

    patient_id: str
    name: str
    birth_date: str


class TimeShift(NamedTuple):
    """The shift of all dates and times of an examination, in seconds.

    With a `secret`, fractions of seconds are replaced by others in the same order; without one they stay.
    """

    seconds: int = 0
    secret: bytes = b""


NO_SHIFT = TimeShift()


class ScannedFile(NamedTuple):
    """One image file of the source: the data for grouping, from its header alone.

    `path` is its name for the researcher; from an archive, it lies `unpacked` elsewhere. `modified` is the last write,
    in nanoseconds; `localizer` the attribute by which it is one. `identifiers` are (kind, keyword, text) that must not
    be on the medium, mostly shared by a series. `first_second` and `last_second` since midnight of the Study Date bound
    that day, or are -1. `lies_on` is a segmentation's series, or an image there; its masks may be `made` of contours.
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
    description: str = ""
    body_part: str = ""
    localizer: str = ""
    slice_thickness: float | None = None
    identifiers: tuple[Collection[tuple[str, str, str]], ...] = ()
    unpacked: str = ""
    first_second: int = -1
    last_second: int = -1
    lies_on: str = ""
    made: bool = False

    @property
    def place(self) -> str:
        """The file with its bytes."""
        return self.unpacked or self.path


@dataclass(frozen=True, slots=True)
class SourceInstance:
    """One image to write: its new UID derives from `uid_key`, which is unique even if the source's UID repeats."""

    file: ScannedFile
    uid_key: str


@dataclass(slots=True)
class SourceSeries:
    """The images of one series of the source, in the order of their numbers on the medium.

    If only this order defines their sequence, `numbered_anew` writes it as their Instance Number. `joined` is the
    number of source series that were combined into it, 0 for a series of its own.
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
    shift: TimeShift = NO_SHIFT
    segmentations: list["SourceSegmentation"] = field(default_factory=list)


class SourceSegmentation(NamedTuple):
    """A segmentation of the source, and the `uid_key` of the series on which it lies."""

    file: ScannedFile
    series_key: str


@dataclass(slots=True)
class SourcePatient:
    """One person of the source; the pseudonym derives from `key`."""

    key: str
    person: Person
    studies: list[SourceStudy] = field(default_factory=list)


# The kind of a notice about bits above Bits Stored.
STORED_BITS = "stored bits"
# Every head shows a face, many names are spelled in two ways, stray bits change no value: no reason to stop a script.
_GOOD_TO_KNOW = frozenset({
    "face", "two spellings", "put together", "link", "archive", "whole disc", "midnight", "format", "decided before",
    "segment name", "contours", "browser", STORED_BITS,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the researcher should know about the source, although no file was left out for it."""

    kind: str
    text: str

    @property
    def is_good_to_know(self) -> bool:
        """Whether nobody has to act on it."""
        return self.kind in _GOOD_TO_KNOW


@dataclass(slots=True)
class Grouped:
    """The result of grouping."""

    patients: list[SourcePatient]
    skipped: list[SkippedFile]
    notices: list[Notice]


class WriteJob(NamedTuple):
    """The data that a worker needs to write one instance; plain values only, so that it can go to another process.

    `file` is the source file, which may lie `unpacked` elsewhere; `relative_path` is the place of the new one below
    `drive`. `others` are source files of the same series, to distinguish text from anatomy; without a search for text
    there are none.
    If the image is `numbered_anew`, its Instance Number becomes `number`; an `acquisition_number` replaces one that may
    not stay; `joined` is the number of source series in its series. `face` is the part of a head to blank.
    `own` are the identifiers (kind, keyword, text) of the patient, where texts of the source may stay.
    `present_digest` is the SHA-256 of the file that a finished bundle holds under this path: it stays, and the source
    is only compared with it.
    """

    file: str
    size: int
    modified: int
    drive: str
    relative_path: str
    uids: "InstanceUids"
    pseudonym: str
    shift: TimeShift
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
    own: frozenset[tuple[str, str, str]] = frozenset()

    @property
    def source(self) -> Path:
        """The name of the source file for the researcher."""
        return Path(self.file)

    @property
    def place(self) -> str:
        """The file with its bytes."""
        return self.unpacked or self.file

    @property
    def target(self) -> str:
        """The new file."""
        return f"{self.drive}{os.sep}{self.relative_path}"


class InstanceUids(NamedTuple):
    """The new UIDs of one instance on the medium."""

    study: str
    series: str
    instance: str


class WrittenInstance(NamedTuple):
    """A written file's record with further data for the directory, all read from the written file.

    `traits` distinguish its frames from others, `stated` is what it says of its de-identification; `held` names
    attributes without their value, as that held an identifier of the patient; `uptake` are the inputs of SUV. Only two
    fields are not read from the file: `lost`, the keywords of source values that were dropped because they were broken,
    and `kept`, whether exactly this file was already there, from an interrupted build.
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
    held: tuple[str, ...] = ()
    stated: Stated = Stated()
    uptake: Uptake = NO_UPTAKE

    @property
    def content(self) -> ContentKind:
        """The kind of the file's content, by its SOP Class."""
        content = content_of(self.instance.sop_class_uid)
        assert content is not None  # there are no records of other kinds
        return content


class Technique(NamedTuple):
    """The technical attributes that name a series; empty or None if it does not state them.

    `lossy` describes lossy compression of its images in plain words.
    """

    body_part: str
    kernel: str
    localizer: bool
    lossy: str = ""
