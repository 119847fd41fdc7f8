"""Whether images have the attributes of their IOD: by dciodvfy if it is installed, else by a minimum of our own."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
import os
import re
import shutil
import subprocess

from builder.check.findings import Finding, finding
from builder.check.medium.dicom_file import DicomFile
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium, Progress
from builder.check.places.place import file_for_programs, has_file_for_programs

VALIDATOR = "dciodvfy"
# It takes a hundredth of a second; a file that takes longer is stopped.
_PATIENCE = 20.0
# 1,200 masks take it four seconds, 2,400 half a minute.
_MOST_MASKS = 500
_MARK = "Error - "
_MISSING = re.compile(r"Missing attribute Type (\w+) \w+ Element=<(\w+)> Module=<(\w+)>")
# The values that it quotes may identify a person, and reports are sent on: only names of attributes and modules stay.
_VALUE = re.compile(r" +\w\w \[\d+\] = <.*|(?<=value) <.*>(?= for value)| - values? (?:is|are) .*", re.DOTALL)
_QUOTED = re.compile(r"(?<!Element=)(?<!Module=)(?<!Module )(?<!attribute )<[^<>]*>")
_TIMED_OUT = f"{VALIDATOR} did not come to an end"


class Validation(Enum):
    """How much dciodvfy reads, if it is installed; our own minimum applies to every file."""

    NONE = "none"
    SERIES = "series"
    ALL = "all"


Problems = frozenset[str]


def check_iods(medium: Medium, validation: Validation, step: Callable[[str], Progress]) -> Iterator[Finding]:
    """One finding for each set of problems that files share.

    dciodvfy reads one file of each series, or all, as `validation` says; of the others, missing attributes are counted.
    """
    chosen = _chosen(medium.dicom.values(), validation if has_file_for_programs(medium.root) else Validation.NONE)
    whole = bool(chosen) and validation is Validation.ALL
    validated = _validated(medium, chosen, step(f"Letting {VALIDATOR} read every image") if whole else None)
    problems: dict[Problems, list[DicomFile]] = {}
    for path, file in medium.dicom.items():
        found = validated.get(path, _known_of_series(file, validated, medium))
        if found:
            problems.setdefault(found, []).append(file)
    for found, files in problems.items():
        series = len({file.series_instance_uid for file in files})
        more = f" (the same in {len(files):,} of the files checked, in {series} series)" if len(files) > 1 else ""
        yield finding("dicom.iod", files[0].path, some(sorted(found)) + more)


def _chosen(files: Iterable[DicomFile], validation: Validation) -> list[DicomFile]:
    if validation is Validation.NONE or shutil.which(VALIDATOR) is None:
        return []
    files = filter(_is_quick, files)
    if validation is Validation.ALL:
        return list(files)
    first: dict[str, DicomFile] = {}
    for file in files:
        first.setdefault(file.series_instance_uid, file)
    return list(first.values())


def _is_quick(file: DicomFile) -> bool:
    """Whether dciodvfy comes to an end: its time grows with more than the square of the number of masks."""
    masks = file.pixel_length * 8 // max(file.rows * file.columns * file.bits_allocated, 1)
    return not file.is_segmentation or masks <= _MOST_MASKS


def _known_of_series(file: DicomFile, validated: Mapping[str, Problems], medium: Medium) -> Problems:
    """The missing attributes of a file; with dciodvfy's words from a similar file of the series that lacks the same."""
    if not file.lacking:
        return frozenset()
    for path, problems in validated.items():
        other = medium.dicom[path]
        if (other.series_instance_uid, other.lacking) == (file.series_instance_uid, file.lacking):
            return problems
    return frozenset(f"{keyword} is missing" for keyword in file.lacking)


def _validated(medium: Medium, files: Sequence[DicomFile], progress: Progress | None) -> dict[str, Problems]:
    found: dict[str, Problems] = {}
    with ThreadPoolExecutor(os.cpu_count()) as runners:
        told = runners.map(lambda file: _errors(medium, file.path), files)
        for done, (file, problems) in enumerate(zip(files, told, strict=True), start=1):
            found[file.path] = problems
            if progress:
                progress(done, len(files))
    return found


def _errors(medium: Medium, path: str) -> Problems:
    try:
        with file_for_programs(medium.root / path) as file:
            ran = subprocess.run([VALIDATOR, file], capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return frozenset({_TIMED_OUT})
    lines = (ran.stdout + ran.stderr).decode("utf-8", "replace").splitlines()
    return frozenset(_words(line.removeprefix(_MARK).strip()) for line in lines if line.startswith(_MARK))


def _words(line: str) -> str:
    """'KVP is missing (type 2, module CTImage)'; other messages stay as they are, except for values."""
    missing = _MISSING.fullmatch(line)
    return (
        f"{missing[2]} is missing (type {missing[1]}, {missing[3]})"
        if missing
        else _QUOTED.sub("...", _VALUE.sub("", line))
    )
