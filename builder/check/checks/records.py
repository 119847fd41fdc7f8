"""Checks of the DICOMDIR: its records against each other, and against their files."""

from collections.abc import Iterator
from dataclasses import dataclass

from builder.check.findings import Finding, finding
from builder.check.medium.dicom_file import DicomFile
from builder.check.medium.directory import PREAMBLE, Directory, Record, unique_key
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium
from bundle.layout import DICOMDIR, is_file_id

# PS3.3 Table F.4-1, as far as it concerns image media.
_PARENT = {"PATIENT": "", "STUDY": "PATIENT", "SERIES": "STUDY", "IMAGE": "SERIES"}
# Other records of PS3.3 F.4, which foreign media may hold: all but the last below a series.
_KINDS_OF_OTHERS = frozenset({
    "RT DOSE", "RT STRUCTURE SET", "RT PLAN", "RT TREAT RECORD", "PRESENTATION", "WAVEFORM", "SR DOCUMENT",
    "KEY OBJECT DOC", "SPECTROSCOPY", "RAW DATA", "REGISTRATION", "FIDUCIAL", "ENCAP DOC", "VALUE MAP",
    "STEREOMETRIC", "PLAN", "MEASUREMENT", "SURFACE", "SURFACE SCAN", "TRACT", "ASSESSMENT", "RADIOTHERAPY",
    "ANNOTATION", "PRIVATE", "HANGING PROTOCOL", "PALETTE", "IMPLANT", "IMPLANT GROUP", "IMPLANT ASSY", "HL7 STRUC DOC",
})  # fmt: skip
# PS3.3 Tables F.5-1 to F.5-4: type 1.
_REQUIRED = {
    "PATIENT": ("PatientID",),
    "STUDY": ("StudyDate", "StudyTime", "StudyID", "StudyInstanceUID"),
    "SERIES": ("Modality", "SeriesInstanceUID", "SeriesNumber"),
    "IMAGE": (
        "InstanceNumber", "ReferencedSOPClassUIDInFile", "ReferencedSOPInstanceUIDInFile",
        "ReferencedTransferSyntaxUIDInFile",
    ),
}  # fmt: skip
# Key of a record -> the corresponding fact of the files below it.
_SAME = {
    "PATIENT": {"PatientID": "patient_id"},
    "STUDY": {"StudyInstanceUID": "study_instance_uid"},
    "SERIES": {"SeriesInstanceUID": "series_instance_uid", "Modality": "modality"},
    "IMAGE": {"InstanceNumber": "instance_number"},
}


@dataclass(frozen=True, slots=True)
class RecordView:
    """The DICOMDIR beside its files."""

    directory: Directory
    medium: Medium

    def files_below(self) -> Iterator[tuple[Record, list[DicomFile]]]:
        """Each record with the sound files that it and the records below it refer to."""
        below: dict[int, list[DicomFile]] = {}
        for record in self.directory.records:
            file = self.medium.dicom.get(record.path)
            if file is not None:
                for above in (*self.directory.above.get(record.offset, ()), record):
                    below.setdefault(above.offset, []).append(file)
        return ((record, below[record.offset]) for record in self.directory.records if record.offset in below)


def head(view: RecordView) -> Iterator[Finding]:
    """File meta, preamble and consistency flag."""
    wrong = [text for text in view.directory.head if text != PREAMBLE or not view.medium.others]
    if wrong:
        yield finding("directory.head", DICOMDIR, "; ".join(wrong))


def texts(view: RecordView) -> Iterator[Finding]:
    """The character set of the records."""
    for text in view.directory.texts:
        yield finding("dicom.character_set", DICOMDIR, text)


def offsets(view: RecordView) -> Iterator[Finding]:
    """The chain of offsets, in one finding: one wrong offset loses many records."""
    if view.directory.astray:
        yield finding("directory.offsets", DICOMDIR, some(list(view.directory.astray)))


def hierarchy(view: RecordView) -> Iterator[Finding]:
    """The type of each record and of its parent."""
    if view.directory.astray:
        return
    for record in view.directory.records:
        above = view.directory.above[record.offset]
        parent = above[-1].kind if above else ""
        if record.kind not in _PARENT:
            if not view.medium.others or record.kind not in _KINDS_OF_OTHERS:
                yield _found("directory.hierarchy", record, f"expected one of {', '.join(_PARENT)}")
        elif _PARENT[record.kind] != parent and (parent in _PARENT or not parent):
            yield _found("directory.hierarchy", record, f"stands below {parent or 'nothing'}")


def keys(view: RecordView) -> Iterator[Finding]:
    """Keys that a record of its type requires."""
    for record in view.directory.records:
        missing = [key for key in _REQUIRED.get(record.kind, ()) if key not in record.keys]
        if missing:
            yield _found("directory.keys", record, f"lacks {', '.join(missing)}")


def unique(view: RecordView) -> Iterator[Finding]:
    """Two records for one patient, study, series or instance."""
    for key in sorted(view.directory.repeated):
        places = [record.offset for record in view.directory.records if unique_key(record) == key]
        kind = key.partition(" ")[0]
        yield finding("directory.unique", DICOMDIR, f"one {kind} has records at byte {' and '.join(map(str, places))}")


def file_ids(view: RecordView) -> Iterator[Finding]:
    """The form of the Referenced File IDs, unless the file itself has that name: then the file is reported."""
    for record in view.directory.records:
        if record.file_id and not is_file_id(record.file_id) and not view.medium.has(record.path):
            yield _found("directory.file_id", record, f"{record.path!r} is not a File ID")
        elif record.kind == "IMAGE" and not record.file_id:
            yield _found("directory.file_id", record, "names no file")


def references(view: RecordView) -> Iterator[Finding]:
    """The statements of a record about its file, against the file."""
    for record in view.directory.records:
        file = view.medium.dicom.get(record.path)
        if file is None:
            continue
        expected = {
            "ReferencedSOPClassUIDInFile": file.sop_class_uid,
            "ReferencedSOPInstanceUIDInFile": file.sop_instance_uid,
            "ReferencedTransferSyntaxUIDInFile": file.transfer_syntax,
        }
        wrong = [key for key, value in expected.items() if key in record.keys and record.keys[key] != value]
        if wrong:
            yield _found("directory.reference", record, f"{', '.join(wrong)}: not that of {record.path}")


# Attributes that may differ within a study or series: the record has one of the values. An empty date, which may not be
# empty here, becomes a date that nobody mistakes for a real one.
_ONE_OF = {
    "STUDY": {"StudyDate": "study_date", "StudyTime": "study_time"},
    "SERIES": {"SeriesNumber": "series_number"},
}


def _differing(record: Record, files: list[DicomFile], others: bool) -> Iterator[str]:
    for key, attribute in _SAME.get(record.kind, {}).items():
        value = record.keys.get(key)
        # PS3.3 F.5.1: a key must have a value, so other programs invent one if the file has none.
        told = [file for file in files if not others or getattr(file, attribute)]
        wrong = [file.path for file in told if value is not None and str(getattr(file, attribute)) != value]
        if wrong:
            yield f"{key} is not that of {some(wrong)}"
    for key, attribute in _ONE_OF.get(record.kind, {}).items():
        value = record.keys.get(key)
        given = {str(getattr(file, attribute)) for file in files} - {""}
        if value is not None and given and value not in given:
            yield f"{key} is not that of any of its files, such as {files[0].path}"


def agreement(view: RecordView) -> Iterator[Finding]:
    """Keys of patients, studies, series and images, against all files below: one finding for each record."""
    for record, files in view.files_below():
        if unique_key(record) in view.directory.repeated or view.directory.astray:
            continue
        wrong = next(_differing(record, files, view.medium.others), "")
        if wrong:
            yield _found("directory.agrees", record, wrong)


def identifying(view: RecordView) -> Iterator[Finding]:
    """Names and other identifiers in the records themselves; foreign media are meant for treating the patient."""
    for record in view.directory.records if not view.medium.others else ():
        for check, text in record.identifying:
            yield _found(check, record, text)


def _found(check: str, record: Record, text: str) -> Finding:
    return finding(check, f"{DICOMDIR}, {record}", text)


CHECKS = (head, texts, offsets, hierarchy, keys, unique, file_ids, references, agreement, identifying)
