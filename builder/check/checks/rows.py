"""Checks of the index's patients, studies, series and instances against the files."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain

from builder.check.checks.index import IndexComparison, Row
from builder.check.findings import Finding, finding
from builder.check.medium.dicom_file import DicomFile
from builder.check.medium.file_checks import some
from builder.check.medium.series_names import names
from bundle.index.records import NO_UPTAKE, Series, Uptake
from bundle.layout import INDEX


def instances(both: IndexComparison) -> Iterator[Finding]:
    """The statements of a row about its file: UIDs and number."""
    for row in both.index.instances:
        file = both.medium.dicom.get(row["path"])
        columns = ("sop_instance_uid", "sop_class_uid", "instance_number")
        wrong = [column for column in columns if file and row[column] != getattr(file, column)]
        if file and wrong:
            yield finding("index.instance", file.path, f"{', '.join(wrong)} in the index: not that of the file")


def pixels(both: IndexComparison) -> Iterator[Finding]:
    """The offset of the pixels: the viewer reads them there without parsing the header."""
    for row, file in _pairs(both):
        if file.pixel_offset is None:
            continue
        expected, found = (file.pixel_offset, file.pixel_length), (row["pixel_offset"], row["pixel_length"])
        if expected != found:
            yield finding("index.pixels", file.path, _expected("(offset, length)", expected, found))


def sizes(both: IndexComparison) -> Iterator[Finding]:
    """File sizes."""
    for row, file in _pairs(both):
        if row["file_size"] != file.size:
            yield finding("index.size", file.path, _expected("file_size", file.size, row["file_size"]))


def headers(both: IndexComparison) -> Iterator[Finding]:
    """The digest of everything before the pixels."""
    for row, file in _pairs(both):
        if row["header_digest"] != file.header_digest:
            yield finding("index.header", file.path, "header_digest in the index: not that of the file")


def digests(both: IndexComparison) -> Iterator[Finding]:
    """The digest of the whole file, if the header is right: then the pixels are wrong."""
    stored = both.index.digests
    for row, file in _pairs(both):
        found = both.medium.files[file.path].digest
        same = (row["header_digest"], row["file_size"]) == (file.header_digest, file.size)
        if stored and found and same and stored.get(row["id"]) != found:
            yield finding(
                "index.digest", file.path, "its SHA-256 is not the one in the index: other pixels were put in"
            )


def _pairs(both: IndexComparison) -> Iterator[tuple[Row, DicomFile]]:
    return ((row, both.files[row["path"]]) for row in both.index.instances if row["path"] in both.files)


def _expected(what: str, expected: object, found: object) -> str:
    return f"{what} in the index: expected {expected}, found {found}"


def agreement(both: IndexComparison) -> Iterator[Finding]:
    """Patients, studies and series against all files below: one finding for each."""
    below = _files_by_series(both)
    for patient in both.index.catalog.patients:
        files = [
            file for study in patient.studies for series in study.series for file in below.get(series.series_id, [])
        ]
        yield from _same(f"patient {patient.patient_id}", {"patient_id": patient.pseudonym}, files)
        for study in patient.studies:
            files = list(chain.from_iterable(below.get(series.series_id, []) for series in study.series))
            yield from _same(study.case, {"study_instance_uid": study.study_instance_uid}, files)
            yield from _one_of(study.case, "study_date", study.study_date, files)
            for series in study.series:
                subject, files = f"{study.case}, series {series.series_id}", below.get(series.series_id, [])
                yield from _check_series(subject, series, files, lacks_uptake="series.injected" in both.index.lacks)


def _check_series(subject: str, series: Series, files: list[DicomFile], *, lacks_uptake: bool) -> Iterator[Finding]:
    values = {"series_instance_uid": series.series_instance_uid, "modality": series.modality}
    yield from _same(subject, values, files)
    yield from _one_of(subject, "series_number", series.series_number, files)
    frames = chain.from_iterable(file.frames for file in files)
    told = chain.from_iterable(file.told for file in files)
    if files and series.description not in names((file.technique for file in files), frames, told, series.modality):
        text = "description in the index: not one that its files give"
        yield finding("index.agrees", f"{INDEX}, {subject}", text)
    if series.frame_of_reference_uid or len({file.frame_of_reference_uid for file in files}) == 1:
        yield from _one_of(subject, "frame_of_reference_uid", series.frame_of_reference_uid, files)
    if files and not lacks_uptake and series.uptake != _common_uptake(files):
        yield finding("index.agrees", f"{INDEX}, {subject}", "the inputs of SUV in the index: not those of its files")


def _common_uptake(files: list[DicomFile]) -> Uptake:
    """What all files of a series say, value by value; nothing where they differ."""
    first = files[0].uptake
    differ = {name for name in Uptake._fields for file in files if getattr(file.uptake, name) != getattr(first, name)}
    return first._replace(**{name: getattr(NO_UPTAKE, name) for name in differ})


def hollow(both: IndexComparison) -> Iterator[Finding]:
    """Patients, studies and series without anything below them, which could hide something."""
    filled = {row["series_id"] for row in both.index.instances}
    for patient in both.index.catalog.patients:
        if not patient.studies:
            yield finding("index.agrees", f"{INDEX}, patient {patient.patient_id}", "there is no study below it")
        for study in patient.studies:
            if not study.series:
                yield finding("index.agrees", f"{INDEX}, {study.case}", "there is no series below it")
            for series in study.series:
                if series.series_id not in filled:
                    subject = f"{INDEX}, {study.case}, series {series.series_id}"
                    yield finding("index.agrees", subject, "there is no instance below it")


def _files_by_series(both: IndexComparison) -> dict[int, list[DicomFile]]:
    below: dict[int, list[DicomFile]] = {}
    for row, file in _pairs(both):
        below.setdefault(row["series_id"], []).append(file)
    return below


def _same(subject: str, values: Mapping[str, object], files: list[DicomFile]) -> Iterator[Finding]:
    for name, value in values.items():
        wrong = [file.path for file in files if getattr(file, name) != value]
        if wrong:
            yield finding("index.agrees", f"{INDEX}, {subject}", f"{name} in the index: not that of {some(wrong)}")
            return


def _one_of(subject: str, name: str, value: object, files: list[DicomFile]) -> Iterator[Finding]:
    """For attributes that may differ within one series or study: the index has one of the values."""
    if files and value not in {getattr(file, name) for file in files}:
        yield finding("index.agrees", f"{INDEX}, {subject}", f"{name} in the index: not that of any of its files")


def counted(both: IndexComparison) -> Iterator[Finding]:
    """The number of instances that the case list shows for each series."""
    found = Counter(row["series_id"] for row in both.index.instances)
    for patient in both.index.catalog.patients:
        for study in patient.studies:
            for series in study.series:
                if series.number_of_instances != found[series.series_id]:
                    text = _expected("number_of_instances", found[series.series_id], series.number_of_instances)
                    yield finding("index.count", f"{INDEX}, {study.case}, series {series.series_id}", text)


CHECKS = (instances, pixels, sizes, headers, digests, agreement, hollow, counted)
