"""The types that pass between the writing step and the de-identifying steps."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from pydicom import Dataset

from builder.dicom.byte_walker import WalkedHeader
from builder.dicom.pixels import PixelFormat
from builder.dicom.source_file import Values
from builder.plan import Looked, SkippedFile, WriteJob, WrittenInstance

Described = dict[str, object]
# The encoded data set, and the keywords of values that were dropped because they were broken.
CleanHeader = tuple[bytes, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CleanPixels:
    """Pixels that show nobody: with the options of the policy that apply to this file, and the attributes about them.

    `looked` is for the process that judges the picture.
    """

    pixels: bytes
    options: frozenset[str]
    said: Described
    looked: Looked | None = None


class Encoded(NamedTuple):
    """The bytes before the pixels, the pixels (padded to even length), dropped keywords, and the data to judge."""

    header: bytes
    pixels: bytes
    lost: tuple[str, ...]
    looked: Looked | None = None


class Done(NamedTuple):
    """The result of a job, and the data to judge its picture; `common` is shared by it and the jobs before."""

    record: WrittenInstance | SkippedFile
    looked: Looked | None = None
    common: Looked | None = None


class CleaningStep(Protocol):
    """The de-identifying step: makes the encoded data set without pixels, with `described` set in it."""

    def untouched(self, job: WriteJob) -> frozenset[str]:
        """The options that apply if nothing in the picture is changed."""

    def pixels(self, values: Values, form: PixelFormat, pixels: bytes, job: WriteJob) -> CleanPixels:
        """Examines the picture itself; raises NotTaken."""

    def from_bytes(self, header: WalkedHeader, job: WriteJob, described: Described) -> CleanHeader:
        """From the raw bytes of a usual header; raises Unsure if only `from_dataset` can decide."""

    def from_dataset(self, dataset: Dataset, job: WriteJob, described: Described) -> CleanHeader:
        """From any data set that pydicom could parse."""
