"""The texts and scales on the image: corners, orientation letters, scale bar, notes; no drawing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from bundle.images.directions import orientation_letters
from bundle.images.loss import loss_text
from bundle.index.records import Stack, StackFrame
from viewer.entries import Entry, alterations_of, date_text, left_out, phase_of, sentence, when_acquired
from viewer.images.missing_slices import MISSING_NOTE, UNEVEN_NOTE, gap_after, position_along_normal, spacing_text
from viewer.images.volume import LoadedStack
from viewer.images.windowing import preset_name
from viewer.state import Annotation, ViewState, slice_number
from viewer.words import tr

# How the note about such an alteration begins.
_LOSS = loss_text((), ())
# In screen pixels.
_NARROW = 360
_BAR_LENGTHS = (500.0, 200.0, 100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1)
# The scale bar takes at most this share of the pane's width.
BAR_SHARE = 0.25


class Nothing(Enum):
    """Why a place on an image has no value."""

    BESIDE = "outside the image"
    PADDING = "padding, not part of the image"
    GAP = "slices missing here"
    DAMAGED = "damaged image"


class Weight(Enum):
    """How strongly a line stands out."""

    STRONG = "strong"
    PLAIN = "plain"
    MUTED = "muted"
    NOTE = "note"
    DAMAGE = "damage"


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text in a corner; without room, lines with the highest `fold` go first, and those with 0 stay.

    `case` numbers the cases on the screen from 0, if there are several: each number has a colour of its own.
    """

    text: str
    weight: Weight = Weight.PLAIN
    fold: int = 0
    case: int | None = None


@dataclass(frozen=True, slots=True)
class Corners:
    """The lines of each corner, from top to bottom."""

    top_left: tuple[TextLine, ...] = ()
    top_right: tuple[TextLine, ...] = ()
    bottom_left: tuple[TextLine, ...] = ()
    bottom_right: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Letters:
    """The directions in the patient to which the four sides of the image point; empty if unknown."""

    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""


def fitting(level: Annotation, width: float) -> Annotation:
    """In a narrow pane the corners would overlap: only the necessary lines remain."""
    return Annotation.MINIMAL if level is Annotation.FULL and width < _NARROW else level


def corners(
    entry: Entry, loaded: LoadedStack, state: ViewState, level: Annotation, probe: str = "", key_image: bool = False,
    scale: tuple[float, float] | None = None, linked: bool = False,
) -> Corners:  # fmt: skip
    """All corner texts;  MINIMAL keeps the case and vital warnings; lossy compression always shows.

    The standard fixes the content of each corner (IHE BIR, RAD TF-2 4.16.4.2.2.5.8): the patient top left, the study
    top right, the series bottom right.
    `probe` is the value under the pointer; `key_image` means that the reader has marked this slice. `scale` is the
    number of screen pixels per image pixel, across and down; a `linked` pane moves together with another.
    """
    if level is Annotation.OFF:
        return Corners(bottom_left=(*loss(entry.stack), *altered(loaded.frames[state.index])))
    full, frames = level is Annotation.FULL, loaded.frames
    return Corners(
        top_left=_identity(entry),
        top_right=(
            *_date(entry),
            *((TextLine(tr("★ Key image"), Weight.NOTE, fold=1),) if key_image else ()),
            *((TextLine(tr("⇄ Linked"), Weight.STRONG),) if linked else ()),
            *_loading(loaded.arrived, len(frames)),
        ),
        bottom_left=(
            *_damage(loaded.damaged),
            *_notes(entry.stack, frames, state.index),
            *_missing_images(entry),
            *_slice(entry.stack, frames, state.index, full),
        ),
        bottom_right=(
            *((TextLine(probe, fold=1),) if probe else ()),
            *_series(entry),
            *_display(entry, state, scale),
        )
        if full
        else (),
    )


def probe_text(value: float | Nothing, units: str) -> str:
    """The text at the pointer: the value with its unit, or why there is none."""
    if isinstance(value, Nothing):
        return tr(value.value)
    return f"{signed(value)} {units}".rstrip()


def spoken(entry: Entry, frames: Sequence[StackFrame], state: ViewState) -> str:
    """How a screen reader describes the slice."""
    lines = (
        *_identity(entry),
        *_date(entry),
        TextLine(entry.title),
        *_slice(entry.stack, frames, state.index, full=False),
    )
    notes = (*_notes(entry.stack, frames, state.index), *_missing_images(entry))
    return ", ".join(line.text for line in (*lines, *notes))


def _identity(entry: Entry) -> tuple[TextLine, ...]:
    texts = (entry.patient.pseudonym,)  # a blinded reader sees neither pseudonym nor date
    return (TextLine(entry.study.case, Weight.STRONG), *(TextLine(text, fold=2) for text in texts if text))


def _date(entry: Entry) -> tuple[TextLine, ...]:
    return tuple(TextLine(text, fold=3) for text in (date_text(entry.study),) if text)


def _series(entry: Entry) -> tuple[TextLine, ...]:
    number = entry.series.series_number
    name = tr("Series {number}").format(number=number) if number else ""
    kind = TextLine("  ·  ".join(filter(None, (entry.series.modality, name))), Weight.STRONG, fold=2)
    return (kind, TextLine(entry.title, fold=4), *acquisition(entry))


def acquisition(entry: Entry) -> tuple[TextLine, ...]:
    """When a stack was acquired and in which phase, where that distinguishes it."""
    time, phase = when_acquired(entry), phase_of(entry)
    said = (time and tr("Acquired {time}").format(time=time), phase[:1].upper() + phase[1:])
    text = "  ·  ".join(filter(None, said))
    return (TextLine(text, fold=3),) if text else ()


def _loading(arrived: int, total: int) -> tuple[TextLine, ...]:
    if arrived >= total:
        return ()
    return (TextLine(tr("Loading {arrived} of {total}").format(arrived=arrived, total=total), Weight.MUTED, fold=2),)


def _damage(number: int) -> tuple[TextLine, ...]:
    if not number:
        return ()
    return (TextLine(tr("%n images of this series are damaged", number), Weight.DAMAGE),)


def _slice(stack: Stack, frames: Sequence[StackFrame], index: int, full: bool) -> tuple[TextLine, ...]:
    number = tr("Slice {number} / {total}").format(number=slice_number(stack, index), total=len(frames))
    place = position_along_normal(stack, frames[index])
    lines = [TextLine(number, Weight.STRONG)]
    if full and place is not None:
        lines.append(TextLine(tr("Position {place} mm").format(place=signed(place)), fold=5))
    if full and stack.spacing_between_slices:
        lines.append(TextLine(spacing_text(stack, frames, index), Weight.MUTED, fold=3))
    return tuple(lines)


def loss(stack: Stack) -> tuple[TextLine, ...]:
    """The note on lossy compression, which appears at every level of text (IHE BIR, RAD TF-2 4.16.4.2.2.5.8)."""
    notes = (note for note in stack.notes.split("; ") if note.startswith(_LOSS))
    return tuple(TextLine(sentence(note), Weight.NOTE) for note in notes)


def altered(frame: StackFrame) -> tuple[TextLine, ...]:
    """What was done to the pixels of a slice: appears wherever the slice is shown."""
    return tuple(TextLine(text, Weight.NOTE) for text in alterations_of(frame.altered))


def whole_stack(stack: Stack, frames: Sequence[StackFrame]) -> tuple[TextLine, ...]:
    """The notes that must appear on every picture made from all slices."""
    counted = Counter(text.split(",")[0] for frame in frames for text in set(frame.altered.split("; ")) if text)
    said = tr("{what} in {number} of {total} images")
    texts = [said.format(what=sentence(what), number=n, total=len(frames)) for what, n in counted.items()]
    return (*loss(stack), *(TextLine(text, Weight.NOTE) for text in texts))


def spacing_notes(entry: Entry, note: str) -> tuple[TextLine, ...]:
    """The notes of a stack except for compression, which has a line of its own, and other warnings about its planes.

    A note that the stack already contains, on uneven spacing or missing slices, appears only once.
    """
    of_stack = [text for text in entry.stack.notes.split("; ") if text and not text.startswith(_LOSS)]
    more = [text for text in note.split("; ") if text and not any(_same_note(text, known) for known in of_stack)]
    return (*_missing_images(entry), *(TextLine(sentence(text), Weight.NOTE) for text in (*of_stack, *more)))


def _same_note(text: str, known: str) -> bool:
    """Whether a note on the voxels, in the reader's language, repeats a note of the index, in English."""
    said = {"uneven spacing": tr(UNEVEN_NOTE), "slices missing": tr(MISSING_NOTE)}
    return any(known.startswith(start) and text.startswith(own.split("{")[0]) for start, own in said.items())


def _notes(stack: Stack, frames: Sequence[StackFrame], index: int) -> tuple[TextLine, ...]:
    # A note of the stack that goes on after the same words says more.
    said = alterations_of(frames[index].altered)
    texts = [*(text for text in said if not sentence(stack.notes).startswith(f"{text}:")), stack.notes]
    if stack.number_of_frames > 1:
        texts.append(stack.not_volume_reason)
    if stack.pixel_spacing is None:
        texts.append(tr("pixel size unknown: the image may be distorted"))
    gap = gap_after(stack, frames, index)
    if gap:
        texts.append(tr("the next slice is {gap:.1f} mm away").format(gap=gap))
    return tuple(TextLine(sentence(text), Weight.NOTE) for text in texts if text)


def _missing_images(entry: Entry) -> tuple[TextLine, ...]:
    """How many images of the series were left out because of text in them."""
    return tuple(TextLine(text, Weight.NOTE) for text in left_out(entry.series))


def _display(entry: Entry, state: ViewState, scale: tuple[float, float] | None) -> tuple[TextLine, ...]:
    preset = preset_name(entry.stack.units, state.window)
    lines = [] if scale is None else [TextLine(zoom_text(scale, fits=state.zoom == 1), Weight.MUTED, fold=6)]
    return (*lines, *window_lines(state, preset))


def window_lines(state: ViewState, preset: str) -> tuple[TextLine, ...]:
    """The window, which never folds, with the name of its `preset`."""
    center, width = state.window
    return (
        *((TextLine(tr("Inverted"), Weight.NOTE),) if state.inverted else ()),
        *((TextLine(tr(preset), fold=5),) if preset else ()),
        TextLine(tr("W {width}   C {center}").format(width=signed(width), center=signed(center)), Weight.STRONG),
    )


def zoom_text(scale: tuple[float, float], *, fits: bool) -> str:
    """The zoom in screen pixels per image pixel, across and down if they differ; a zoom that just `fits` says so."""
    across, down = (f"{part * 100:.0f}" for part in scale)
    zoom = across if across == down else f"{across} × {down}"
    return (tr("Zoom {zoom} % (fit)") if fits else tr("Zoom {zoom} %")).format(zoom=zoom)


def signed(value: float) -> str:
    """A number with at most one decimal and a real minus sign."""
    rounded = round(value, 1) + 0.0
    text = f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.1f}"
    return text.replace("-", "\N{MINUS SIGN}")


def letters(stack: Stack, frame: StackFrame | None = None) -> Letters:
    """The orientation letters of the four sides, for the image as stored: the viewer never flips it.

    If the images of a stack differ in direction, those of the frame.
    """
    orientation = stack.image_orientation_patient or (frame.image_orientation_patient if frame else None)
    if orientation is None:
        return Letters()
    row, column = orientation[:3], orientation[3:]
    return Letters(
        left=orientation_letters([-value for value in row]),
        right=orientation_letters(row),
        top=orientation_letters([-value for value in column]),
        bottom=orientation_letters(column),
    )


def scale_bar(pixels_per_mm: float | None, pane_width: float) -> tuple[float, float]:
    """(length in mm, length in screen pixels) of the longest round bar that fits; (0, 0) if the scale is unknown."""
    if pixels_per_mm:
        for length in _BAR_LENGTHS:
            if length * pixels_per_mm <= pane_width * BAR_SHARE:
                return length, length * pixels_per_mm
    return 0.0, 0.0
