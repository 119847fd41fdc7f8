"""The rows of the index for one written instance, series, stack or frame."""

from collections.abc import Iterable, Sequence
from typing import Any

from builder.plan import WrittenInstance
from builder.stacks.stacks import OrderedStack
from bundle.index.records import NO_UPTAKE, Uptake
from bundle.index.schema import COSINES

Row = dict[str, Any]


def common_frame(written: Sequence[WrittenInstance]) -> str:
    """The Frame of Reference of a series (PS3.3 C.7.4.1)."""
    return common(record.frame_of_reference_uid for record in written)


def common(values: Iterable[str]) -> str:
    """The common value of all; empty if they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else ""


def shared_uptake(written: Sequence[WrittenInstance]) -> Row:
    """The inputs of SUV that all images of a series share, each by itself."""
    values = {name: {getattr(record.uptake, name) for record in written} for name in Uptake._fields}
    return NO_UPTAKE._asdict() | {name: found.pop() for name, found in values.items() if len(found) == 1}


def instance_row(series: int, written: WrittenInstance) -> Row:
    """One written file."""
    instance = written.instance
    return {
        "series_id": series,
        "sop_instance_uid": instance.sop_instance_uid,
        "sop_class_uid": instance.sop_class_uid,
        "path": instance.path,
        "instance_number": instance.instance_number,
        "pixel_offset": instance.pixel_offset,
        "pixel_length": instance.pixel_length,
        "file_size": instance.file_size,
        "header_digest": instance.header_digest,
        "altered": instance.altered,
    }


def named(names: Sequence[str], values: Sequence[float] | None) -> Row:
    """Values in as many columns, or nothing in all of them."""
    return dict(zip(names, values if values is not None else [None] * len(names), strict=True))


def stack_row(series: int, stack: OrderedStack, description: str) -> Row:
    """One stack, without its default window."""
    first, found = stack.slices[0], stack.geometry
    return {
        "series_id": series,
        "number_of_frames": len(stack.slices),
        "rows": first.instance.rows,
        "columns": first.instance.columns,
        "bits_allocated": first.instance.bits_allocated,
        "bits_stored": max(slice_.instance.bits_stored for slice_ in stack.slices),
        "pixel_representation": first.instance.pixel_representation,
        "photometric_interpretation": first.instance.photometric_interpretation,
        "pixel_padding_value": stack.padding,
        **named(("row_spacing", "column_spacing"), first.frame.pixel_spacing),
        **named(COSINES, stack.orientation),
        **named(("origin_x", "origin_y", "origin_z"), found.origin),
        **named(("step_x", "step_y", "step_z"), found.step),
        "spacing_between_slices": found.spacing_between_slices,
        "tilt": found.tilt,
        "is_volume": int(found.is_volume),
        "not_volume_reason": found.not_volume_reason,
        "notes": stack.notes,
        "preview_frame": stack.middle,
        "description": description,
        "units": common(slice_.frame.units for slice_ in stack.slices),
        # The default window is that of the slice that a viewer shows first.
        "voi_lut_function": stack.slices[stack.middle].frame.voi_lut_function or "LINEAR",
        "slice_thickness": stack.thickness,
        "acquired": stack.acquired,
        "cardiac_phase": stack.phase("NominalPercentageOfCardiacPhase"),
        "respiratory_phase": stack.phase("NominalPercentageOfRespiratoryPhase"),
    }


def frame_row(stack: int, position: int, instance: int, slice_: Any, *, turns: bool) -> Row:
    """One slice of a stack; it has an orientation of its own if the stack `turns`."""
    return {
        "stack_id": stack,
        "position": position,
        "instance_id": instance,
        "frame_index": slice_.frame.frame_index,
        **named(("x", "y", "z"), slice_.frame.image_position_patient),
        "rescale_slope": slice_.frame.rescale_slope,
        "rescale_intercept": slice_.frame.rescale_intercept,
        **named(("window_center", "window_width"), slice_.frame.window),
        "voi_lut_function": slice_.frame.voi_lut_function,
        "pixel_padding_value": slice_.instance.pixel_padding_value,
        "pixel_padding_range_limit": slice_.instance.pixel_padding_range_limit,
        **named(COSINES, slice_.frame.image_orientation_patient if turns else None),
    }
