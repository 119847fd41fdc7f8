"""The texts on a straightened picture."""

from viewer.annotation import Corners, Nothing, TextLine, Weight, probe_text, signed, whole_stack, window_lines
from viewer.images.windowing import preset_name
from viewer.space.curve import SpaceCurve
from viewer.state import Annotation
from viewer.ui.mpr.curved.tracing import Tracing
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr


def corners(
    viewing: Viewing, tracing: Tracing, curve: SpaceCurve,
    value: tuple[tuple[float, float], float | Nothing] | None = None, more: str = "",
) -> Corners:  # fmt: skip
    """What it is, at every level of text, and more.

    `value` is where the pointer is, in mm along and across the curve, and what is there; `more` what else is known.
    """
    entry, level = viewing.entry, viewing.annotation
    points = tr("Straightened along a curve through %n points", len(tracing.points))
    what = (TextLine(points, Weight.NOTE), *whole_stack(entry.stack, viewing.loaded_stack.frames))
    if level is Annotation.OFF:
        return Corners(bottom_left=what)
    if viewing.segmenting.labels(entry) is not None:
        what = (*what, TextLine(tr("Segments are not shown along a curve"), Weight.NOTE))
    length = tr("Length {length} mm along the curve").format(length=signed(curve.length))
    turned = tr("turned by {angle}°").format(angle=signed(tracing.angle))
    return Corners(
        top_left=(TextLine(tr("Curved"), Weight.STRONG), TextLine(entry.study.case, Weight.STRONG)),
        bottom_left=(*what, TextLine(length, Weight.STRONG), TextLine(turned, Weight.MUTED, fold=3)),
        bottom_right=(
            *_value(viewing, value, more),
            *window_lines(viewing.state, preset_name(entry.stack.units, viewing.state.window)),
        ),
    )


def _value(
    viewing: Viewing, value: tuple[tuple[float, float], float | Nothing] | None, more: str
) -> tuple[TextLine, ...]:
    if value is None:
        return ()
    (along, _), found = value
    said = "   ".join(filter(None, (probe_text(found, viewing.entry.stack.units), more)))
    return (TextLine(tr("at {place} mm: {value}").format(place=signed(along), value=said), Weight.STRONG),)


def lengths(along: float, across: float) -> str:
    """A measurement: a straightened picture has no true length in any other direction."""
    return tr("{along} mm along, {across} mm across").format(along=signed(along), across=signed(across))
