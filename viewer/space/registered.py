"""Whether two series may lie over each other: by their frame of reference alone, never by likeness; numbers only."""

import numpy as np

from bundle.images.directions import unit_normal
from bundle.index.records import Stack, StackFrame
from viewer.entries import Entry
from viewer.space.mpr import Cut, Slab
from viewer.space.planes import same_frame
from viewer.words import tr


def not_registered(below: Entry, over: Entry) -> str:
    """Why nobody knows which places of two series belong together; empty if the files say it (PS3.3 C.7.4.1.1.1)."""
    for entry in (below, over):
        if not entry.series.frame_of_reference_uid:
            return tr("the images of {series} do not share a frame of reference").format(series=entry.title)
        if entry.stack.pixel_spacing is None:
            return tr("the images of {series} do not give their position").format(series=entry.title)
    if not same_frame(below, over):
        return tr(
            "{below} and {over} have different frames of reference, so nothing says which places belong together"
        ).format(below=below.title, over=over.title)
    return ""


def slice_cut(stack: Stack, frame: StackFrame) -> Cut | None:
    """The pixels of a slice as a plane through the patient: one for one; None if the file gives no position."""
    origin, spacing = frame.image_position_patient, stack.pixel_spacing
    orientation = stack.image_orientation_patient or frame.image_orientation_patient
    if origin is None or spacing is None or orientation is None:
        return None
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1] = np.array(orientation[:3]) * spacing[1], np.array(orientation[3:]) * spacing[0]
    matrix[:3, 2], matrix[:3, 3] = unit_normal(orientation), origin
    return Cut(matrix, stack.columns, stack.rows, 1, Slab.MEAN, 0.0)
