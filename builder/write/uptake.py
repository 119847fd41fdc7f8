"""Reads from what the SUV of a written PET is computed, as the file states it."""

import math
import re

from builder.dicom.memo import by_values
from builder.dicom.source_file import Values, text
from bundle.index.records import NO_UPTAKE, Uptake

_TIME = re.compile(r"\d{6}(\.\d{1,6})?")
_MOMENT = re.compile(r"(\d{8})?\d{6}(\.\d{1,6})?")


@by_values(
    "Modality", "PatientWeight", "RadiopharmaceuticalInformationSequence", "DecayCorrection", "DecayCorrected",
    "DecayCorrectionDateTime", "SeriesDate", "SeriesTime", "AcquisitionDate", "AcquisitionTime",
)  # fmt: skip
def uptake_of(dataset: Values) -> Uptake:
    """The inputs of SUV (PS3.3 C.8.9.1, C.8.9.2) that a PET states; nothing for other modalities."""
    items = list(dataset.get("RadiopharmaceuticalInformationSequence") or ())
    if text(dataset, "Modality") != "PT":
        return NO_UPTAKE
    drug = items[0] if len(items) == 1 else None  # of several injections, nobody knows which one is seen
    injected = "" if drug is None else _injected(drug)
    return Uptake(
        patient_weight=_amount(dataset, "PatientWeight"),
        injected_dose=None if drug is None else _amount(drug, "RadionuclideTotalDose"),
        half_life=None if drug is None else _amount(drug, "RadionuclideHalfLife"),
        injected=injected,
        decay_corrected_to=_corrected_to(dataset, injected),
    )


def _amount(place: Values, keyword: str) -> float | None:
    """A number above 0."""
    try:
        found = float(text(place, keyword))
    except ValueError:
        return None
    return found if math.isfinite(found) and found > 0 else None


def _injected(drug: Values) -> str:
    whole, time = text(drug, "RadiopharmaceuticalStartDateTime"), text(drug, "RadiopharmaceuticalStartTime")
    return next((moment for moment in (whole, time) if _MOMENT.fullmatch(moment)), "")


def _corrected_to(dataset: Values, injected: str) -> str:
    """The moment for which the values hold: the start of the series, or the injection (PS3.3 C.8.9.1.1.6).

    A series that was made again later has a later Series Time: it is not the start of the scan, and nothing else says
    when that was.
    """
    enhanced = text(dataset, "DecayCorrectionDateTime")
    if enhanced:
        return enhanced if _MOMENT.fullmatch(enhanced) and text(dataset, "DecayCorrected") == "YES" else ""
    how = text(dataset, "DecayCorrection")
    if how == "ADMIN":
        return injected
    start, acquired = (_moment(dataset, kind) for kind in ("Series", "Acquisition"))
    return start if how == "START" and start and acquired and start <= acquired else ""


def _moment(dataset: Values, kind: str) -> str:
    date, time = text(dataset, f"{kind}Date"), text(dataset, f"{kind}Time")
    found = date + time
    return found if len(date) == 8 and _MOMENT.fullmatch(found) and _TIME.fullmatch(time) else ""
