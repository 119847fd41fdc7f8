"""Leaves out images and series by the options of a build; each with its reason."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from builder.plan import SkippedFile, SourceInstance, SourcePatient, SourceSeries
from builder.reasons import Reason


@dataclass(frozen=True, slots=True)
class Selection:
    """What the researcher wants; thickness in mm.

    `excluded` are patterns of paths below the scans; the scan itself leaves out such files, unread.
    """

    modalities: frozenset[str] = frozenset()
    min_slices: int = 0
    max_thickness: float | None = None
    excluded: tuple[str, ...] = ()
    no_localizers: bool = False

    @property
    def looks_into_series(self) -> bool:
        """Whether anything is left out after the scan."""
        return bool(self.modalities or self.min_slices or self.max_thickness or self.no_localizers)


class Chosen(NamedTuple):
    """The patients with what is left of their studies, and every file that was left out.

    `by_study` counts these files, by the `uid_key` of their study.
    """

    patients: list[SourcePatient]
    skipped: list[SkippedFile]
    by_study: Counter[str]


def choose(patients: Sequence[SourcePatient], selection: Selection) -> Chosen:
    """Apply the selection. People are told apart first: what is left out does not change who somebody is.

    Kind and localizer are judged image by image; then slices and thickness series by series, so that no series is torn.
    """
    if not selection.looks_into_series:  # going through very many images takes time
        return Chosen(list(patients), [], Counter())
    return filtered(patients, lambda series: _left(series, selection))


def filtered(
    patients: Sequence[SourcePatient], left: Callable[[SourceSeries], tuple[SourceSeries, Sequence[SkippedFile]]]
) -> Chosen:
    """The patients with what is `left` of each series; empty series, studies and patients vanish."""
    found = Chosen([], [], Counter())
    for patient in patients:
        studies = []
        for study in patient.studies:
            kept = []
            for series in study.series:
                rest, skipped = left(series)
                found.skipped.extend(skipped)
                found.by_study[study.uid_key] += len(skipped)
                kept += [rest] if rest.instances else []
            studies += [replace(study, series=kept)] if kept else []
        if studies:
            found.patients.append(replace(patient, studies=studies))
    return found


def slices_of(series: SourceSeries) -> int:
    """The number of frames of all images of a series."""
    return sum(instance.file.frames for instance in series.instances)


def thickness_of(series: SourceSeries) -> float | None:
    """The thickness of the thickest slice in mm; None if an image does not state it."""
    values = [instance.file.slice_thickness for instance in series.instances]
    stated = [value for value in values if value is not None]
    return max(stated) if stated and len(stated) == len(values) else None


def _left(series: SourceSeries, selection: Selection) -> tuple[SourceSeries, Sequence[SkippedFile]]:
    reasons = [_of_image(instance, selection) for instance in series.instances]
    pairs = list(zip(series.instances, reasons, strict=True))
    skipped = [_skipped(instance, *reason) for instance, reason in pairs if reason]
    if skipped:
        series = replace(series, instances=[instance for instance, reason in pairs if not reason])
    whole = _of_series(series, selection) if series.instances else None
    if whole is None:
        return series, skipped
    return replace(series, instances=[]), [*skipped, *(_skipped(instance, *whole) for instance in series.instances)]


def _skipped(instance: SourceInstance, reason: Reason, detail: str) -> SkippedFile:
    return SkippedFile(Path(instance.file.path), reason, detail)


def _of_image(instance: SourceInstance, selection: Selection) -> tuple[Reason, str] | None:
    file = instance.file
    if selection.modalities and file.modality not in selection.modalities:
        return Reason.OTHER_KIND, file.modality
    if selection.no_localizers and file.localizer:
        return Reason.LOCALIZER, f"by {file.localizer}"
    return None


def _of_series(series: SourceSeries, selection: Selection) -> tuple[Reason, str] | None:
    return next(_objections(series, selection), None)


def _objections(series: SourceSeries, selection: Selection) -> Iterator[tuple[Reason, str]]:
    slices = slices_of(series)
    if slices < selection.min_slices:
        yield Reason.TOO_FEW, f"{slices} slice{'' if slices == 1 else 's'}"
    if selection.max_thickness is not None:
        thickness = thickness_of(series)
        if thickness is None:
            yield Reason.THICKNESS_UNKNOWN, ""
        elif thickness > selection.max_thickness:
            yield Reason.TOO_THICK, f"{thickness:g} mm"
