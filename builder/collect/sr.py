"""Writes each finished reading as a DICOM Structured Report that refers to the images it was made on."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any
import warnings

from pydicom import Dataset, dcmread
from pydicom.uid import generate_uid

from builder.collect.errors import LibraryMissing
from builder.collect.gather import Gathered
from builder.collect.table import Row, Tables, plain
from bundle.form import Form
from bundle.index import Catalog
from bundle.layout import resolve
from bundle.questions import Kind, Question, Value
from bundle.readings import CaseReading, State
from bundle.records import Study

# Codes of our own for the questions of a form, whose meanings are the texts of the form (PS3.3 8.1: 99 is private).
_SCHEME = "99MKBUNDLE"
_REPORT = ("READING", _SCHEME, "Reading of a case")
_NUMBERS = (Kind.SCALE, Kind.NUMBER, Kind.MEASUREMENT)
_UNITS = {"mm": "millimeter", "cm": "centimeter", "ml": "milliliter", "%": "percent"}


def write_reports(gathered: Gathered, tables: Tables, folder: Path) -> list[Path]:
    """One file for each reader and finished case; raises LibraryMissing, OSError.

    A case whose images are on none of the sticks gets no report, which is said in the tables' remarks.
    """
    form = gathered.form
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    without: set[str] = set()
    for readings in gathered.readings.values():
        for reading in readings.cases.values():
            if form is None or reading.state is not State.DONE:
                continue
            evidence = _evidence(gathered, reading)
            if not evidence:
                without.add(reading.slot[0])
                continue
            paths.append(folder / f"SR{len(paths) + 1:06d}.dcm")
            row = _row_of(tables, readings.reader, reading)
            _report(reading, form, evidence, row).save_as(paths[-1])
    if without:
        named = ", ".join(sorted(without))
        tables.remarks.append(f"{named}: no report, as the images are on none of the sticks that were named")
    return paths


def _row_of(tables: Tables, reader: str, reading: CaseReading) -> Row:
    return next(
        row for row in tables.wide
        if (row["reader"], row["case"], row["occurrence"]) == (reader, *reading.slot)
    )  # fmt: skip


def _evidence(gathered: Gathered, reading: CaseReading) -> list[Dataset]:
    """The first image of each series of the case, whose headers say to whom and what the report belongs."""
    study = gathered.studies.get(reading.slot[0])
    found: list[Dataset] = []
    for root in gathered.roots:
        if study is not None and not found:
            with Catalog(root) as catalog:
                for path in _first_images(catalog, study):
                    found.append(dcmread(resolve(root, path), stop_before_pixels=True))
    return found


def _first_images(catalog: Catalog, study: Study) -> Iterator[str]:
    for series in study.series:
        yield catalog.frames(series.stacks[0].stack_id)[0].path


def _report(reading: CaseReading, form: Form, evidence: Sequence[Dataset], row: Row) -> Any:
    """A Comprehensive SR (PS3.3 A.35.3); with the crosswalk it refers to the original patient and study."""
    highdicom = _library("highdicom")
    images = [_resolved(one, row) for one in evidence]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a pseudonym does not look like a name
        return highdicom.sr.ComprehensiveSR(
            evidence=images,
            content=_content(reading, form, images),
            series_instance_uid=generate_uid(prefix=None),
            series_number=1,
            sop_instance_uid=generate_uid(prefix=None),
            instance_number=1,
            manufacturer="mkbundle",
            is_complete=True,
            is_final=True,
            is_verified=False,
            series_description="Reading",
            content_date=reading.submitted[:10].replace("-", "") or None,
            performed_procedure_codes=None,
            institution_name=None,
            transfer_syntax_uid="1.2.840.10008.1.2.1",
        )


def _resolved(image: Dataset, row: Row) -> Dataset:
    if row.get("original_study_instance_uid"):
        image.PatientID, image.PatientName = row["original_patient_id"], row["original_patient_name"]
        image.StudyInstanceUID, image.StudyDate = row["original_study_instance_uid"], row["original_study_date"]
        image.AccessionNumber = row["original_accession_number"]
    return image


def _content(reading: CaseReading, form: Form, images: Sequence[Dataset]) -> Any:
    sr = _library("highdicom").sr
    root = sr.ContainerContentItem(name=sr.CodedConcept(*_REPORT), template_id=None, is_content_continuous=False)
    items = sr.ContentSequence()
    series = [str(image.SeriesInstanceUID) for image in images]
    for question, of in form.places(series):
        value = reading.answers.get((question.id, of))
        if value is not None:
            items.extend(_items(question, value))
    for image in images:
        items.append(
            sr.ImageContentItem(
                name=sr.CodedConcept("121112", "DCM", "Source of Measurement"),
                referenced_sop_class_uid=image.SOPClassUID,
                referenced_sop_instance_uid=image.SOPInstanceUID,
                relationship_type=sr.RelationshipTypeValues.CONTAINS,
            )
        )
    root.ContentSequence = items
    return root


def _items(question: Question, value: Value) -> Iterator[Any]:
    sr = _library("highdicom").sr
    name = sr.CodedConcept(question.id.upper()[:16], _SCHEME, question.text[:64])
    contains = sr.RelationshipTypeValues.CONTAINS
    if question.kind in _NUMBERS:
        unit = value["unit"] if question.kind is Kind.MEASUREMENT else question.unit
        code = sr.CodedConcept(unit or "1", "UCUM", _UNITS.get(unit, unit or "no units"))
        yield sr.NumContentItem(name=name, value=float(plain(question, value)), unit=code, relationship_type=contains)
        return
    text = {True: "yes", False: "no"}[value] if question.kind is Kind.YES_NO else str(plain(question, value))
    yield sr.TextContentItem(name=name, value=text, relationship_type=contains)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise LibraryMissing(name) from None
