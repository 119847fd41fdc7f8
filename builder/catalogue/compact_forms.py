"""The rows of the index for segmentations, and their compact forms, both from the written files alone."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile

from pydicom import Dataset, dcmread

from builder.catalogue.rows import Row
from builder.dicom.source_file import NotTaken, number, text
from builder.errors.change import MasksAdrift
from builder.plan import WrittenInstance
from builder.segmentation.colours import screen_colour
from builder.segmentation.compact import SegmentFigures, compact
from builder.segmentation.grid import Lying, lies_on
from builder.segmentation.header import recommended_colour
from builder.stacks.stacks import OrderedStack
from builder.write.readback import frame_of
from bundle.segments import compact_path, palette_colour

# Series Instance UID -> its stacks, with their ids in the index.
Numbered = Mapping[str, Sequence[tuple[int, OrderedStack]]]


class CompactForms:
    """The compact forms of the segmentations whose files lie below `root`, in the order in which they were asked for.

    They wait in a file of their own, which nobody else can open: those of a hundred cases would fill the memory.
    """

    def __init__(self, root: Path) -> None:
        self._root, self._sizes = root, list[int]()
        self._waiting = TemporaryFile(prefix="mkbundle-")  # noqa: SIM115  # open until all are written

    def add(self, record: WrittenInstance, numbered: Numbered) -> tuple[Row, list[Row]]:
        """The row of a segmentation, and those of its segments; `numbered` are the stacks of its study.

        Raises MasksAdrift.
        """
        instance = record.instance
        content = (self._root / instance.path).read_bytes()
        values = dcmread(BytesIO(content[: instance.pixel_offset]), stop_before_pixels=True)
        stacks = numbered[values.ReferencedSeriesSequence[0].SeriesInstanceUID]
        try:
            lying = _lying(values, [stack for _, stack in stacks])
        except NotTaken as unfit:  # it did, when it was written
            raise MasksAdrift(instance.path, unfit.detail) from unfit
        pixels = content[instance.pixel_offset : instance.pixel_offset + instance.pixel_length]
        made = compact(values, pixels, lying.places, (lying.row, lying.column))
        self._waiting.write(made.content)
        self._sizes.append(len(made.content))
        figures = zip(values.SegmentSequence, made.figures, strict=True)
        row = {"stack_id": next(number for number, stack in stacks if stack is lying.stack)}
        return row | _row(record, values), [_segment(item, of, values, lying.stack) for item, of in figures]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Path and content of each, by the ids that the index gives: from 1 on, in order."""
        self._waiting.seek(0)
        for number_, size in enumerate(self._sizes, start=1):
            yield compact_path(number_), self._waiting.read(size)
        self._waiting.close()


def _lying(values: Dataset, stacks: Sequence[OrderedStack]) -> Lying:
    groups = values.PerFrameFunctionalGroupsSequence
    frames = [frame_of(values, index) for index in range(len(groups))]
    named = {
        text(source, "ReferencedSOPInstanceUID")
        for group in groups for derivation in group.DerivationImageSequence for source in derivation.SourceImageSequence
    }  # fmt: skip
    return lies_on(frames, (values.Rows, values.Columns), stacks, named)


def _row(record: WrittenInstance, values: Dataset) -> Row:
    instance = record.instance
    return {
        "sop_instance_uid": instance.sop_instance_uid,
        "sop_class_uid": instance.sop_class_uid,
        "series_instance_uid": record.series_instance_uid,
        "series_number": record.series_number or 0,
        "instance_number": instance.instance_number,
        "path": instance.path,
        "pixel_offset": instance.pixel_offset,
        "pixel_length": instance.pixel_length,
        "file_size": instance.file_size,
        "header_digest": instance.header_digest,
        "sha256": instance.digest,
        "segmentation_type": text(values, "SegmentationType"),
        "altered": instance.altered,
    }


def _segment(item: Dataset, figures: SegmentFigures, values: Dataset, stack: OrderedStack) -> Row:
    code, colour = item.SegmentedPropertyTypeCodeSequence[0], recommended_colour(item)
    voxel = _voxel(stack)
    parts = figures.total / (number(values, "MaximumFractionalValue") or 1)
    return {
        "number": int(item.SegmentNumber),
        "label": text(item, "SegmentLabel"),
        "coding_scheme": text(code, "CodingSchemeDesignator"),
        "code": text(code, "CodeValue"),
        "code_meaning": text(code, "CodeMeaning"),
        "colour": palette_colour(int(item.SegmentNumber)) if colour is None else screen_colour(colour),
        "voxels": figures.voxels,
        "volume_ml": None if voxel is None else round(parts * voxel / 1000, 6),
        "first_slice": figures.first,
        "last_slice": figures.last,
    }


def _voxel(stack: OrderedStack) -> float | None:
    """The volume of a voxel in mm³; None if the distance between the slices is not the same everywhere."""
    spacing = stack.slices[0].frame.pixel_spacing
    depth = stack.geometry.spacing_between_slices if stack.geometry.is_volume else None
    if len(stack.slices) == 1:
        depth = stack.thickness
    return None if spacing is None or depth is None else spacing[0] * spacing[1] * depth
