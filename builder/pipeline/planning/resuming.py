"""Says what an interrupted build had begun and a resumed one no longer has."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from builder.key import memory
from builder.key.sticks import BegunStudy
from builder.pipeline.context import Context
from builder.pipeline.outcome import BuildOptions
from builder.pipeline.planning.arranging import identities
from builder.plan import Notice, ScannedFile, SourcePatient, SourceStudy


def note_begun(options: BuildOptions, patients: Iterable[SourcePatient], context: Context) -> list[Notice]:
    """Record the studies of this build; if it resumes another one, name those that are gone or have fewer images."""
    now = {identity: _begun(identity, study) for study, identity in identities(patients, context.key)}
    before = memory.note_begun(context.register, options.drive, now.values(), resume=options.resume)
    return list(_gone(before, now)) if options.resume else []


def _begun(identity: str, study: SourceStudy) -> BegunStudy:
    images = sum(len(series.instances) for series in study.series)
    return BegunStudy(identity, _told(study.series[0].instances[0].file), images)


def _told(file: ScannedFile) -> str:
    """How a researcher knows a study: where its first file was, and when it was made."""
    folder, date = Path(file.path).parent, file.study_date
    day = f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 and date.isdecimal() else "an unknown date"
    return f"the study of {day} in {folder}"


def _gone(before: list[BegunStudy], now: Mapping[str, BegunStudy]) -> Iterator[Notice]:
    for study in before:
        left = now[study.study].images if study.study in now else 0
        if not left:
            text = f"{study.told} ({study.images:,} images) was part of the interrupted build, but not of this one"
            yield Notice("gone", f"{text[0].upper()}{text[1:]}: nothing of it is on the medium")
        elif left < study.images:
            text = f"{study.told} had {study.images:,} images in the interrupted build, and has {left:,} in this one"
            yield Notice("gone", f"{text[0].upper()}{text[1:]}")
