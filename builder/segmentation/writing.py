"""Writes one segmentation anew: its own masks behind a new header, once it is proved that they lie on its images."""

from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import NamedTuple
import warnings

from pydicom import DataElement, Dataset
from pydicom.datadict import tag_for_keyword
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.tag import BaseTag

from builder.content import LABEL_MAP, SEGMENTATION, ContentKind, content_of
from builder.deidentify import Identity, Option, Policy, own_of
from builder.deidentify.rules import RULES
from builder.dicom import source_file
from builder.dicom.pixels import PixelFormat
from builder.dicom.source_file import NotTaken, number, text
from builder.plan import SkippedFile, WriteJob, WrittenInstance
from builder.reasons import Reason
from builder.segmentation.grid import Lying, lies_on
from builder.segmentation.header import NewSegmentation, segmentation_header, source_segments
from builder.segmentation.label_map import masks_of_label_map
from builder.segmentation.labels import NamedSegment, named_segments
from builder.segmentation.made_masks import Aside, MadeMasks
from builder.segmentation.masks import Mask, masks, packed, segments_of_frames
from builder.segmentation.structure_set import masks_of_structures
from builder.segmentation.volumes.filling import masks_of_volume
from builder.segmentation.volumes.formats import is_volume
from builder.stacks.stacks import stacks_of
from builder.write.handover import CleanPixels, Encoded
from builder.write.readback import frame_of
from builder.write.write import check_unchanged, finished, record_of, store


class SegmentationTask(NamedTuple):
    """What a worker needs to write one segmentation: its job, and the images of its series on the medium."""

    job: WriteJob
    images: tuple[WrittenInstance, ...]


class SegmentationDone(NamedTuple):
    """The record of a written segmentation, or why it was left out; its segments with another name or no mask.

    `told` is what the researcher should know of what was made from contours.
    """

    record: WrittenInstance | SkippedFile
    renamed: tuple[NamedSegment, ...] = ()
    emptied: tuple[NamedSegment, ...] = ()
    told: tuple[Aside, ...] = ()


def write_segmentation(task: SegmentationTask) -> SegmentationDone:
    """Raises OSError only where the target fails."""
    job = task.job
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made = _Made(task)
            encoded = made.encoded()
            check_unchanged(job)
        except NotTaken as refusal:
            return SegmentationDone(SkippedFile(job.source, refusal.reason, refusal.detail))
        except Exception as error:  # one odd file must not end the run; the error may quote it: off the medium
            return SegmentationDone(SkippedFile(job.source, Reason.UNREADABLE, f"{type(error).__name__}: {error}"))
    record = record_of(job, store(job, encoded))
    renamed = tuple(named for named in made.segments if named.original)
    emptied = tuple(named for named in made.segments if named.number in made.emptied)
    return SegmentationDone(record, renamed, emptied, made.told)


class _Made:
    """One new segmentation: read, placed, named and encoded."""

    def __init__(self, task: SegmentationTask) -> None:
        self._job, self._images = task.job, _images_of(task)
        self._identity = _identity(task.job)
        self._source, made = self._read()
        self._altered, self.told = ("", ()) if made is None else (made.altered, made.told)
        self.segments = named_segments(source_segments(self._source))
        self._of_frames = segments_of_frames(self._source)
        if not {*self._of_frames} <= {named.number for named in self.segments}:
            raise NotTaken(Reason.SEGMENTATION_BROKEN, "a frame names a segment that is not in its list")
        self.emptied = self._segments_of_faces()
        self._lying = self._placed(self._source) if made is None else made.lying

    def encoded(self) -> Encoded:
        """The bytes of the new file; raises NotTaken."""
        kept = [index for index, segment in enumerate(self._of_frames) if segment not in self.emptied]
        if not kept:
            raise NotTaken(Reason.SEGMENTATION_FACE)
        frames = [(self._of_frames[index], self._lying.places[index]) for index in kept]
        if len(set(frames)) < len(frames):
            raise NotTaken(Reason.SEGMENTATION_BROKEN, "two frames are of one segment and one place")
        job, source = self._job, self._source
        wanted = NewSegmentation(
            source, self.segments, frames, self._lying, self._images[0], job.series_number, job.number, self._altered
        )  # fmt: skip
        header, pixels = segmentation_header(wanted, self._identity), self._pixels(set(kept))
        bits = header.BitsAllocated
        form = PixelFormat(header.Rows, header.Columns, len(frames), bits, bits, 0)
        if len(pixels) != form.length:
            raise NotTaken(Reason.DECODING_FAILED, f"{len(pixels):,} of {form.length:,} bytes")
        return finished((_bytes_of(header), ()), form, CleanPixels(pixels, frozenset(), {}), job, SEGMENTATION)

    def _read(self) -> tuple[Dataset, MadeMasks | None]:
        """The masks of the source, and how they were made if they were none; raises NotTaken."""
        job, stacks = self._job, stacks_of(self._images)
        if is_volume(job.file):
            if not self._images[0].frame_of_reference_uid:
                raise NotTaken(Reason.SEGMENTATION_UNFIT, "its images are in no frame of reference")
            made = masks_of_volume(Path(job.place), Path(job.file), stacks)
            return made.source, made
        source = source_file.read_whole(Path(job.place))
        kind = source_file.sop_class(source)
        if content_of(kind) is not ContentKind.SEGMENTATIONS:
            raise NotTaken(Reason.VANISHED)
        if kind == SEGMENTATION:
            return source, None
        if kind == LABEL_MAP:
            made = masks_of_label_map(source, self._placed(source))
        else:
            made = masks_of_structures(source, stacks, self._images[0].frame_of_reference_uid, self._new_uid)
        return made.source, made

    def _segments_of_faces(self) -> Set[int]:
        """Those that --deface empties: what shows a face, and in a head whatever its name does not tell."""
        if Option.FACES.label not in self._job.options:
            return frozenset()
        of_head = any(image.stated.faceless for image in self._images)
        return {named.number for named in self.segments if named.shows_face or (of_head and not named.is_known)}

    def _placed(self, source: Dataset) -> Lying:
        """On which voxels its own frames lie; raises NotTaken."""
        stacks, groups = stacks_of(self._images), _groups(source)
        old, new = text(source, "FrameOfReferenceUID"), self._images[0].frame_of_reference_uid
        if not new or not old or self._new_uid("FrameOfReferenceUID", old) != new:
            raise NotTaken(Reason.SEGMENTATION_UNFIT, "its frame of reference is not that of its images")
        frames = [frame_of(source, index) for index in range(len(groups))]
        named = [{self._new_uid("ReferencedSOPInstanceUID", uid) for uid in _named(group)} for group in groups]
        together = frozenset[str]().union(*named)
        lying = lies_on(frames, (source.Rows, source.Columns), stacks, together)
        self._check_named(lying, named)
        return lying

    def _check_named(self, lying: Lying, named: Sequence[Set[str]]) -> None:
        """A frame that names one image of the stack alone lies on that image."""
        uids = [slice_.instance.sop_instance_uid for slice_ in lying.stack.slices]
        for index, (place, of_frame) in enumerate(zip(lying.places, named, strict=True), start=1):
            if len(of_frame) == 1 and of_frame <= set(uids) and uids[place] not in of_frame:
                raise NotTaken(Reason.SEGMENTATION_BROKEN, f"frame {index} names another image than the one it lies on")

    def _new_uid(self, keyword: str, old: str) -> str:
        """A UID as the images of the same source have it."""
        tag = tag_for_keyword(keyword)
        assert tag is not None
        kept = RULES[self._identity.policy.action(BaseTag(tag))](DataElement(tag, "UI", old), self._identity)
        return "" if kept is None else str(kept.value)

    def _pixels(self, kept: Set[int]) -> bytes:
        chosen = (mask for index, mask in enumerate(masks(self._source)) if index in kept)
        most = 1 if self._source.BitsAllocated == 1 else number(self._source, "MaximumFractionalValue") or 0
        return packed(_within(chosen, most), single=self._source.BitsAllocated == 1)


def _images_of(task: SegmentationTask) -> Sequence[WrittenInstance]:
    """The images of the series; for one that is on the medium already, those that it names: others came later."""
    if not task.job.present_digest:
        return task.images
    present = source_file.read_whole(Path(task.job.target))
    named = {
        text(item, "ReferencedSOPInstanceUID")
        for series in present.ReferencedSeriesSequence for item in series.ReferencedInstanceSequence
    }  # fmt: skip
    return [image for image in task.images if image.instance.sop_instance_uid in named]


def _within(chosen: Iterator[Mask], most: int) -> Iterator[Mask]:
    for mask in chosen:
        if mask.max() > most:
            raise NotTaken(Reason.SEGMENTATION_BROKEN, f"a mask holds {mask.max()}, and its greatest value is {most}")
        yield mask


def _groups(source: Dataset) -> list[Dataset]:
    return list(source.get("PerFrameFunctionalGroupsSequence") or [])


def _named(group: Dataset) -> Iterator[str]:
    """The images from which a frame says that it was derived."""
    for derivation in group.get("DerivationImageSequence") or []:
        for item in derivation.get("SourceImageSequence") or []:
            yield text(item, "ReferencedSOPInstanceUID")


def _identity(job: WriteJob) -> Identity:
    """That of an image; no text and no face is blanked in masks."""
    policy = Policy.of(job.options - {Option.PIXELS.label, Option.FACES.label})
    return Identity(
        job.pseudonym, job.uids.study, job.uids.series, job.uids.instance, job.shift, job.uid_secret, policy,
        own_of(job.own, policy.kept_kinds),
    )  # fmt: skip


def _bytes_of(header: Dataset) -> bytes:
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, False
    write_dataset(buffer, header)
    return buffer.getvalue()
