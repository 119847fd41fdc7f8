"""Reads the DICOMDIR (PS3.3 Annex F): its directory records, and the way that their offsets lead."""

from collections import Counter
from dataclasses import dataclass
from io import BytesIO
import warnings

from pydicom import Dataset, dcmread

from builder.check.dicomfile import EXPLICIT_LITTLE_ENDIAN, Unsound, read_meta
from builder.check.elements import Element, Malformed, walk
from builder.check.filechecks import direct, names, strange_texts
from builder.check.parsed import facts_of

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"

# Which PS3.10 7.1 allows others.
PREAMBLE = "the preamble is not empty"

_KEYS = (
    "PatientID", "PatientName", "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID", "SeriesInstanceUID",
    "Modality", "SeriesNumber", "InstanceNumber", "ReferencedSOPClassUIDInFile", "ReferencedSOPInstanceUIDInFile",
    "ReferencedTransferSyntaxUIDInFile",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """One directory record: where it begins and leads, its type, its file and the keys that are looked at."""

    offset: int
    following: int
    lower: int
    kind: str
    file_id: tuple[str, ...]
    keys: dict[str, str]
    identifying: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        """The Referenced File ID as a relative path; empty where the record has none."""
        return "/".join(self.file_id)

    def __str__(self) -> str:
        return f"{self.kind} record at byte {self.offset}"


@dataclass(frozen=True, slots=True)
class Directory:
    """The DICOMDIR: every record in use, each with those above it, and what is wrong with the way to them."""

    records: tuple[Record, ...]
    above: dict[int, tuple[Record, ...]]
    astray: tuple[str, ...]
    head: tuple[str, ...]
    texts: tuple[str, ...]
    repeated: frozenset[str]


def read_directory(content: bytes) -> Directory:
    """Read a DICOMDIR from its bytes; raises Unsound."""
    if content[128:132] != b"DICM":
        raise Unsound("directory.unreadable", "there is no 'DICM' behind the first 128 bytes")
    meta, start = _read_meta(content)
    elements, dataset = _parse(content, start, meta[0x00020010])
    records = tuple(map(_record, _items(dataset)))
    above, astray = _follow(dataset, {record.offset: record for record in records})
    head, texts = tuple(_head(content, meta, dataset)), tuple(strange_texts(content, elements))
    return Directory(records, above, tuple(astray), head, texts, _repeated(records))


def _read_meta(content: bytes) -> tuple[dict[int, str], int]:
    try:
        return read_meta(content)
    except Unsound as fault:
        raise Unsound("directory.unreadable", str(fault)) from None


def _parse(content: bytes, start: int, transfer_syntax: str) -> tuple[list[Element], Dataset]:
    if transfer_syntax != EXPLICIT_LITTLE_ENDIAN:
        raise Unsound("directory.unreadable", f"expected {EXPLICIT_LITTLE_ENDIAN}, found {transfer_syntax}")
    try:
        elements = list(walk(content, start, len(content)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return elements, dcmread(BytesIO(content))
    except Malformed as error:
        raise Unsound("directory.unreadable", str(error)) from None
    except Exception as error:  # whatever pydicom stumbles over, other readers will stumble as well
        raise Unsound("directory.unreadable", f"{type(error).__name__}: {error}") from None


def _items(dataset: Dataset) -> list[Dataset]:
    """The records in use: PS3.3 F.3.2.2.1 lets a File-set Updater mark others as inactive with 0."""
    return [item for item in dataset.get("DirectoryRecordSequence") or [] if item.get("RecordInUseFlag") != 0]


def _record(item: Dataset) -> Record:
    persons, filled = facts_of(item)
    file_id = item.get("ReferencedFileID") or ()
    return Record(
        # Where the item's tag begins; pydicom keeps it for this purpose.
        offset=int(getattr(item, "seq_item_tell", 0) or 0),
        following=int(item.get("OffsetOfTheNextDirectoryRecord") or 0),
        lower=int(item.get("OffsetOfReferencedLowerLevelDirectoryEntity") or 0),
        kind=str(item.get("DirectoryRecordType") or "?"),
        file_id=(file_id,) if isinstance(file_id, str) else tuple(map(str, file_id)),
        keys={keyword: str(item.get(keyword)) for keyword in _KEYS if item.get(keyword) not in (None, "")},
        identifying=(
            *(("identity.name", text) for text in (names(str(item.PatientID), persons) if "PatientID" in item else ())),
            *(("identity.direct", text) for text in direct(filled)),
        ),
    )


def _follow(dataset: Dataset, records: dict[int, Record]) -> tuple[dict[int, tuple[Record, ...]], list[str]]:
    """Go from the first record along the offsets: what stands above each record that is reached, and what is wrong."""
    first = int(dataset.get("OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity") or 0)
    last = int(dataset.get("OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity") or 0)
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
        astray.append(f"the last root record is said to be at byte {last}")
    return above, astray


def _head(content: bytes, meta: dict[int, str], dataset: Dataset) -> list[str]:
    wrong = []
    if content[:128] != bytes(128):
        wrong.append(PREAMBLE)
    if meta[0x00020002] != MEDIA_STORAGE_DIRECTORY:
        wrong.append(f"the SOP class is {meta[0x00020002]}")
    if dataset.get("FileSetConsistencyFlag") != 0:
        wrong.append("the File-set Consistency Flag (0004,1212) is not 0: known inconsistencies")
    return wrong


_UNIQUE = {
    "PATIENT": "PatientID", "STUDY": "StudyInstanceUID", "SERIES": "SeriesInstanceUID",
    "IMAGE": "ReferencedSOPInstanceUIDInFile",
}  # fmt: skip


def unique_key(record: Record) -> str:
    """What tells a record from all others of its type, such as 'PATIENT P123'; empty where it has none."""
    value = record.keys.get(_UNIQUE.get(record.kind, ""), "")
    return f"{record.kind} {value}" if value else ""


def _repeated(records: tuple[Record, ...]) -> frozenset[str]:
    found = Counter(filter(None, map(unique_key, records)))
    return frozenset(key for key, times in found.items() if times > 1)
