"""The files that a build will write, and the source of each."""

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from builder.plan import ScannedFile, SourcePatient, SourceSeries, WriteJob
from bundle import layout

# (kind, keyword, text).
Identifiers = frozenset[tuple[str, str, str]]
# A person's UIDs and dates of examinations are many, and each stands only where UIDs and dates stand.
_OF_PERSONS = frozenset({"name", "id", "phone", "address", "device", "institution"})


@dataclass(frozen=True, slots=True)
class BuildPlan:
    """All jobs in the order of the files on the medium, and the source of each, by its new path.

    `studies` gives, for each new Study Instance UID, the UID that the key knows the study by, whatever the policy;
    `own`, for each pseudonym, the person's identifiers. `jobs` are images; `segmentations` are written after them.
    """

    jobs: Sequence[WriteJob]
    sources: "Sources"
    bytes_needed: int
    studies: Mapping[str, str]
    own: Mapping[str, Identifiers] = field(default_factory=dict)
    segmentations: Sequence["SegmentationJob"] = ()

    def files(self) -> Iterator[ScannedFile]:
        """Every source file: the images in the order of their jobs, then the segmentations."""
        yield from self.sources.files()
        yield from (planned.file for planned in self.segmentations)


class SegmentationJob(NamedTuple):
    """A segmentation to write once its images are written, its source, and the new UID of their series."""

    job: WriteJob
    file: ScannedFile
    lies_on: str


class Sources(Mapping[str, tuple[SourcePatient, ScannedFile]]):
    """New path -> its source; the files stay in their series, which may be packed (`builder/spool.py`)."""

    def __init__(self) -> None:
        self._series: dict[str, tuple[SourcePatient, SourceSeries, array[int]]] = {}

    def add(self, patient: SourcePatient, series: SourceSeries, paths: Sequence[str]) -> None:
        """Add the new paths of the images of a series, in order, all in one folder of their own."""
        numbers = array("L", map(layout.number_of, paths))
        self._series[_folder_of(paths[0])] = patient, series, numbers

    def __getitem__(self, path: str) -> tuple[SourcePatient, ScannedFile]:
        patient, series, numbers = self._series[_folder_of(path)]
        number = layout.number_of(path)
        likely = number - numbers[0]  # there are gaps only after additions to a bundle
        if not (0 <= likely < len(numbers) and numbers[likely] == number):
            likely = numbers.index(number) if number in numbers else -1
        if likely < 0:
            raise KeyError(path)
        return patient, series.instances[likely].file

    def __iter__(self) -> Iterator[str]:
        for folder, (_, _, numbers) in self._series.items():
            yield from (layout.path_in(folder, number) for number in numbers)

    def __len__(self) -> int:
        return sum(len(numbers) for _, _, numbers in self._series.values())

    def files(self) -> Iterator[ScannedFile]:
        """All files, in the order of the jobs."""
        for _, series, _ in self._series.values():
            yield from (instance.file for instance in series.instances)


def own_identifiers(files: Iterable[ScannedFile]) -> Identifiers:
    """What names one person in the headers of all of their files: names, numbers, addresses, dates of birth, places."""
    found: set[tuple[str, str, str]] = set()
    seen: set[Collection[tuple[str, str, str]]] = set()
    for part in (part for file in files for part in file.identifiers if part not in seen):
        if isinstance(part, frozenset):  # shared by a series; others are the few of one file
            seen.add(part)
        found.update(filter(_is_of_person, part))
    return frozenset(found)


def _is_of_person(entry: tuple[str, str, str]) -> bool:
    kind, keyword, _ = entry
    return kind in _OF_PERSONS or (kind == "date" and "Birth" in keyword)


def _folder_of(path: str) -> str:
    return path.rpartition("/")[0]
