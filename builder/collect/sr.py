"""Writes each finished reading as a DICOM Structured Report that refers to its images."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any
import warnings

from pydicom import Dataset

from builder.cell_text import printable
from builder.collect.answers import series_of, standing
from builder.collect.content import report_content
from builder.collect.errors import LibraryMissing
from builder.collect.gather import Gathered
from builder.collect.images import OriginalImages, images_of, resolved
from builder.collect.table import Tables
from builder.key.pseudonyms import new_uid
from bundle.errors import BundleError
from bundle.reading.form import Form
from bundle.reading.readings import CaseReading, Readings
from bundle.reading.study_session import SESSION_1

# Of a Series Description (LO, PS3.5 Table 6.2-1).
_LONGEST = 64

# Why a case has no report, or one of another kind.
_NOWHERE = "no report, as the images are on none of the sticks that were named"
_UNSOUND = "no report, as its images are damaged or were changed; mkbundle check says more"
_UNKNOWN = "the originals of its images are not known to the key; the report names those of the stick"


def write_reports(
    gathered: Gathered, tables: Tables, folder: Path, originals: OriginalImages | None = None
) -> list[Path]:
    """One file for each reader and finished case; raises LibraryMissing, OSError. `originals` has original names.

    A case gets no report if its images are on none of the sticks, or unsound; the tables' remarks say so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    unlike: dict[str, set[str]] = {text: set() for text in (_NOWHERE, _UNSOUND, _UNKNOWN)}
    for readings in gathered.readings.values():
        form = gathered.form_of(readings)
        for reading in readings.cases.values():
            if form is None or not reading.finished:
                continue
            images = _sound_images(gathered, reading)
            if not images:
                unlike[_UNSOUND if images is None else _NOWHERE].add(reading.slot[0])
                continue
            named = resolved(images, originals)
            if originals is not None and named is None:
                unlike[_UNKNOWN].add(reading.slot[0])
            paths.append(folder / f"SR{len(paths) + 1:06d}.dcm")
            report = _report(gathered, readings, reading, form, images, named or images)
            report.save_as(paths[-1])
    older = len(set(folder.glob("SR*.dcm")) - set(paths))
    if older:
        tables.remarks.append(f"{folder}: {older} other files SR….dcm lie there, of an earlier run")
    tables.remarks += [f"{', '.join(sorted(cases))}: {text}" for text, cases in unlike.items() if cases]
    return paths


def _sound_images(gathered: Gathered, reading: CaseReading) -> list[Dataset] | None:
    """The images of a case; None if one is not as mkbundle writes them, or cannot be read."""
    try:
        return images_of(gathered, reading)
    except (BundleError, OSError):
        return None


def _report(
    gathered: Gathered, readings: Readings, reading: CaseReading, form: Form, images: Sequence[Dataset],
    named: Sequence[Dataset],
) -> Any:  # fmt: skip
    """A Comprehensive SR (PS3.3 A.35.3) about `images`, identified as in `named`.

    Its UIDs follow from its content, so that an archive recognises the same report when it is written twice.
    """
    series = series_of(reading, gathered)
    answers = standing(form, reading, series)
    reader, session = readings.reader, "" if readings.session == SESSION_1 else f", {printable(str(readings.session))}"
    about = f"{named[0].StudyInstanceUID} {reader} {reading.slot} {reading.submitted} {form.digest}{session}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom warns that a pseudonym does not look like a name
        report = _highdicom().sr.ComprehensiveSR(
            evidence=named,
            content=report_content(form, reader, answers, series, images, named),
            series_instance_uid=new_uid(b"", f"series {about}"),
            series_number=1,
            sop_instance_uid=new_uid(b"", f"report {about}"),
            instance_number=1,
            manufacturer="mkbundle",
            is_complete=True,
            is_final=True,
            is_verified=False,
            series_description=f"Reading{session}"[:_LONGEST],
            content_date=reading.submitted[:10].replace("-", ""),
            content_time=reading.submitted[11:19].replace(":", ""),
            performed_procedure_codes=None,
            institution_name=None,
            transfer_syntax_uid="1.2.840.10008.1.2.1",
            specific_character_set="ISO_IR 192",
        )
    report.TimezoneOffsetFromUTC = "+0000"  # the journal's times are UTC (PS3.3 C.12.1.1.3.2)
    return report


def _highdicom() -> Any:
    try:
        return import_module("highdicom")
    except ImportError:
        raise LibraryMissing("highdicom") from None
