"""Checks of the treatment of text in pictures: files, index and the texts on the medium agree on it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
import re

from builder.check.checks.index import IndexComparison
from builder.check.checks.papers.sentences import mask_unstated
from builder.check.checks.texts import page_rows, text_of
from builder.check.findings import Finding, finding
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium
from bundle.images.alterations import is_kept_with_text, masked_share
from bundle.index.records import Series, Study
from bundle.layout import INDEX, INDEX_PAGE, README

# The words of README.TXT and INDEX.HTM for left out, masked, kept, not chosen and unreadable, in each language.
_WHAT = (
    ("left out", "weggelassen"),
    ("masked", "überdeckt"),
    ("kept with text", "mit Text behalten"),
    ("not chosen", "nicht ausgewählt"),
    ("could not be read", "nicht lesbar"),
)
_NUMBER = re.compile(rf"(\d[\d,.]*) ({'|'.join(word for words in _WHAT for word in words)})")
_LINE = re.compile(r"^ +(CASE-\d+): (.*)$", re.MULTILINE)

Numbers = tuple[int, ...]


def altered(both: IndexComparison) -> Iterator[Finding]:
    """The alterations in each file, in the fixed words, are in the index."""
    if "instance.altered" in both.index.lacks:
        return
    for row in both.index.instances:
        file = both.files.get(row["path"])
        # Other words than the fixed ones are a finding about the file, which then counts as unaltered.
        if file is not None and row["altered"] != file.altered:
            yield finding("index.altered", file.path, "what was done to its pixels is not what the index says")


def stated(both: IndexComparison) -> Iterator[Finding]:
    """A file whose text was overwritten says so with the code for it, and no other file has the code."""
    known = "instance.altered" not in both.index.lacks
    for row in both.index.instances:
        file = both.files.get(row["path"])
        if file is not None and (not known or row["altered"] == file.altered) and mask_unstated(file):
            text = "only one of (0012,0064) with 113101 and (0008,2111) says that text was overwritten"
            yield finding("identity.stated", file.path, text)


def numbers(both: IndexComparison) -> Iterator[Finding]:
    """The numbers of masked images match the files, and no series lost more images than its case."""
    said = _said(both)
    for study in both.index.catalog.studies():
        for series in study.series:
            masked = _masked(said[series.series_id])
            if series.images_masked != masked:
                text = f"images_masked in the index: expected {masked}, found {series.images_masked}"
                yield finding("index.left_out", f"{INDEX}, {study.case}, series {series.series_id}", text)
        of_series = sum(series.images_left_out for series in study.series)
        if study.images_left_out < of_series:
            text = f"images_left_out in the index: {study.images_left_out}, and {of_series} of its series"
            yield finding("index.left_out", f"{INDEX}, {study.case}", text)


def _said(both: IndexComparison) -> dict[int, list[str]]:
    """By series, the alterations in its files; a disagreement with the index is a separate finding."""
    said: dict[int, list[str]] = defaultdict(list)
    for row in both.index.instances:
        file = both.files.get(row["path"])
        if file and file.altered and file.altered == row["altered"]:
            said[row["series_id"]].append(file.altered)
    return said


def _masked(said: Sequence[str]) -> int:
    return sum(masked_share(alteration) is not None for alteration in said)


def _kept(said: Sequence[str]) -> int:
    return sum(map(is_kept_with_text, said))


# Information for the researcher, without anything wrong


def told(both: IndexComparison) -> Iterator[Finding]:
    """Images left out, masked and kept, and those that nobody has reviewed yet."""
    said = _said(both)
    for study in both.index.catalog.studies():
        if not _agrees(study):
            continue
        for series in study.series:
            yield from _of_series(f"{study.case}, series {series.series_number}", series, said[series.series_id])
        gone = study.images_left_out - sum(series.images_left_out for series in study.series)
        if gone > 0:
            yield finding("pictures.left_out", study.case, f"{gone:,} left out, of series of which no image is left")
        if study.images_not_chosen:
            yield finding("pictures.not_chosen", study.case, f"{study.images_not_chosen:,} not chosen")
        if study.images_unreadable:
            yield finding("pictures.unreadable", study.case, f"{study.images_unreadable:,} could not be read")


def _agrees(study: Study) -> bool:
    """Whether its numbers of images left out are possible; if not, that is a separate finding."""
    return study.images_left_out >= sum(series.images_left_out for series in study.series)


def _of_series(subject: str, series: Series, said: Sequence[str]) -> Iterator[Finding]:
    masked, kept = _masked(said), _kept(said)
    number, all_of_it = series.number_of_instances, series.number_of_instances + series.images_left_out
    if series.images_undecided:
        yield finding("pictures.undecided", subject, f"{series.images_undecided:,} of {number:,} wait for a decision")
    if kept:
        yield finding("pictures.kept", subject, f"{kept:,} of {number:,} kept, though text was read in them")
    if series.images_left_out:
        yield finding("pictures.left_out", subject, f"{series.images_left_out:,} of {all_of_it:,} left out")
    if masked:
        yield finding("pictures.masked", subject, f"{masked:,} of {number:,} masked")


CHECKS = (altered, stated, numbers, told)


# The texts


def check_numbers(medium: Medium, both: IndexComparison) -> Iterator[Finding]:
    """README.TXT and INDEX.HTM have the numbers of the index for each case."""
    studies = [study for study in both.index.catalog.studies() if _agrees(study)]
    altered_of = _said(both)
    expected = {study.case: given for study in studies if any(given := _numbers(study, altered_of))}
    readme, page = text_of(medium, README), text_of(medium, INDEX_PAGE)
    said = {} if readme is None else dict(_LINE.findall(readme.replace("\r\n", "\n")))
    rows = [] if page is None else page_rows(page)
    listed = {row[0]: " ".join(row[3:]) for row in rows if row and row[0].startswith("CASE-")}
    texts: tuple[tuple[str, str | None, dict[str, str]], ...] = ((README, readme, said), (INDEX_PAGE, page, listed))
    for path, text, lines in texts:
        found = {case: given for case, line in lines.items() if any(given := _read(line))}
        wrong = sorted(case for case in {*expected, *found} if expected.get(case) != found.get(case))
        if text is not None and wrong:
            yield finding("pdi.left_out", path, f"not the numbers of the index: {some(wrong)}")


def _numbers(study: Study, altered_of: Mapping[int, list[str]]) -> Numbers:
    said = [alteration for series in study.series for alteration in altered_of.get(series.series_id, ())]
    return study.images_left_out, _masked(said), _kept(said), study.images_not_chosen, study.images_unreadable


def _read(line: str) -> Numbers:
    given = {what: int(re.sub("[,.]", "", number)) for number, what in _NUMBER.findall(line)}
    return tuple(sum(given.get(word, 0) for word in words) for words in _WHAT)
