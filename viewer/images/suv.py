"""Standardized uptake value by body weight: its factor from what the index has of a PET, or what lacks; no NumPy."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bundle.images.units import of_pet
from bundle.index.records import Series, Stack, Uptake
from viewer.entries import clock_text
from viewer.words import tr

_BQML, _GML = of_pet("BQML"), of_pet("GML")
_DAY, _GRAMS = timedelta(days=1), 1000.0


@dataclass(frozen=True, slots=True)
class Suv:
    """`factor` times a value in Bq/ml is its SUV, None if something `lacks`; `inputs` are what the files state."""

    factor: float | None
    inputs: tuple[str, ...]
    lacks: tuple[str, ...]


def suv_of(series: Series, stack: Stack) -> Suv | None:
    """The SUV of a PET; None for another modality, and if the files hold SUV already (g/ml)."""
    if series.modality != "PT" or stack.units == _GML:
        return None
    given = series.uptake
    waited = _waited(given)
    lacks = _lacks(given, stack, waited)
    if lacks or waited is None or not given.patient_weight or not given.injected_dose or not given.half_life:
        return Suv(None, _inputs(given), lacks)
    # Decay until the moment for which the values hold: SUV = value * weight / dose at that moment.
    left = given.injected_dose * 2.0 ** (-waited / given.half_life)
    if not left:  # after a thousand half-lives there is no number for it
        return Suv(None, _inputs(given), (tr("times that fit each other"),))
    return Suv(given.patient_weight * _GRAMS / left, _inputs(given), ())


def _lacks(given: Uptake, stack: Stack, waited: float | None) -> tuple[str, ...]:
    found = (
        (stack.units == _BQML, tr("values in Bq/ml")),
        (given.patient_weight is not None, tr("weight of the patient")),
        (given.injected_dose is not None, tr("injected dose")),
        (given.half_life is not None, tr("half-life")),
        (bool(given.injected), tr("time of injection")),
        (bool(given.decay_corrected_to), tr("time to which decay is corrected")),
        (waited is not None or not given.injected or not given.decay_corrected_to, tr("times that fit each other")),
    )
    return tuple(what for there, what in found if not there)


def _inputs(given: Uptake) -> tuple[str, ...]:
    """What the files state, in the units in which readers know it."""
    found = []
    if given.patient_weight is not None:
        found.append(tr("{weight} kg").format(weight=f"{given.patient_weight:g}"))
    if given.injected_dose is not None:
        found.append(tr("{dose} MBq").format(dose=f"{given.injected_dose / 1e6:.4g}"))
    if given.injected:
        found.append(tr("injected {time}").format(time=clock_text(given.injected)))
    if given.decay_corrected_to:
        found.append(tr("decay corrected to {time}").format(time=clock_text(given.decay_corrected_to)))
    if given.half_life is not None:
        found.append(tr("half-life {minutes} min").format(minutes=f"{given.half_life / 60:.4g}"))
    return tuple(found)


def _waited(given: Uptake) -> float | None:
    """Seconds from the injection to the moment for which the values hold; None if unknown, or if it is before."""
    injected, reference = (_moment(text) for text in (given.injected, given.decay_corrected_to))
    if injected is None or reference is None:
        return None
    if _is_dated(given.injected) and _is_dated(given.decay_corrected_to):
        waited = reference - injected
    else:  # the time of day alone (0018,1072): the last such time before
        waited = (reference - injected) % _DAY
    return waited.total_seconds() if waited >= timedelta(0) else None


def _is_dated(moment: str) -> bool:
    return len(moment.split(".", maxsplit=1)[0]) == 14


def _moment(text: str) -> datetime | None:
    whole, _, fraction = text.partition(".")
    try:
        found = datetime.strptime(whole, "%Y%m%d%H%M%S" if _is_dated(text) else "%H%M%S")
    except ValueError:
        return None
    return found + timedelta(seconds=float(f"0.{fraction or 0}"))
