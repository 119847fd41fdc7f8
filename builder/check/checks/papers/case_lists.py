"""Checks of the lists of cases that people read: INDEX.HTM, and MEDIA.CSV beside the media of one build."""

from collections.abc import Iterator, Mapping, Sequence
import csv
from io import StringIO
import re
from typing import NamedTuple

from builder.check.checks.index import IndexComparison
from builder.check.checks.texts import page_rows, text_of
from builder.check.findings import Finding, finding
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium
from builder.check.places.place import drive_of, read_file
from bundle.layout import FORM, INDEX_PAGE, number_of_case
from bundle.reading.form_file import MAX_FORM, FormMistaken, decode_form
from bundle.veiled import is_veiled

MEDIA_LIST = "MEDIA.CSV"
_LONGEST = 16 << 20
_CASE = re.compile(r"CASE-\d{3,9}")


class _Line(NamedTuple):
    pseudonym: str
    series: int
    images: int


def check_case_lists(medium: Medium, both: IndexComparison) -> Iterator[Finding]:
    """Number, pseudonym and counts of each case, as the files have them under the number that the index gives."""
    expected = _of_files(both)
    if expected is None:
        return
    page = text_of(medium, INDEX_PAGE)
    if page is not None:
        wrong = _wrong_on_page(expected, page_rows(page), _hides_patients(medium))
        if wrong:
            yield finding("pdi.cases", INDEX_PAGE, f"not as the index and the files have it: {some(wrong)}")
    listed = _media_list(medium)
    if listed:
        given = {case: (who, images) for case, who, images in listed}
        true = {case: (line.pseudonym, str(line.images)) for case, line in expected.items()}
        wrong = sorted(case for case in {*given, *true} if given.get(case) != true.get(case))
        if wrong or len(given) != len(listed):
            yield finding(
                "media.list", f"../{MEDIA_LIST}", f"not as the index has it: {some(wrong) or 'one case twice'}"
            )


def _of_files(both: IndexComparison) -> Mapping[str, _Line] | None:
    """Each case, by its number; None if the index contradicts itself or the files, which is a finding by itself."""
    paths, studies = {row["path"] for row in both.index.instances}, both.index.catalog.studies()
    images = {path for path, file in both.medium.dicom.items() if not file.is_segmentation}
    if paths != both.files.keys() or paths != images:
        return None
    uids = {study.study_instance_uid for study in studies}
    if len({study.case for study in studies}) < len(studies) or uids != {
        file.study_instance_uid for file in both.files.values()
    }:
        return None
    lines: dict[str, _Line] = {}
    for study in studies:
        files = [file for file in both.files.values() if file.study_instance_uid == study.study_instance_uid]
        if files and _CASE.fullmatch(study.case):
            series = {file.series_instance_uid for file in files}
            lines[study.case] = _Line(files[0].patient_id, len(series), len(files))
    return lines


def _hides_patients(medium: Medium) -> bool | None:
    """Whether the page must not tell a blinded reader which cases are of one patient; None if it may or may not.

    Bundles whose form is not veiled are older: their pages named the pseudonyms.
    """
    try:
        content = read_file(medium.root / FORM, MAX_FORM)
        form = decode_form(content, is_old=True)
    except (OSError, FormMistaken):
        return None if FORM in medium.files else False
    if "pseudonym" in form.show:
        return False
    return True if is_veiled(content) else None


def _wrong_on_page(expected: Mapping[str, _Line], rows: Sequence[Sequence[str]], hides: bool | None) -> list[str]:
    """The cases of the page with other values, and those that are not in the order of their numbers.

    That the page does not list a case at all is found by `pdi.page`.
    """
    listed = [row for row in rows if row and _CASE.fullmatch(row[0])]
    found = {row[0]: _line(row, expected.get(row[0]), hides) for row in listed}
    all_there = expected.keys() <= found.keys()
    wrong = {case for case, line in found.items() if expected.get(case, None if all_there else line) != line}
    numbers = [number_of_case(row[0]) for row in listed]
    if all_there and not wrong and numbers != sorted(set(numbers)):
        wrong = {row[0] for row in listed}
    return sorted(wrong)


def _line(row: Sequence[str], expected: _Line | None, hides: bool | None) -> _Line | None:
    """What a row says; without a pseudonym, that of the case. None if it says it where it must not, or the reverse."""
    names = len(row) > 3 and _number(row[3]) is not None
    if hides is not None and names is hides:
        return None
    series, images = (_number(text) for text in (row[2:4] if names else [*row, "", ""][1:3]))
    pseudonym = row[1] if names else expected.pseudonym if expected else ""
    return None if series is None or images is None else _Line(pseudonym, series, images)


def _number(text: str) -> int | None:
    digits = re.sub("[.,]", "", text)
    return int(digits) if digits.isascii() and digits.isdigit() else None


def _media_list(medium: Medium) -> list[tuple[str, str, str]]:
    """(Case, pseudonym, images) of this medium in the list beside it; empty if it is not there, or alone."""
    root = drive_of(medium.root).resolve()
    try:
        text = read_file(root.parent / MEDIA_LIST, _LONGEST).decode("utf-8", "replace")
        rows = list(csv.reader(StringIO(text)))
    except (OSError, csv.Error):
        return []
    return [(row[1], row[2], row[3]) for row in rows if len(row) == 4 and row[0] == root.name]
