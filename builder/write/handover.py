"""What the writing step and the steps that de-identify hand to each other."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from pydicom import Dataset

from builder.dicom.byte_walker import WalkedHeader
from builder.dicom.pixels import PixelFormat
from builder.dicom.source_file import Values
from builder.plan import Looked, SkippedFile, WriteJob, WrittenInstance

Described = dict[str, object]
# The encoded data set, and the keywords of values that were dropped as they were broken.
CleanHeader = tuple[bytes, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CleanPixels:
    """Pixels that show nobody: with the options of the policy that hold for this file, and what it says of that.

    `looked` is what somebody else has to judge of the picture.
    """

    pixels: bytes
    options: frozenset[str]
    said: Described
    looked: Looked | None = None


class Encoded(NamedTuple):
    """The bytes before the pixels, the pixels (padded to even length), what was dropped, and what is to be judged."""

    header: bytes
    pixels: bytes
    lost: tuple[str, ...]
    looked: Looked | None = None


class Done(NamedTuple):
    """What came of a job, and what is to be judged of its picture; `common` of it and of those before together."""

    record: WrittenInstance | SkippedFile
    looked: Looked | None = None
    common: Looked | None = None


class CleaningStep(Protocol):
    """The de-identifying step: makes the encoded data set without pixels, with `described` set in it."""

    def untouched(self, job: WriteJob) -> frozenset[str]:
        """The options that hold where nothing in the picture is changed."""

    def pixels(self, values: Values, form: PixelFormat, pixels: bytes, job: WriteJob) -> CleanPixels:
        """Looks at the picture itself; raises NotTaken."""

    def from_bytes(self, header: WalkedHeader, job: WriteJob, described: Described) -> CleanHeader:
        """From the raw bytes of a usual header; raises Unsure where only `from_dataset` can tell."""

    def from_dataset(self, dataset: Dataset, job: WriteJob, described: Described) -> CleanHeader:
        """From whatever pydicom could parse."""
