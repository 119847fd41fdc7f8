"""The blinded view of a case: its number in the order, and nothing that could reveal which case it is."""

from collections.abc import Sequence
from dataclasses import replace

from bundle.reading.form import Form
from bundle.reading.order import Slot
from viewer.entries import Entry
from viewer.words import tr


def case_name(slot: Slot) -> str:
    """The name of a case on the screen."""
    name = tr("Training {number}") if slot.training else tr("Case {number}")
    return name.format(number=slot.number)


def blinded(entries: Sequence[Entry], slot: Slot, form: Form) -> tuple[Entry, ...]:
    """The entries of one case under its number; details that the form allows stay."""
    shown = form.show
    of_case = [entry for entry in entries if entry.study.case == slot.case]
    return tuple(
        replace(
            entry,
            blinded=True,
            patient=entry.patient if "pseudonym" in shown else replace(entry.patient, pseudonym=""),
            study=replace(
                entry.study,
                case=f"{case_name(slot)}, {slot.case}" if "case" in shown else case_name(slot),
                study_date=entry.study.study_date if "date" in shown else "",
            ),
            series=entry.series if "series-number" in shown else replace(entry.series, series_number=0),
        )
        for entry in of_case
    )
