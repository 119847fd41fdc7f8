"""Carries out what a plan says about cases: order and training in the form, their words in the register."""

from collections.abc import Iterable, Iterator, Mapping

from builder.build_plan import BuildPlan
from builder.choose.arranged_form import arranged
from builder.choose.planned import Arrangement
from builder.choose.rows import study_name
from builder.deidentify import StudyKey
from builder.key import memory
from builder.key.pseudonyms import new_uid
from builder.pipeline.context import Context
from builder.pipeline.outcome import BuildOptions
from builder.plan import SourcePatient, SourceStudy
from bundle.layout import number_of_case
from bundle.reading.form import Form


def form_with_order(
    options: BuildOptions, patients: Iterable[SourcePatient], plans: Iterable[BuildPlan], cases: Mapping[str, str],
    key: StudyKey,
) -> Form | None:  # fmt: skip
    """The form of a build with the order of its plan; `cases` are Study Instance UID -> case number.

    Raises PlanMistaken, FormMistaken.
    """
    if options.form is None or options.plan is None or not options.plan.arrangement.needs_form:
        return options.form
    named = _cases_by_name(patients, plans, cases, key)
    order, training = _in_order(options.plan.arrangement, named)
    return arranged(options.form, options.plan.file, order, training)


def _in_order(arrangement: Arrangement, named: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Cases with a place come first; a list is empty if the plan says nothing about it."""
    placed = [study for study in arrangement.order if study in named]
    rest = sorted(named.keys() - placed, key=lambda study: number_of_case(named[study]))
    training = [named[study] for study in (*placed, *rest) if study in arrangement.training]
    read = [named[study] for study in (*placed, *rest) if study not in arrangement.training]
    is_ordered = any(study not in arrangement.training for study in placed)
    return read if is_ordered else [], training


def _cases_by_name(
    patients: Iterable[SourcePatient], plans: Iterable[BuildPlan], cases: Mapping[str, str], key: StudyKey
) -> dict[str, str]:
    """Name in the plan -> case number, of every study that is on a medium."""
    uids = {study: uid for plan in plans for uid, study in plan.studies.items()}
    known = ((study_name(study), uids.get(identity, "")) for study, identity in identities(patients, key))
    return {name: cases[uid] for name, uid in known if uid in cases}


def identities(patients: Iterable[SourcePatient], key: StudyKey) -> Iterator[tuple[SourceStudy, str]]:
    """Every study with its identity under the key."""
    secret = key.uid_secret()
    for patient in patients:
        for study in patient.studies:
            yield study, new_uid(secret, f"study {study.uid_key}")


def note_words(options: BuildOptions, patients: Iterable[SourcePatient], context: Context) -> None:
    """Keep labels and groups in the register; raises RegisterBusy."""
    words = None if options.plan is None else options.plan.arrangement.words
    if words:
        named = ((study_name(study), identity) for study, identity in identities(patients, context.key))
        found = {identity: words[name] for name, identity in named if name in words}
        memory.note_words(context.register, found)
