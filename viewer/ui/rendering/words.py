"""The texts on the 3D picture."""

from collections.abc import Sequence

from bundle.images.directions import orientation_letters
from viewer.annotation import Corners, TextLine, Weight, signed, spacing_notes, whole_stack
from viewer.entries import date_text, sentence
from viewer.scene.cast import WHOLE
from viewer.space.voxel_volume import Solid
from viewer.state import Annotation
from viewer.ui.slices.segmenting.words import failures
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr


def corners(viewing: Viewing, solid: Solid, notes: Sequence[str], changed: Sequence[str], hint: str) -> Corners:
    """All texts. What is `changed` about the body is said whatever the text setting; `hint` answers the last key."""
    entry = viewing.entry
    fused = tr("The fused PET is not shown in 3D") if viewing.fusing.concerns(entry) else ""
    compared = viewing.segmenting.comparing.other(entry) is not None
    first = tr("Of two segmentations, the first is shown in 3D") if compared else ""
    always = (
        *failures(viewing.segmenting, entry),
        *whole_stack(entry.stack, viewing.loaded_stack.frames),
        *(TextLine(text, Weight.NOTE) for text in (*changed, first, fused, hint) if text),
    )
    if viewing.annotation is Annotation.OFF:
        return Corners(bottom_left=always)
    texts = (entry.patient.pseudonym, date_text(entry.study), entry.title)
    damaged = len(solid.damaged)
    told = [tr("%n damaged images left out", damaged)] if damaged else []
    return Corners(
        top_left=(TextLine(entry.study.case, Weight.STRONG), *(TextLine(text) for text in texts if text)),
        bottom_left=(
            *always,
            *spacing_notes(entry, solid.note),
            *(TextLine(sentence(note), Weight.NOTE) for note in (*told, *notes) if note),
        ),
        bottom_right=(TextLine(tr("For orientation only: measure on the slices"), Weight.MUTED),),
    )


def averaged_note(steps: tuple[int, int, int]) -> str:
    """That neighbouring voxels are averaged, if they are."""
    size = " × ".join(map(str, steps))
    return "" if steps == (1, 1, 1) else tr("{size} voxels averaged into one").format(size=size)


def clip_note(solid: Solid, box: Sequence[float]) -> str:
    """From which sides of the patient the clip box cuts something away; empty if it cuts nothing."""
    sides = end_letters(solid)
    cut = [letters for letters, share, whole in zip(sides, box, WHOLE, strict=True) if share != whole]
    return tr("Cut by the clip box from {sides}").format(sides=", ".join(cut)) if cut else ""


def end_letters(solid: Solid) -> list[str]:
    """The directions in the patient of both ends of the columns, rows and slices of the stack."""
    ways = [solid.affine[:3, axis] / solid.spacing[axis] for axis in range(3)]
    return [orientation_letters([float(sign * part) for part in way]) for way in ways for sign in (-1, 1)]


def shift_note(start: float, shift: float, units: str) -> str:
    """By how much the values of a preset are moved, and the value from which it shows something."""
    if not shift:
        return ""
    begin, by = (f"{signed(value)} {units}".rstrip() for value in (start, shift))
    return tr("Shown from {value}: preset moved by {shift} (0 restores it)").format(value=begin, shift=by)


def failed_note(error: Exception) -> str:
    """Why there is no sharp picture."""
    if isinstance(error, MemoryError):
        return tr("This PC has too little memory for a sharp picture")
    reason = f"{type(error).__name__}: {error}"
    return tr("The sharp picture could not be made ({reason})").format(reason=reason)
