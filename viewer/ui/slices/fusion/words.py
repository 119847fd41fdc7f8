"""The texts about a fusion: what lies over the image, and the values under the pointer."""

from dataclasses import replace

from viewer.annotation import Corners, Nothing, TextLine, Weight, spacing_notes, whole_stack
from viewer.entries import Entry
from viewer.images.suv import suv_of
from viewer.state import Annotation
from viewer.ui.slices.fusion.fusing import PET, Fusing
from viewer.words import tr

# Values below this have two decimals.
_SMALL = 100.0


def amount(value: float) -> str:
    """A value of a PET: small ones, such as SUV, with two decimals."""
    if abs(value) >= _SMALL:
        return f"{value:,.0f}".replace("-", "\N{MINUS SIGN}")
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "\N{MINUS SIGN}")


def added(corners: Corners, fusing: Fusing, entry: Entry, level: Annotation, *, details: bool = True) -> Corners:
    """The texts of a pane with what must be said of the fusion: above all else, and at every level of text.

    A pane with a PET says from what its SUV is computed.
    """
    if entry.series.modality == PET and level is Annotation.FULL and details:
        return replace(corners, bottom_left=(*suv_lines(entry), *corners.bottom_left))
    if not fusing.concerns(entry):
        return corners
    return replace(corners, bottom_left=(*_lines(fusing, entry, level, details), *corners.bottom_left))


def _lines(fusing: Fusing, entry: Entry, level: Annotation, details: bool) -> tuple[TextLine, ...]:
    pet = fusing.pet
    if pet is None:
        return ()
    reason = fusing.why_not(entry, pet)
    if reason:
        return (TextLine(tr("Not fused: {reason}").format(reason=reason), Weight.NOTE),)
    if fusing.over is None:
        arrived, total = fusing.loading
        text = tr("Loading the PET, {arrived} of {total}").format(arrived=arrived, total=total)
        return (TextLine(text, Weight.MUTED),)
    said = tr("Fused with PET: {series}, {opacity} %").format(series=pet.title, opacity=fusing.opacity)
    lines = (TextLine(said, Weight.NOTE),)
    if not details:
        return lines
    if level is Annotation.OFF:
        return (*lines, *_changed(fusing))
    shown = tr("Colours from 0 to {white}").format(white=with_unit(fusing, fusing.white))
    scale = TextLine(shown, Weight.STRONG, fold=2)
    return (*lines, scale, *suv_lines(pet), *_notes(fusing, pet), *_changed(fusing))


def suv_lines(pet: Entry) -> tuple[TextLine, ...]:
    """From what the SUV of a PET is computed, or why there is none."""
    suv = suv_of(pet.series, pet.stack)
    if suv is None:
        return ()
    if suv.factor is None:
        missing = tr("No SUV, the files lack: {what}").format(what=", ".join(suv.lacks))
        return (TextLine(missing, Weight.MUTED, fold=3),)
    text = tr("SUV by body weight: {inputs}").format(inputs=", ".join(suv.inputs))
    return (TextLine(text, Weight.MUTED, fold=3),)


def _changed(fusing: Fusing) -> tuple[TextLine, ...]:
    """Lossy compression and alterations of the PET, which are always said."""
    loaded = fusing.loaded_stack
    return () if loaded is None else tuple(_of_pet(line) for line in whole_stack(loaded.stack, loaded.frames))


def _notes(fusing: Fusing, pet: Entry) -> tuple[TextLine, ...]:
    note = fusing.over.solid.note if fusing.over is not None else ""
    lines = tuple(_of_pet(line) for line in spacing_notes(pet, note))
    if not fusing.damaged:
        return lines
    return (TextLine(tr("%n images of the PET are damaged", fusing.damaged), Weight.DAMAGE), *lines)


def _of_pet(line: TextLine) -> TextLine:
    return replace(line, text=tr("PET: {note}").format(note=line.text))


def with_unit(fusing: Fusing, value: float) -> str:
    """A value of the PET as SUV, or else with the unit that the files give."""
    return "" if fusing.pet is None else _said(fusing.pet, value)


def _said(pet: Entry, value: float) -> str:
    return suv_text(pet, value) or f"{amount(value)} {pet.stack.units}".rstrip()


def suv_text(entry: Entry, value: float | Nothing) -> str:
    """A value as SUV; empty if there is none."""
    suv = suv_of(entry.series, entry.stack)
    if suv is None or suv.factor is None or isinstance(value, Nothing):
        return ""
    return tr("SUV {value}").format(value=amount(value * suv.factor))


def value_text(fusing: Fusing, value: float | Nothing) -> str:
    """The value of the PET under the pointer, or why there is none."""
    said = tr(value.value) if isinstance(value, Nothing) else with_unit(fusing, value)
    return tr("PET {value}").format(value=said)
