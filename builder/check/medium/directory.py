"""Reads the DICOMDIR (PS3.3 Annex F): its directory records, and the chain of their offsets."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from builder.check.medium.dicom_file import EXPLICIT_LITTLE_ENDIAN, Unsound, read_meta
from builder.check.medium.elements import Malformed, items
from builder.check.medium.file_checks import direct, names, strange_texts
from builder.check.medium.parsed_header import HeaderReader, ParsedHeader, Values

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"

# Directory Record Sequence (0004,1220), the last element of a DICOMDIR.
_RECORDS = 0x00041220
# An image has a record, and at worst a patient, a study and a series of its own; other programs leave unused ones.
_MOST_OF_FILE, _MORE = 4, 10_000
# PS3.10 7.1 allows it to other programs.
PREAMBLE = "the preamble is not empty"

_KEYS = (
    "PatientID", "PatientName", "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "SeriesInstanceUID",
    "Modality", "SeriesNumber", "InstanceNumber", "ReferencedSOPClassUIDInFile", "ReferencedSOPInstanceUIDInFile",
    "ReferencedTransferSyntaxUIDInFile",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One directory record: its place and links, its type, its file and the keys that are checked."""

    offset: int
    following: int
    lower: int
    kind: str
    file_id: tuple[str, ...]
    keys: dict[str, str]
    identifying: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        """The Referenced File ID as a relative path; empty if the record has none."""
        return "/".join(self.file_id)

    def __str__(self) -> str:
        return f"{self.kind} record at byte {self.offset}"


@dataclass(frozen=True, slots=True)
class Directory:
    """The DICOMDIR: every record in use, each with its parents, and the problems of the links to them."""

    records: tuple[Record, ...]
    above: dict[int, tuple[Record, ...]]
    astray: tuple[str, ...]
    head: tuple[str, ...]
    texts: tuple[str, ...]
    repeated: frozenset[str]


def read_directory(content: bytes, files: int) -> Directory:
    """Read a DICOMDIR from its bytes; raises Unsound, also if it has far more records than the medium has files."""
    if content[128:132] != b"DICM":
        raise Unsound("directory.unreadable", "there is no 'DICM' behind the first 128 bytes")
    meta, start = _read_meta(content)
    if meta[0x00020010] != EXPLICIT_LITTLE_ENDIAN:
        raise Unsound("directory.unreadable", f"expected {EXPLICIT_LITTLE_ENDIAN}, found {meta[0x00020010]}")
    head, records, texts = _parse(content, start, _MOST_OF_FILE * files + _MORE)
    above, astray = _follow(head.values, {record.offset: record for record in records})
    wrong = tuple(_head(content, meta, head.values))
    return Directory(records, above, tuple(astray), wrong, texts, _repeated(records))


def _read_meta(content: bytes) -> tuple[dict[int, str], int]:
    try:
        return read_meta(content)
    except Unsound as fault:
        raise Unsound("directory.unreadable", str(fault)) from None


def _parse(content: bytes, start: int, most: int) -> tuple[ParsedHeader, tuple[Record, ...], tuple[str, ...]]:
    """The elements before the records, the records, and the problems of their texts; parsed records are not kept."""
    reader, records, kept = HeaderReader(), HeaderReader(), list[Record]()
    try:
        head, sequence = reader.read(content, start, len(content), end=_RECORDS)
        places = items(content, sequence, len(content)) if sequence else ()
        texts = dict.fromkeys(_strange_texts(head))
        for number, (at, begin, end) in enumerate(places):
            if number >= most:
                raise Malformed(f"it has more than {most:,} records, far more than there are files")
            header = records.read(content, begin, end, end=-1)[0]
            texts |= dict.fromkeys(_strange_texts(header))
            if header.values.get("RecordInUseFlag") != 0:
                kept.append(_record(at, header))
        return head, tuple(kept), tuple(texts)
    except Malformed as error:
        raise Unsound("directory.unreadable", str(error)) from None
    except Exception as error:  # if pydicom fails, other readers will fail, too
        raise Unsound("directory.unreadable", f"{type(error).__name__}: {error}") from None


def _strange_texts(header: ParsedHeader) -> Iterator[str]:
    yield from strange_texts(header.character_set, header.foreign)


def _record(offset: int, header: ParsedHeader) -> Record:
    """A record in use: PS3.3 F.3.2.2.1 lets a File-set Updater mark others as inactive with 0."""
    values = header.values
    file_id = values.get("ReferencedFileID") or ()
    patient = str(values.get("PatientID") or "")
    return Record(
        offset=offset,
        following=int(values.get("OffsetOfTheNextDirectoryRecord") or 0),
        lower=int(values.get("OffsetOfReferencedLowerLevelDirectoryEntity") or 0),
        kind=str(values.get("DirectoryRecordType") or "?"),
        file_id=(file_id,) if isinstance(file_id, str) else tuple(map(str, file_id)),
        keys={keyword: str(values[keyword]) for keyword in _KEYS if values.get(keyword) not in (None, "")},
        identifying=(
            *(("identity.name", text) for text in (names(patient, header.persons) if "PatientID" in values else ())),
            *(("identity.direct", text) for text in direct(header.filled)),
        ),
    )


def _follow(values: Values, records: dict[int, Record]) -> tuple[dict[int, tuple[Record, ...]], list[str]]:
    """Follow the offsets from the first record: the parents of each record reached, and the problems."""
    first = int(values.get("OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity") or 0)
    last = int(values.get("OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity") or 0)
    above: dict[int, tuple[Record, ...]] = {}
    astray: list[str] = []
    todo: list[tuple[int, tuple[Record, ...]]] = [(first, ())]
    while todo:
        offset, parents = todo.pop()
        if offset in above:
            astray.append(f"two offsets lead to byte {offset}")
        elif offset in records:
            above[offset] = parents
            record = records[offset]
            todo += [(record.following, parents), (record.lower, (*parents, record))]
        elif offset:
            astray.append(f"an offset leads to byte {offset}, where no record begins")
    lost = len(records) - len(above)
    if lost:
        astray.append(f"{lost} records are not reached")
    ends = [offset for offset, parents in above.items() if not parents and not records[offset].following]
    if not astray and last not in ends and records:
        astray.append(f"the DICOMDIR names byte {last} as the last root record")
    return above, astray


def _head(content: bytes, meta: dict[int, str], values: Values) -> list[str]:
    wrong = []
    if content[:128] != bytes(128):
        wrong.append(PREAMBLE)
    if meta[0x00020002] != MEDIA_STORAGE_DIRECTORY:
        wrong.append(f"the SOP class is {meta[0x00020002]}")
    if values.get("FileSetConsistencyFlag") != 0:
        wrong.append("the File-set Consistency Flag (0004,1212) is not 0: known inconsistencies")
    return wrong


_UNIQUE = {
    "PATIENT": "PatientID", "STUDY": "StudyInstanceUID", "SERIES": "SeriesInstanceUID",
    "IMAGE": "ReferencedSOPInstanceUIDInFile",
}  # fmt: skip


def unique_key(record: Record) -> str:
    """Distinguishes a record from all others of its type, such as 'PATIENT P123'; empty without a key."""
    value = record.keys.get(_UNIQUE.get(record.kind, ""), "")
    return f"{record.kind} {value}" if value else ""


def _repeated(records: tuple[Record, ...]) -> frozenset[str]:
    found = Counter(filter(None, map(unique_key, records)))
    return frozenset(key for key, times in found.items() if times > 1)
