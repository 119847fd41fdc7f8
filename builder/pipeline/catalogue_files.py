"""Writes the lists of a bundle's cases: DICOMDIR, index, README.TXT and pages; knows the days of shifted dates."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
import hashlib
from itertools import chain
from pathlib import Path

from builder.build_plan import BuildPlan
from builder.catalogue import template
from builder.catalogue.cleaning import CleaningStated, cleaning_of
from builder.catalogue.compact_forms import CompactForms
from builder.catalogue.dicomdir import dicomdir
from builder.catalogue.index import index
from builder.catalogue.left_out import Counts
from builder.catalogue.previews import Previews
from builder.catalogue.web_chunks import Chunks
from builder.catalogue.web_files import web_files
from builder.content import ContentKind
from builder.deidentify import Option
from builder.deidentify.policy import BASIC
from builder.drive import target
from builder.freeze import Pack
from builder.pipeline.context import Context
from builder.pipeline.existing_bundle import Present
from builder.pipeline.outcome import BuildOptions
from builder.pipeline.viewers import copy_packs
from builder.plan import Progress, WrittenInstance
from builder.write.write import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from bundle import __version__, layout
from bundle.hanging_file import hanging_text
from bundle.hanging_protocol import Hanging
from bundle.images.alterations import is_kept_with_text, masked_share
from bundle.reading import form_file
from bundle.reading.form import Form

# Study Instance UID -> case number.
Cases = Mapping[str, str]


def listings(
    written: Sequence[WrittenInstance], cases: Cases, platforms: Sequence[str], file_set_uid: str, previews: Previews,
    counts: Counts, progress: Progress, language: str, cleaning: CleaningStated, form: Form | None,
    chunks: Chunks | None, hanging: Hanging | None,
) -> Iterator[tuple[str, bytes]]:  # fmt: skip
    """Path and content of one file after the other, since the largest take 100 MB; the images come sorted by path.

    `form` is that of the medium, also if it lies there already: INDEX.HTM says no pseudonym that a blinded reader must
    not see, and the reader in a browser asks its questions; `hanging` are the rules of the medium. With `chunks`, a
    browser shows the images without being given the folder of the medium.
    """
    yield layout.DICOMDIR, dicomdir(written, file_set_uid, (IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME))
    compacts = CompactForms(previews.root)
    listed = index(written, cases, previews, counts, compacts, progress)
    yield layout.INDEX, listed
    yield from compacts.files()
    yield from web_files(listed, form, chunks, hanging or Hanging())
    del listed
    lines = _case_lines(written, cases, counts)
    if not names_patients(form):
        lines = [replace(line, pseudonym="") for line in lines]
    files = template.template_files(
        lines, platforms, version=__version__, language=language, cleaning=cleaning, for_browsers=chunks is not None
    )
    yield from files.items()


def write_lists(
    written: Sequence[WrittenInstance], cases: dict[str, str], file_set_uid: str, present: Present, counts: Counts,
    root: Path, previews: Previews, options: BuildOptions, context: Context, packs: Sequence[Pack],
    cleaning: CleaningStated, chunks: Chunks | None,
) -> dict[str, str]:  # fmt: skip
    """Write everything but the images below `root`; path -> SHA-256 of all that is in the bundle."""
    digests = present.viewers | {image.instance.path: image.instance.digest for image in written}
    platforms = [*present.platforms, *(pack.platform for pack in packs)]
    progress = context.talk.step("Making the index and previews")
    language = options.language or present.language
    content = listings(
        written, cases, platforms, file_set_uid, previews, counts, progress, language, cleaning,
        form=options.form or present.form, chunks=chunks, hanging=options.hanging or present.hanging,
    )  # fmt: skip
    for path, data in chain(content, researchers_files(options.form, options.hanging, cases)):
        target.write_file(root, path, data)
        digests[path] = hashlib.sha256(data).hexdigest()
        del data  # it may be large, and the next one is made now
    return digests | copy_packs(packs, root, context.talk.step("Copying the viewers"))


def names_patients(form: Form | None) -> bool:
    """Whether a reader of this form may see pseudonyms; without a form, nobody is blinded."""
    return form is None or "pseudonym" in form.show


def researchers_files(form: Form | None, hanging: Hanging | None, cases: Cases) -> Iterator[tuple[str, bytes]]:
    """Path and content of the form and the hanging rules."""
    if form is not None:
        form_file.check_cases(form, sorted(set(cases.values())), "form")
        yield layout.FORM, form_file.form_content(form)
    if hanging is not None:
        yield layout.HANGING, hanging_text(hanging).encode()


def said_of_cleaning(written: Iterable[WrittenInstance]) -> CleaningStated:
    """What the written files say of their de-identification."""
    images = (record for record in written if record.content is ContentKind.IMAGES)
    meanings = dict([BASIC, *((option.code, option.meaning) for option in Option if option.code)])
    return cleaning_of(images, meanings)


@dataclass(slots=True)
class _Case:
    """The data of a case for the lists: its first image; the numbers of its images, masked and kept, and of its
    segmentations; and its series."""

    first: WrittenInstance
    images: int = 0
    masked: int = 0
    kept: int = 0
    segmentations: int = 0
    series: set[str] = field(default_factory=set)


def _by_number(written: Iterable[WrittenInstance], cases: Cases) -> list[tuple[str, _Case]]:
    """(case number, its data), by number."""
    found: dict[str, _Case] = {}
    for image in written:
        case = found.setdefault(cases[image.study_instance_uid], _Case(image))
        if image.content is ContentKind.SEGMENTATIONS:
            case.segmentations += 1
            continue
        case.images += 1
        case.masked += masked_share(image.instance.altered) is not None
        case.kept += is_kept_with_text(image.instance.altered)
        case.series.add(image.series_instance_uid)
    return sorted(found.items(), key=lambda item: layout.number_of_case(item[0]))


def _case_lines(written: Iterable[WrittenInstance], cases: Cases, counts: Counts) -> list[template.CaseLine]:
    return [
        template.CaseLine(
            number,
            case.first.patient_id,
            len(case.series),
            case.images,
            left_out=counts.of_study(case.first.study_instance_uid),
            masked=case.masked,
            kept=case.kept,
            not_chosen=counts.not_chosen[case.first.study_instance_uid],
            unreadable=counts.unreadable[case.first.study_instance_uid],
            segmentations=case.segmentations,
        )
        for number, case in _by_number(written, cases)
    ]


def moved_days(plan: BuildPlan) -> dict[str, set[str]]:
    """For each pseudonym the days to which its dates may have been shifted, for every time of day."""
    moved: dict[str, set[str]] = {}
    seen: set[tuple[str, Collection[tuple[str, str, str]]]] = set()
    jobs = chain(plan.jobs, (planned.job for planned in plan.segmentations))
    for job, file in zip(jobs, plan.files(), strict=True):
        for part in file.identifiers:
            of_patient = moved.setdefault(job.pseudonym, set())
            if any(kind == "date" for kind, _, _ in part) and (job.pseudonym, part) not in seen:
                seen.add((job.pseudonym, part))
                days = (_moved(text, job.shift.seconds) for kind, _, text in part if kind == "date")
                of_patient.update(day for pair in days for day in pair)
    return moved


def _moved(day: str, offset_seconds: int) -> Iterator[str]:
    """A day is shifted to one of two days, depending on its time of day."""
    try:
        moved = datetime.strptime(day, "%Y%m%d") + timedelta(seconds=offset_seconds)
    except (ValueError, OverflowError):
        return
    yield from (f"{date:%Y%m%d}" for date in (moved, moved + timedelta(days=1)))
