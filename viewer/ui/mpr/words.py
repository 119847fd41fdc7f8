"""The texts on a plane: its name, the case, the place of the cross-hair, the slab, the value at the pointer."""

from collections.abc import Sequence

from viewer.annotation import (
    Corners,
    Nothing,
    TextLine,
    Weight,
    acquisition,
    probe_text,
    signed,
    spacing_notes,
    whole_stack,
    window_lines,
)
from viewer.entries import date_text
from viewer.images.windowing import preset_name
from viewer.space import plane_view
from viewer.space.mpr import MprState, Plane, Slab
from viewer.state import Annotation
from viewer.ui.mpr.planes import Planes
from viewer.ui.slices.segmenting.words import added as with_segments
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

# In degrees: less is rounding.
_TURNED = 0.05


def name_of(plane: Plane) -> str:
    """The plane's name in plain words."""
    names = {
        Plane.AXIAL: tr("Axial"), Plane.CORONAL: tr("Coronal"), Plane.SAGITTAL: tr("Sagittal"),
        Plane.OBLIQUE: tr("Oblique"),
    }  # fmt: skip
    return names[plane]


def title_of(state: MprState, plane: Plane) -> str:
    """The plane's name; one that has turned away from its axis is oblique."""
    degrees = 0.0 if plane is Plane.OBLIQUE else plane_view.turned_by(state, plane)
    if degrees < _TURNED:
        return name_of(plane)
    return tr("Oblique, {degrees}° from {plane}").format(degrees=signed(degrees), plane=name_of(plane).lower())


def slab_name(slab: Slab) -> str:
    """How the values along the thickness make a pixel."""
    return {Slab.MAXIMUM: tr("MIP"), Slab.MINIMUM: tr("MinIP"), Slab.MEAN: tr("Mean")}[slab]


def place_of(point: Sequence[float]) -> str:
    """A point in the patient, each number with its side."""
    parts = (
        f"{(tr('L'), tr('R'))[point[0] < 0]} {signed(abs(point[0]))}",
        f"{(tr('P'), tr('A'))[point[1] < 0]} {signed(abs(point[1]))}",
        f"{(tr('S'), tr('I'))[point[2] < 0]} {signed(abs(point[2]))}",
    )
    return "   ".join(parts) + " mm"


def corners(
    viewing: Viewing, planes: Planes, plane: Plane, level: Annotation, value: float | Nothing | None = None,
    more: str = "",
) -> Corners:  # fmt: skip
    """All corner texts of a pane; the case, the window and warnings appear once, in the first pane.

    `value` is that under the pointer, and `more` what else is known there.
    """
    made = _corners(viewing, planes, plane, level, value, more)
    first = plane is (planes.alone or Plane.AXIAL)
    if not first:
        return made
    return with_segments(made, viewing.segmenting, viewing.entry, level, slab=planes.state.thickness > 0)


def _corners(
    viewing: Viewing, planes: Planes, plane: Plane, level: Annotation, value: float | Nothing | None, more: str
) -> Corners:  # fmt: skip
    full, first = level is Annotation.FULL, plane is (planes.alone or Plane.AXIAL)
    lost = whole_stack(viewing.entry.stack, viewing.loaded_stack.frames) if first else ()
    if level is Annotation.OFF:
        return Corners(bottom_left=lost)
    return Corners(
        top_left=(TextLine(title_of(planes.state, plane), Weight.STRONG), *_slab(planes)),
        top_right=_identity(viewing) if first else (),
        bottom_left=(
            *lost,
            *(spacing_notes(viewing.entry, planes.solid.note) if first else ()),
            *(_place(planes) if full and first else ()),
        ),
        bottom_right=(*_value(viewing, value, more), *(_display(viewing) if full and first else ())),
    )


def _identity(viewing: Viewing) -> tuple[TextLine, ...]:
    entry = viewing.entry
    # A blinded reader sees neither pseudonym nor date.
    texts = (entry.patient.pseudonym, date_text(entry.study), entry.title)
    lines = (TextLine(text, fold=3) for text in texts if text)
    return (TextLine(entry.study.case, Weight.STRONG), *lines, *acquisition(entry))


def _slab(planes: Planes) -> tuple[TextLine, ...]:
    state = planes.state
    if not state.thickness:
        return ()
    text = tr("{name} over {thickness} mm").format(name=slab_name(state.slab), thickness=signed(state.thickness))
    return (TextLine(text, Weight.NOTE),)


def _place(planes: Planes) -> tuple[TextLine, ...]:
    return (TextLine(place_of(planes.state.point), fold=4),)


def _value(viewing: Viewing, value: float | Nothing | None, more: str) -> tuple[TextLine, ...]:
    if value is None:
        return ()
    said = "   ".join(filter(None, (probe_text(value, viewing.entry.stack.units), more)))
    return (TextLine(said, Weight.STRONG),)


def _display(viewing: Viewing) -> tuple[TextLine, ...]:
    return window_lines(viewing.state, preset_name(viewing.entry.stack.units, viewing.state.window))
