"""The de-identifying steps as the writing step uses them: for the header and for the picture."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import cast
import warnings

from pydicom import Dataset

from builder.build_plan import Identifiers
from builder.burned_in.found import Box
from builder.burned_in.looking import Eye, Token
from builder.decide.masking import without_places
from builder.deface.search import without_face
from builder.deidentify import ByteEngine, Identity, Option, Policy, clean_and_encode, own_of
from builder.dicom import source_file
from builder.dicom.byte_walker import WalkedHeader
from builder.dicom.pixels import PixelFormat, native_pixels, pixel_format
from builder.dicom.source_file import NotTaken, Values, says_text
from builder.plan import Looked, TimeShift, WriteJob
from builder.write.handover import CleanHeader, CleanPixels, Described, Done
from builder.write.write import write_and_look
from bundle.images.alterations import kept_with_text, text_masked

_MASK, _FACES = Option.PIXELS.label, Option.FACES.label


class Cleaner:
    """One engine serves the instances of a patient; `eye` looks for text in the images that pass through."""

    def __init__(self) -> None:
        self.eye = Eye()

    def untouched(self, job: WriteJob) -> frozenset[str]:
        """The options that apply if no text and no face was blanked."""
        return _untouched(job.options)

    def pixels(self, values: Values, form: PixelFormat, pixels: bytes, job: WriteJob) -> CleanPixels:
        """Blank text and faces, or leave the image out; an option applies only if something was blanked."""
        clean = self._without_text(values, form, pixels, job)
        if not job.face:
            return clean
        # For every slice of the head, even one without a pixel of the face: recognition would use all of them.
        faceless = without_face(values, form, clean.pixels, job.face)
        said = clean.said | {"RecognizableVisualFeatures": "NO"}
        return CleanPixels(faceless, clean.options | {_FACES}, said)

    def _without_text(self, values: Values, form: PixelFormat, pixels: bytes, job: WriteJob) -> CleanPixels:
        faced = job.options - {_FACES}  # its option applies only if a face was removed, see below
        options, said = faced - {_MASK}, {}
        if job.mask is not None:  # PS3.15 E.3.1
            masked = without_places(pixels, form, values, job.mask)
            pixels, options = masked.frames.tobytes(), faced | {_MASK}
            said = {"BurnedInAnnotation": "NO", "DerivationDescription": text_masked(masked.pixels, form.pixels)}
        if job.kept:
            said = {"DerivationDescription": kept_with_text()}
        looked = self.eye.look(pixels, form, job, says_text=says_text(values)) if job.look_for_text else None
        return CleanPixels(pixels, options, dict(said), looked)

    def from_bytes(self, header: WalkedHeader, job: WriteJob, described: Described) -> CleanHeader:
        """From the raw bytes of a usual header; raises Unsure."""
        engine = _engine(job.options, job.shift, job.uid_secret, job.own)
        return engine.clean(header, _identity(job), described)

    def from_dataset(self, dataset: Dataset, job: WriteJob, described: Described) -> CleanHeader:
        """From any data set that pydicom could parse."""
        return clean_and_encode(dataset, _identity(job), described)


@cache
def _untouched(options: frozenset[str]) -> frozenset[str]:
    return options - {_MASK, _FACES}


# With and without text, with and without a face.
@lru_cache(4)
def _engine(options: frozenset[str], shift: TimeShift, uid_secret: bytes, own: Identifiers) -> ByteEngine:
    policy = _policy(options)
    return ByteEngine(policy, shift, uid_secret, own_of(own, policy.kept_kinds))


def _identity(job: WriteJob) -> Identity:
    uids, policy = job.uids, _policy(job.options)
    return Identity(
        job.pseudonym, uids.study, uids.series, uids.instance, job.shift, job.uid_secret, policy,
        own_of(job.own, policy.kept_kinds),
    )  # fmt: skip


@cache
def _policy(names: frozenset[str]) -> Policy:
    return Policy.of(names)


def look_for(jobs: Sequence[WriteJob]) -> list[Done]:
    """Some jobs in a worker, with the data to judge their pictures; the last has the data that they share."""
    cleaner = Cleaner()
    done = [_seen(image, cleaner.eye) for image in write_and_look(jobs, cleaner)]
    return [*done[:-1], done[-1]._replace(common=cleaner.eye.layers())] if done else []


def _seen(done: Done, eye: Eye) -> Done:
    return done if done.looked is None else done._replace(looked=eye.glance(cast(Token, done.looked)))


def look_again(wanted: Sequence[tuple[WriteJob, tuple[Box, ...]]]) -> list[Looked | None]:
    """Candidates in every frame of some source files, at places where others showed text; in a worker, None for an
    unreadable file."""
    return [_look_at(job, places) for job, places in wanted]


def _look_at(job: WriteJob, places: tuple[Box, ...]) -> Looked | None:
    with warnings.catch_warnings(), suppress(NotTaken, ValueError):
        warnings.simplefilter("ignore")
        dataset = source_file.read_whole(Path(job.place))
        form = pixel_format(dataset)
        eye = Eye(places)
        return eye.glance(eye.look(native_pixels(dataset, form), form, job, says_text=False))
    return None
