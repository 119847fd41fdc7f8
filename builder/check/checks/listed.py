"""Checks that the files, the DICOMDIR and the index list the same: in both directions, each problem reported once."""

from collections.abc import Iterator
from dataclasses import dataclass

from builder.check.checks.index import Index, is_place
from builder.check.findings import Finding, finding
from builder.check.medium.directory import Directory
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium
from bundle.layout import DICOMDIR, INDEX


@dataclass(frozen=True, slots=True)
class Named:
    """One of the two lists of files: its name, and the paths and SOP Instance UIDs in it."""

    place: str
    check: str
    paths: frozenset[str]
    uids: frozenset[str]


def check_lists(medium: Medium, directory: Named | None, index: Index | None) -> Iterator[Finding]:
    """Listed files that are missing, files that are not listed, and files with the same instance."""
    lists = [*([directory] if directory else ()), *_index_list(medium, index)]
    yield from _missing(medium, lists)
    yield from _unlisted(medium, lists)
    yield from _duplicates(medium)
    yield from _inconsistent(medium, "series_instance_uid", "series_number")
    yield from _inconsistent(medium, "study_instance_uid", "study_date")


def named_by(directory: Directory, medium: Medium) -> Named:
    """The list of the DICOMDIR."""
    paths = frozenset(record.path for record in directory.records if is_place(record.path, medium))
    uids = frozenset(record.keys.get("ReferencedSOPInstanceUIDInFile", "") for record in directory.records)
    return Named(DICOMDIR, "directory.unlisted", paths, uids)


def _index_list(medium: Medium, index: Index | None) -> Iterator[Named]:
    if index is not None:
        # Other paths are reported separately.
        listed = [(row["path"], str(row["sop_instance_uid"])) for row in index.instances]
        listed += [(segmentation.path, segmentation.sop_instance_uid) for segmentation in index.segmentations]
        paths = frozenset(path for path, _ in listed if is_place(path, medium))
        yield Named(INDEX, "index.unlisted", paths, frozenset(uid for _, uid in listed))


def _missing(medium: Medium, lists: list[Named]) -> Iterator[Finding]:
    for path in sorted({path for list_ in lists for path in list_.paths}):
        if not medium.has(path):
            places = " and ".join(list_.place for list_ in lists if path in list_.paths)
            yield finding("files.missing", path, f"named by {places}, but it is not on the medium")


def _unlisted(medium: Medium, lists: list[Named]) -> Iterator[Finding]:
    for path, file in medium.dicom.items():
        # A list with the instance under another path, or another instance under the path, has only that error.
        without = [list_ for list_ in lists if path not in list_.paths and file.sop_instance_uid not in list_.uids]
        if without:
            alone = len(without) == 1 and (len(lists) > 1 or medium.others)
            check = without[0].check if alone else "files.unlisted"
            yield finding(check, path, f"not named by {' and '.join(list_.place for list_ in without)}")


def _duplicates(medium: Medium) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for path, file in medium.dicom.items():
        other = first.setdefault(file.sop_instance_uid, path)
        if other != path:
            yield finding("files.duplicate", path, f"holds the same SOP instance as {other}")


def _inconsistent(medium: Medium, entity: str, attribute: str) -> Iterator[Finding]:
    """Attributes of a series or study as a whole that differ between its files."""
    values: dict[str, dict[object, str]] = {}
    for path, file in medium.dicom.items():
        values.setdefault(getattr(file, entity), {}).setdefault(getattr(file, attribute), path)
    for found in values.values():
        if len(found) > 1:
            path, *others = found.values()
            yield finding("files.consistent", path, f"{attribute} is another one in {some(others)}")
