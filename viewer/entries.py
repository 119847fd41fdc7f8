"""The rows of the case list: one entry for each stack, in order, and which of them opens first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import math
import re

from bundle.errors import EXIT_USAGE, BundleError
from bundle.hanging_protocol import Hanging, plane_of
from bundle.images.alterations import masked_share
from bundle.images.directions import tolerance
from bundle.index.index import Catalog
from bundle.index.records import Patient, Series, Stack, Study
from viewer.words import tr, tr_remark

# How the index's note on missing slices begins.
_MISSING = "slices missing"
# For bundles without a hanging rule.
NO_RULES = Hanging()


class EmptyBundle(BundleError):
    """The index is sound but lists no image."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            "There are no images in the bundle {folder}. Build it again from a folder of scans.", folder=folder
        )


class NotInBundle(BundleError):
    """The requested study, series or case is not in this bundle."""

    exit_code = EXIT_USAGE

    def __init__(self, what: str) -> None:
        super().__init__("{what} is not in this bundle. Start the viewer without it to see what is there.", what=what)


@dataclass(frozen=True, slots=True)
class Entry:
    """One stack with its series, study and patient; `part` counts from 1 among the `parts` stacks of the series.

    A `blinded` reader must not learn which case it is, not even from the path of a file.
    """

    patient: Patient
    study: Study
    series: Series
    stack: Stack
    part: int
    parts: int
    blinded: bool = False

    @property
    def title(self) -> str:
        """The name of the series, with the part if it has several."""
        return ", ".join(text for text in (self.name, self.part_text) if text)

    @property
    def name(self) -> str:
        """The name of the stack, or of its series if the stack has none, with a capital letter."""
        name = self.series.name_of(self.stack)
        return name[:1].upper() + name[1:]

    @property
    def part_text(self) -> str:
        """Which of several stacks this is; empty if there is only one."""
        if self.parts == 1:
            return ""
        return tr("part {part} of {parts}").format(part=self.part, parts=self.parts)


def all_entries(catalog: Catalog) -> tuple[Entry, ...]:
    """Every stack of the bundle in the order of cases and series; raises EmptyBundle."""
    studies = [(catalog.patient_of(study), study) for study in catalog.studies()]
    found = tuple(
        entry for patient, study in studies for series in study.series for entry in _of_series(patient, study, series)
    )
    if not found:
        raise EmptyBundle(str(catalog.root))
    return found


def _of_series(patient: Patient, study: Study, series: Series) -> Iterator[Entry]:
    """The entries of a series: one for each of its stacks."""
    for part, stack in enumerate(series.stacks, start=1):
        yield Entry(patient, study, series, stack, part, len(series.stacks))


def choose(
    entries: Sequence[Entry], hanging: Hanging = NO_RULES, *,
    study: str | None = None, series: str | None = None, case: str | None = None,
) -> Entry:  # fmt: skip
    """The entry to open first, of the first case that matches the request; raises NotInBundle.

    The first rule that a series of the case fits decides. Among the series that fit, or among all if no rule does,
    every case opens the same way: a scout is a single image, and no reader wants it first; CT comes before other
    modalities of the case, axial slices before others, complete volumes before those with missing or shifted slices,
    and thin slices before thick ones. Of spacings that differ only by rounding, the first in the list opens.
    """
    wanted = [
        entry
        for entry in entries
        if study in (None, entry.study.study_instance_uid)
        and series in (None, entry.series.series_instance_uid)
        and case in (None, entry.study.case)
    ]
    if not wanted:
        raise NotInBundle(study or series or case or tr("The requested series"))
    of_case = [entry for entry in wanted if entry.study.study_id == wanted[0].study.study_id]
    fitting = ([entry for entry in of_case if rule.fits(entry.series, entry.stack)] for rule in hanging.rules)
    candidates = next(filter(None, fitting), of_case)
    soonest = min(map(_how_late, candidates))
    alike = [entry for entry in candidates if _how_late(entry) == soonest]
    thinnest = min(map(_spacing, alike))
    return next(entry for entry in alike if _spacing(entry) <= thinnest + tolerance(thinnest))


def _how_late(entry: Entry) -> tuple[bool, bool, bool, bool]:
    """Sort key: entries with the smallest key open first."""
    stack = entry.stack
    single, ct = stack.number_of_frames == 1, entry.series.modality == "CT"
    return single, not ct, plane_of(stack) != "axial", _is_broken(entry)


def _spacing(entry: Entry) -> float:
    return entry.stack.spacing_between_slices or math.inf


def _is_broken(entry: Entry) -> bool:
    """Whether slices are missing, shifted or left out, as far as the index says."""
    stack = entry.stack
    missing = any(note.startswith(_MISSING) for note in stack.notes.split("; "))
    return missing or not stack.is_volume or entry.series.images_left_out > 0


def first_of_next_case(entries: Sequence[Entry], entry: Entry, hanging: Hanging = NO_RULES) -> Entry | None:
    """The first entry to open of the case after this one; None after the last."""
    behind = entries[entries.index(entry) :]
    following = next((later.study for later in behind if later.study.study_id != entry.study.study_id), None)
    return None if following is None else choose(entries, hanging, study=following.study_instance_uid)


def neighbour_case(entries: Sequence[Entry], entry: Entry, steps: int, hanging: Hanging = NO_RULES) -> Entry:
    """The first entry to open of the case this many places on; the entry itself if there is no such case."""
    studies = list(dict.fromkeys(entry.study.study_instance_uid for entry in entries))
    place = min(max(studies.index(entry.study.study_instance_uid) + steps, 0), len(studies) - 1)
    found = studies[place]
    return entry if found == entry.study.study_instance_uid else choose(entries, hanging, study=found)


def first_of_prior(entries: Sequence[Entry], entry: Entry, hanging: Hanging = NO_RULES) -> Entry | None:
    """The first entry to open of the patient's previous study; None if the list has none."""
    studies = [study.study_id for study in entry.patient.studies]
    before = studies[: studies.index(entry.study.study_id)][-1:] if entry.study.study_id in studies else []
    listed = [entry for entry in entries if entry.study.study_id in before]
    return choose(listed, hanging) if listed else None


def others_of_person(entries: Sequence[Entry], shown: Sequence[Entry], hanging: Hanging = NO_RULES) -> list[Entry]:
    """Other stacks to open beside: the other series of the case, then other cases of the patient, scouts last.

    Series that fit a rule come first, in the order of the rules.
    """
    first = shown[0]
    found = [entry for entry in entries if entry.patient.patient_id == first.patient.patient_id and entry not in shown]

    def how_late(entry: Entry) -> tuple[bool, int, bool]:
        elsewhere = entry.study.study_id != first.study.study_id
        return elsewhere, hanging.rank(entry.series, entry.stack), entry.stack.number_of_frames == 1

    return sorted(found, key=how_late)


def count_text(entry: Entry) -> str:
    """The number of images in plain words."""
    return tr("%n images", entry.stack.number_of_frames)


def date_text(study: Study) -> str:
    """The study's (shifted) date as 2019-03-04, empty if there is none."""
    date = study.study_date
    return f"{date[:4]}-{date[4:6]}-{date[6:8]}" if len(date) == 8 else ""


def describe(entry: Entry) -> str:
    """A description of one series, for its tooltip and for screen readers."""
    parts = (
        entry.series.modality, entry.title, phase_of(entry), count_text(entry), *remarks(entry),
        date_text(entry.study), when_acquired(entry),
    )  # fmt: skip
    return ", ".join(part for part in parts if part)


def clock_text(moment: str) -> str:
    """The time of day of a moment of the index: 10:32:15."""
    time = moment.split(".", maxsplit=1)[0][-6:]
    return f"{time[:2]}:{time[2:4]}:{time[4:]}"


def when_acquired(entry: Entry) -> str:
    """The (shifted) time of day of a stack, if its case has several times for this modality; scouts do not count.

    A blinded reader who does not see the date does not see the time either.
    """
    if not entry.study.study_date:
        return ""
    own, modality = entry.stack, entry.series.modality
    alike = [stack for series in entry.study.series if series.modality == modality for stack in series.stacks]
    times = {stack.acquired for stack in alike if stack.acquired and (stack is own or stack.number_of_frames > 1)}
    return clock_text(own.acquired) if own.acquired and len(times) > 1 else ""


def phase_of(entry: Entry) -> str:
    """The phase of the heart or of breathing, unless the name of the stack says it."""
    stack = entry.stack
    found = (
        (stack.cardiac_phase, tr("cardiac phase {percent} %")),
        (stack.respiratory_phase, tr("respiratory phase {percent} %")),
    )
    said = [text.format(percent=f"{percent:g}") for percent, text in found if percent is not None]
    return ", ".join(text for text in said if text.casefold() not in entry.name.casefold())


def sentence(text: str) -> str:
    """A remark of the index in reading form: a capital letter, and a real minus sign before numbers."""
    said = "; ".join(map(tr_remark, text.split("; ")))
    return re.sub(r"-(?=\d)", "\N{MINUS SIGN}", said[:1].upper() + said[1:])


def remarks(entry: Entry) -> tuple[str, ...]:
    """What a reader should know before opening: why it is not a volume, a tilt, missing slices."""
    stack = entry.stack
    reason = stack.not_volume_reason if stack.number_of_frames > 1 else ""
    return (*left_out(entry.series), *(sentence(text) for text in (reason, stack.notes) if text))


def left_out(series: Series) -> tuple[str, ...]:
    """How many images of a series are missing because of text in the pixels."""
    number = series.images_left_out
    if not number:
        return ()
    text = tr("{number} of {total} images left out: text in the image")
    return (text.format(number=number, total=number + series.number_of_instances),)


def missing_images(study: Study) -> str:
    """How many images of a case were not wanted on the medium, or could not be read; empty if it has them all."""
    not_chosen = tr("%n images not chosen", study.images_not_chosen) if study.images_not_chosen else ""
    unreadable = tr("%n images could not be read", study.images_unreadable) if study.images_unreadable else ""
    return ", ".join(filter(None, (not_chosen, unreadable)))


def alterations_of(altered: str) -> tuple[str, ...]:
    """What was done to the pixels of an image, in the reader's language; `altered` comes from the index."""
    share = masked_share(altered)
    masked = () if share is None else (tr("Text masked, {share} of the image").format(share=_percent(share)),)
    others = (alteration for alteration in altered.split("; ") if alteration and masked_share(alteration) is None)
    return (*masked, *map(sentence, others))


def _percent(share: float) -> str:
    """'0.3 %'; a tiny share never becomes '0.0 %'."""
    return f"{share:.1%}".replace("%", " %") if share >= 0.001 else tr("less than 0.1 %")
