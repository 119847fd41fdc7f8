"""Compares each segmentation of the index with its file, its compact form and its images, voxel by voxel."""

from collections.abc import Collection, Iterator

import numpy as np

from builder.check.checks.index import IndexComparison
from builder.check.findings import Finding, finding
from builder.check.medium.dicom_file import DicomFile
from builder.check.medium.file_checks import some
from builder.check.places.place import read_file
from builder.check.segments.compact_file import CompactFile, NotCompact, parse
from builder.check.segments.figures import Counted, wrong_figures
from builder.check.segments.mask_file import Mask, MaskFile, read_masks
from builder.check.segments.placing import Misplaced, PlacedMasks, place
from builder.check.segments.screen import has_colour
from bundle.index.records import Frame, Segmentation, Series, Stack
from bundle.layout import SEGMENTS_FOLDER
from bundle.segments import compact_path

_SAME = (
    "sop_instance_uid", "sop_class_uid", "series_instance_uid", "series_number", "instance_number", "pixel_offset",
    "pixel_length", "header_digest", "altered",
)  # fmt: skip
_LONGEST = 1 << 30


def check_segmentations(both: IndexComparison) -> Iterator[Finding]:
    """One finding for each segmentation at most of each kind; what is wrong with its file by itself is found there."""
    stacks = {
        stack.stack_id: (series, stack)
        for study in both.index.catalog.studies() for series in study.series for stack in series.stacks
    }  # fmt: skip
    for segmentation in both.index.segmentations:
        file = both.medium.dicom.get(segmentation.path)
        if file is None:
            continue
        wrong = [*_listed(both, segmentation, file, stacks.keys())]
        if wrong:
            yield finding("segments.listed", file.path, f"not as the file has it: {some(wrong)}")
        else:
            yield from _compare(both, segmentation, file, *stacks[segmentation.stack_id])
    yield from _of_none(both)


def _of_none(both: IndexComparison) -> Iterator[Finding]:
    """Files in the folder of the compact forms that belong to no segmentation."""
    named = {compact_path(segmentation.segmentation_id) for segmentation in both.index.segmentations}
    for path in sorted(both.medium.files):
        if path.startswith(f"{SEGMENTS_FOLDER}/") and path not in named and both.medium.intact(path):
            yield finding("segments.compact", path, "it belongs to no segmentation of the index")


def _listed(
    both: IndexComparison, segmentation: Segmentation, file: DicomFile, stacks: Collection[int]
) -> Iterator[str]:
    """The columns that do not say what the file says."""
    yield from (name for name in _SAME if getattr(segmentation, name) != getattr(file, name))
    if segmentation.file_size != file.size:
        yield "file_size"
    digest = both.medium.files[file.path].digest
    if digest and segmentation.sha256 != digest:
        yield "sha256"
    if segmentation.stack_id not in stacks:
        yield "stack_id"
    try:
        read = read_masks(both.medium.root, file)
        yield from _segments_listed(segmentation, read)
    except (ValueError, AttributeError, TypeError, LookupError):
        yield "the file says too little of its segments"


def _segments_listed(segmentation: Segmentation, read: MaskFile) -> Iterator[str]:
    if segmentation.segmentation_type != read.values.SegmentationType:
        yield "segmentation_type"
    if [segment.number for segment in segmentation.segments] != read.numbers:
        yield "the numbers of its segments"
        return
    for segment, item in zip(segmentation.segments, read.values.SegmentSequence, strict=True):
        code = item.SegmentedPropertyTypeCodeSequence[0]
        said = (segment.label, segment.coding_scheme, segment.code, segment.code_meaning)
        if said != (item.SegmentLabel, code.CodingSchemeDesignator, code.CodeValue, code.CodeMeaning):
            yield f"name or code of segment {segment.number}"
        elif not has_colour(segment.colour, item):
            yield f"the colour of segment {segment.number}"


def _compare(
    both: IndexComparison, segmentation: Segmentation, file: DicomFile, series: Series, stack: Stack
) -> Iterator[Finding]:
    slices = _slices(both, stack)
    if slices is None:
        return  # of files that are reported by themselves
    read = read_masks(both.medium.root, file)
    try:
        placed = _placed(read, file, series, slices)
    except Misplaced as error:
        yield finding("segments.grid", file.path, str(error))
        return
    except (ValueError, AttributeError, TypeError, LookupError):
        yield finding("segments.grid", file.path, "it does not say where its masks lie")
        return
    path = compact_path(segmentation.segmentation_id)
    counted = {number: Counted() for number in read.numbers}
    problem = _compact_problem(both, path, read, placed, counted, slices[0][0])
    if problem:
        yield finding("segments.compact", path, problem)
    wrong = list(wrong_figures(segmentation.segments, counted, read, stack))
    if wrong:
        yield finding("segments.figures", file.path, some(wrong))


def _slices(both: IndexComparison, stack: Stack) -> list[tuple[DicomFile, Frame]] | None:
    rows = both.index.frames(stack.stack_id)
    files = [both.files.get(row["path"]) for row in rows]
    if not rows or None in files:
        return None
    pairs = [(file, row["frame_index"]) for file, row in zip(files, rows, strict=True) if file is not None]
    if any(index >= len(file.frames) for file, index in pairs):
        return None
    return [(file, file.frames[index]) for file, index in pairs]


def _placed(read: MaskFile, file: DicomFile, series: Series, slices: list[tuple[DicomFile, Frame]]) -> PlacedMasks:
    named = read.values.ReferencedSeriesSequence[0].SeriesInstanceUID
    if named != series.series_instance_uid:
        raise Misplaced("it names another series than that of its images")
    listed = read.values.ReferencedSeriesSequence[0].ReferencedInstanceSequence
    images = {(image.sop_class_uid, image.sop_instance_uid) for image, _ in slices}
    listed_images = {(item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID) for item in listed}
    if not listed_images <= images:  # others may have joined the stack later
        raise Misplaced("the images that it names are not those of its stack")
    if not set(read.images) <= {uid for _, uid in listed_images}:
        raise Misplaced("it does not name all images on which its masks lie")
    if file.frame_of_reference_uid != slices[0][0].frame_of_reference_uid:
        raise Misplaced("its frame of reference is not that of its images")
    return place(read, slices)


def _compact_problem(
    both: IndexComparison, path: str, read: MaskFile, placed: PlacedMasks, counted: dict[int, Counted], image: DicomFile
) -> str:
    """What is wrong with the compact form; empty if nothing is, or if its loss or change is found elsewhere."""
    compact, problem = None, ""
    if both.medium.intact(path):
        try:
            compact = parse(read_file(both.medium.root / path, _LONGEST), (image.rows, image.columns))
        except (NotCompact, OSError) as error:
            problem = str(error)
    left = set(compact.chunks) if compact else set()
    if compact and list(compact.numbers) != read.numbers:
        problem = "its segments are not those of the file"
    for segment, at, mask in zip(read.segments, placed.places, read.masks(), strict=True):
        counted[segment].add(at, mask)
        left.discard((segment, at))
        if compact and not problem:
            problem = _differs(compact, segment, at, mask, placed)
    return problem or ("it holds masks that the file does not have" if left else "")


def _differs(compact: CompactFile, segment: int, at: int, mask: Mask, placed: PlacedMasks) -> str:
    where = f"segment {segment}, slice {at}"
    if (segment, at) not in compact.chunks:
        return f"{where} is not in it" if mask.any() else ""
    try:
        (top, bottom, left, right), inside = compact.mask(segment, at)
    except NotCompact as error:
        return f"{where}: {error}"
    top, bottom, left, right = top - placed.row, bottom - placed.row, left - placed.column, right - placed.column
    if min(top, left) < 0 or bottom >= mask.shape[0] or right >= mask.shape[1]:
        return f"{where} lies elsewhere"
    shown = np.zeros_like(mask)
    shown[top : bottom + 1, left : right + 1] = inside
    wrong = int(np.count_nonzero(shown != mask))
    return f"{where}: {wrong:,} voxels are not those of the file" if wrong else ""
