"""Gives every instance its place on the medium, its pseudonym and its new UIDs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
import re

from builder.deidentify import StudyKey
from builder.errors import PseudonymCollision
from builder.plan import (
    BuildPlan,
    InstanceUids,
    ScannedFile,
    SourcePatient,
    SourceSeries,
    SourceStudy,
    WriteJob,
)
from bundle import layout

# Header, directory record, index rows and the share of a preview that one instance takes besides its pixels.
_BYTES_BESIDES_PIXELS = 8_000


def assign(patients: Sequence[SourcePatient], key: StudyKey, drive: Path) -> BuildPlan:
    """Pseudonyms decide the order of the patients, so that the order says nothing about who came first."""
    by_pseudonym = {key.pseudonym(patient.key): patient for patient in patients}
    if len(by_pseudonym) != len(patients):
        raise PseudonymCollision()
    jobs: list[WriteJob] = []
    rows: dict[str, tuple[SourcePatient, ScannedFile]] = {}
    counted = [(pseudonym, by_pseudonym[pseudonym]) for pseudonym in sorted(by_pseudonym)]
    for number, (pseudonym, patient) in enumerate(counted, start=1):
        for job, file in _patient_jobs(number, pseudonym, patient, key, drive):
            jobs.append(job)
            rows[job.relative_path] = (patient, file)
    pixels = sum(file.rows * file.columns * file.frames * file.bits_allocated // 8 for _, file in rows.values())
    return BuildPlan(jobs, rows, pixels + len(jobs) * _BYTES_BESIDES_PIXELS)


def _patient_jobs(
    number: int, pseudonym: str, patient: SourcePatient, key: StudyKey, drive: Path
) -> Iterator[tuple[WriteJob, ScannedFile]]:
    offset = key.offset_seconds(patient.key)
    for study_number, study in enumerate(sorted(patient.studies, key=_study_order), start=1):
        for series_number, series in enumerate(sorted(study.series, key=_series_order), start=1):
            for instance_number, instance in enumerate(series.instances, start=1):
                path = layout.instance_path(number, study_number, series_number, instance_number)
                uids = InstanceUids(
                    key.uid(f"study {study.uid_key}"), key.uid(f"series {series.uid_key}"), key.uid(instance.uid_key)
                )
                job = WriteJob(
                    source=instance.file.path, size=instance.file.size, target=drive / path, relative_path=path,
                    uids=uids, pseudonym=pseudonym, offset_seconds=offset, uid_secret=key.uid_secret(),
                    series_number=_series_number(series), number=instance_number,
                )  # fmt: skip
                yield job, instance.file


def _study_order(study: SourceStudy) -> tuple[str, str, str]:
    first = study.series[0].instances[0].file
    return first.study_date, first.study_time, study.uid_key


def _series_number(series: SourceSeries) -> int:
    """The smallest number that the files of a series give it; 0 where none does."""
    numbers = [instance.file.series_number for instance in series.instances]
    # PS3.5 6.2: an IS value has at most twelve characters and lies within 32 bits.
    return min((int(number) for number in numbers if re.fullmatch(r"-?\d{1,9}", number)), default=0)


def _series_order(series: SourceSeries) -> tuple[int, str]:
    return _series_number(series), series.uid_key
