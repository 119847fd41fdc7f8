"""What lists the cases of a bundle: their numbers, DICOMDIR, index, README.TXT and INDEX.HTM, and the crosswalk."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from builder import template
from builder.counts import Counts
from builder.crosswalk import CrosswalkRow, OriginalImage
from builder.dicomdir import dicomdir
from builder.index import index
from builder.plan import BuildPlan, WrittenInstance
from builder.previews import Previews
from builder.write import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from bundle import __version__, layout
from bundle.alterations import is_kept_with_text, masked_share

Progress = Callable[[int, int], None]
# Study Instance UID -> case number.
Cases = Mapping[str, str]


def number_cases(written: Sequence[WrittenInstance], known: Cases, before: int = 0) -> dict[str, str]:
    """The case numbers: known ones stay, as readings name them; new ones follow in the order of the paths.

    So many cases as `before` says are on other media.
    """
    cases: dict[str, str] = {}
    following = max((layout.number_of_case(case) for case in known.values()), default=before)
    for one in written:
        uid = one.study_instance_uid
        if uid in cases:
            continue
        if uid not in known:
            following += 1
        cases[uid] = known.get(uid) or layout.case_number(following)
    return cases


def listings(
    written: Sequence[WrittenInstance], cases: Cases, platforms: Sequence[str], file_set_uid: str, previews: Previews,
    counts: Counts, progress: Progress,
) -> Iterator[tuple[str, bytes]]:  # fmt: skip
    """Path and content of one file after the other, as the largest take 100 MB; the images come sorted by path."""
    yield layout.DICOMDIR, dicomdir(written, file_set_uid, (IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME))
    yield layout.INDEX, index(written, cases, previews, counts, progress)
    yield from template.template_files(_case_lines(written, cases, counts), platforms, version=__version__).items()


def _members(written: Sequence[WrittenInstance], cases: Cases) -> list[tuple[str, list[WrittenInstance]]]:
    """(case number, its instances), by number."""
    members: dict[str, list[WrittenInstance]] = {}
    for one in written:
        members.setdefault(cases[one.study_instance_uid], []).append(one)
    return sorted(members.items(), key=lambda item: layout.number_of_case(item[0]))


def _case_lines(written: Sequence[WrittenInstance], cases: Cases, counts: Counts) -> list[template.CaseLine]:
    return [_case_line(case, members, counts) for case, members in _members(written, cases)]


def _case_line(case: str, members: Sequence[WrittenInstance], counts: Counts) -> template.CaseLine:
    altered = [one.instance.altered for one in members]
    return template.CaseLine(
        case,
        members[0].patient_id,
        len({one.series_instance_uid for one in members}),
        len(members),
        left_out=counts.of_study(members[0].study_instance_uid),
        masked=sum(masked_share(one) is not None for one in altered),
        kept=sum(map(is_kept_with_text, altered)),
    )


def moved_days(plan: BuildPlan) -> dict[str, set[str]]:
    """For each pseudonym the days to which its dates can have moved, with whatever time of day."""
    moved: dict[str, set[str]] = {}
    seen: set[tuple[str, frozenset[tuple[str, str, str]]]] = set()
    for job in plan.jobs:
        for part in plan.sources[job.relative_path][1].identifiers:
            if (job.pseudonym, part) not in seen:
                seen.add((job.pseudonym, part))
                days = (_moved(text, job.offset_seconds) for kind, _, text in part if kind == "date")
                moved.setdefault(job.pseudonym, set()).update(day for pair in days for day in pair)
    return moved


def _moved(day: str, offset_seconds: int) -> Iterator[str]:
    """The day itself moves to one or to the one before, as its time of day says."""
    try:
        moved = datetime.strptime(day, "%Y%m%d") + timedelta(seconds=offset_seconds)
    except (ValueError, OverflowError):
        return
    yield from (f"{one:%Y%m%d}" for one in (moved, moved + timedelta(days=1)))


def crosswalk_rows(plan: BuildPlan, written: Sequence[WrittenInstance], cases: Cases) -> list[CrosswalkRow]:
    """One row for each case of which the plan wrote something."""
    rows = []
    for case, members in _members(written, cases):
        patient, file = plan.sources[members[0].instance.path]
        rows.append(
            CrosswalkRow(
                members[0].patient_id,
                case,
                members[0].study_instance_uid,
                patient.person.patient_id,
                patient.person.name,
                patient.person.birth_date,
                file.study_instance_uid,
                file.study_date,
                file.accession_number,
            )
        )
    return rows


def original_images(plan: BuildPlan, written: Sequence[WrittenInstance]) -> list[OriginalImage]:
    """What the scans call each image that was written; those without UIDs of their own are left out."""
    sources = [(one.instance.sop_instance_uid, plan.sources[one.instance.path][1]) for one in written]
    return [
        OriginalImage(uid, file.series_instance_uid, file.sop_instance_uid)
        for uid, file in sources
        if file.series_instance_uid and file.sop_instance_uid
    ]
