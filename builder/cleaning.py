"""The de-identifying steps as the writing step takes them: what becomes of the header, and what of the picture."""

from collections.abc import Sequence
from functools import cache, lru_cache

from pydicom import Dataset

from builder.burned_in.search import without_text
from builder.deface.search import without_face
from builder.deidentify import ByteEngine, Identity, Option, Policy, clean_and_encode
from builder.pixels import PixelFormat
from builder.plan import Reason, SkippedFile, WriteJob, WrittenInstance
from builder.raw import Header
from builder.source import NotTaken, Values, says_text
from builder.write import CleanHeader, CleanPixels, Described, write_instances

_MASK, _FACES = Option.PIXELS.label, Option.FACES.label


class Cleaner:
    """One engine serves the instances of a patient."""

    def untouched(self, job: WriteJob) -> frozenset[str]:
        """The options that hold where no text and no face was blanked."""
        return _untouched(job.options)

    def pixels(self, source: Values, form: PixelFormat, pixels: bytes, job: WriteJob) -> CleanPixels:
        """Text and faces are blanked, or the image is left out; an option holds only where that was done."""
        clean = _without_text(source, form, pixels, job)
        if not job.face:
            return clean
        # Of every slice of the head, even one without a pixel of the face: what is recognised is made from all of them.
        faceless = without_face(source, form, clean.pixels, job.face)
        said = clean.said | {"RecognizableVisualFeatures": "NO"}
        return CleanPixels(faceless, clean.options | {_FACES}, said)

    def from_bytes(self, header: Header, job: WriteJob, described: Described) -> CleanHeader:
        """From the raw bytes of a usual header; raises Unsure."""
        return _engine(job.options, job.offset_seconds, job.uid_secret).clean(header, _identity(job), described)

    def from_dataset(self, dataset: Dataset, job: WriteJob, described: Described) -> CleanHeader:
        """From whatever pydicom could parse."""
        return clean_and_encode(dataset, _identity(job), described)


def _without_text(source: Values, form: PixelFormat, pixels: bytes, job: WriteJob) -> CleanPixels:
    faced = job.options - {_FACES}  # its option holds where a face was removed, which is seen to behind this
    mask, unmasked = _MASK in faced, faced - {_MASK}
    if not job.look_for_text:
        return CleanPixels(pixels, unmasked, {})
    clean, places = without_text(pixels, form, job, mask=mask)
    if places:  # PS3.15 E.3.1
        return CleanPixels(clean, faced, {"BurnedInAnnotation": "NO"})
    if says_text(source):
        raise NotTaken(Reason.BURNED_IN, "and none was found that could be blanked")
    return CleanPixels(pixels, unmasked, {})


@cache
def _untouched(options: frozenset[str]) -> frozenset[str]:
    return options - {_MASK, _FACES}


# With text and without, with a face and without.
@lru_cache(4)
def _engine(options: frozenset[str], offset_seconds: int, uid_secret: bytes) -> ByteEngine:
    return ByteEngine(_policy(options), offset_seconds, uid_secret)


def _identity(job: WriteJob) -> Identity:
    uids = job.uids
    return Identity(
        job.pseudonym, uids.study, uids.series, uids.instance, job.offset_seconds, job.uid_secret,
        _policy(job.options),
    )  # fmt: skip


@cache
def _policy(names: frozenset[str]) -> Policy:
    return Policy.of(names)


def write_for(jobs: Sequence[WriteJob]) -> list[WrittenInstance | SkippedFile]:
    """Some jobs in a worker."""
    return write_instances(jobs, Cleaner())
