"""The bundle already on the drive: every image is read back and verified before the bundle is changed."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field, replace
import hashlib
from pathlib import Path
from typing import TypeVar

from builder.catalogue.left_out import Counts, counts_on
from builder.catalogue.template import ENGLISH, language_of
from builder.content import ContentKind
from builder.drive import staging
from builder.errors.change import DamagedOnDrive, NoSuchCase
from builder.key.register import manifest_digest
from builder.plan import Notice, Progress, WriteJob, WrittenInstance
from builder.write.readback import read_written
from bundle import manifest, web
from bundle.bounded import read_file
from bundle.errors import BundleError, NoBundle
from bundle.hanging_file import MAX_BYTES, HangingMistaken, decode_hanging
from bundle.hanging_protocol import Hanging
from bundle.index.index import Catalog
from bundle.layout import (
    DICOM_FOLDER,
    FORM,
    FORMAT_VERSION,
    HANGING,
    INDEX,
    INDEX_PAGE,
    MANIFEST,
    READER_PACKS,
    STARTS,
    VIEWER_FOLDER,
    check_relative,
)
from bundle.reading.form import Form
from bundle.reading.form_file import MAX_FORM, FormMistaken, decode_form

_AT_ONCE = 16

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Present:
    """The images and segmentations in the order of their paths, Study Instance UID -> case, and path -> SHA-256 of
    viewers and form.

    `manifest` is the SHA-256 of its manifest, by which the register knows it; empty where there is no bundle.
    `format_version` is that of its index, `form` the reading form, and `hanging` the
    hanging rules, if there are any that can be read. With `has_chunks`
    its images are there for browsers, too.
    """

    written: list[WrittenInstance] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    viewers: dict[str, str] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
    language: str = ENGLISH
    manifest: str = ""
    format_version: int = FORMAT_VERSION
    form: Form | None = None
    hanging: Hanging | None = None
    has_chunks: bool = False

    @property
    def is_older(self) -> bool:
        """Whether its viewers cannot read the index that this program writes."""
        return self.format_version < FORMAT_VERSION

    def without_viewers(self) -> "Present":
        """The same with form and hanging rules only, beside new viewers."""
        return replace(self, viewers={path: self.viewers[path] for path in (FORM, HANGING) if path in self.viewers})

    @property
    def platforms(self) -> list[str]:
        """The systems that have a viewer."""
        return [name for name, pack in READER_PACKS.items() if pack.start in self.viewers]

    def counts_beside(self, jobs: Sequence[WriteJob]) -> Counts:
        """The counts, without undecided images of series that are examined again as a whole."""
        again = Counter(job.uids.series for job in jobs if job.present_digest)
        lying = Counter(image.series_instance_uid for image in self.written)
        open_ = {key: number for key, number in self.counts.undecided.items() if again[key[1]] < lying[key[1]]}
        return replace(self.counts, undecided=Counter(open_))

    @property
    def images(self) -> int:
        """The number of images."""
        return sum(record.content is ContentKind.IMAGES for record in self.written)

    @property
    def size(self) -> int:
        """Bytes of all of them."""
        return sum(image.instance.file_size for image in self.written)


@dataclass(frozen=True, slots=True)
class _Place:
    file: Path
    path: str
    pixel_offset: int
    digest: str


def read_present(
    drive: Path, executor: Executor, progress: Progress, *, without: Collection[str] = (), resume: bool = False,
    said: Path | None = None,
) -> Present:  # fmt: skip
    """Read the bundle on a drive, finished or interrupted during a change, `without` some cases.

    `said` is the drive in messages, if the bundle lies in another place.

    Raises NoBundle, NoSuchCase, DamagedOnDrive, and what the index and the manifest raise.
    """
    expected = manifest.read(_root_of(drive, MANIFEST))
    with Catalog(_root_of(drive, INDEX)) as catalog:
        cases = {study.study_instance_uid: study.case for study in catalog.studies()}
        missing = set(without) - set(cases.values())
        if missing and not resume:  # otherwise they may be gone already
            raise NoSuchCase(said or drive, sorted(missing), sorted(cases.values()))
        offsets, counts = dict(_offsets(catalog, without)), counts_on(catalog, without)
        found = int(catalog.properties["format_version"])
    places = [
        _Place(_root_of(drive, path) / check_relative(path), path, offsets[path], digest)
        for path, digest in sorted(expected.items()) if path in offsets
    ]  # fmt: skip
    written = []
    for done, image in enumerate(executor.map(_read, places, chunksize=_AT_ONCE), start=1):
        if image is None:
            raise DamagedOnDrive(drive, places[done - 1].path)
        written.append(image)
        progress(done, len(places))
    viewers = {path: digest for path, digest in expected.items() if _is_viewer(path) or path in (FORM, HANGING)}
    cases = {uid: case for uid, case in cases.items() if case not in without}
    lies_there = manifest_digest(manifest.format_lines(expected))
    form, rules, has_chunks = _form_on(drive), _hanging_on(drive), any(map(web.is_chunk, expected))
    return Present(written, cases, viewers, counts, _language_on(drive), lies_there, found, form, rules, has_chunks)


def in_order(present: Sequence[WrittenInstance], written: Sequence[WrittenInstance]) -> Sequence[WrittenInstance]:
    """All by their paths, the order in which a new bundle is written anyway."""
    return sorted((*present, *written), key=lambda image: image.instance.path) if present else written


def brought_up(present: Present) -> Notice:
    """What the report says of a bundle of an older format."""
    text = f"The bundle had format {present.format_version}; its index and viewers are now of format {FORMAT_VERSION}"
    return Notice("format", text)


def _language_on(drive: Path) -> str:
    """The language of the texts on the drive, or of those in the unfinished bundle on it."""
    pages = [root / INDEX_PAGE for root in (drive, staging.folder_on(drive)) if (root / INDEX_PAGE).is_file()]
    return language_of(pages[0].read_bytes()) if pages else ENGLISH


def _form_on(drive: Path) -> Form | None:
    return _said_on(drive, FORM, MAX_FORM, FormMistaken, lambda content: decode_form(content, is_old=True))


def _hanging_on(drive: Path) -> Hanging | None:
    return _said_on(drive, HANGING, MAX_BYTES, HangingMistaken, decode_hanging)


def _said_on(
    drive: Path, path: str, most: int, mistake: type[Exception], decode: Callable[[bytes], Said]
) -> Said | None:  # fmt: skip
    """What a file says on the drive, or in the unfinished bundle on it; None if there is none that can be read."""
    for root in (drive, staging.folder_on(drive)):
        with suppress(OSError, mistake):
            return decode(read_file(root / path, most))
    return None


def is_one_of_several(drive: Path) -> bool:
    """Whether the bundle's form spreads its cases over several media; a damaged form counts as no."""
    with suppress(OSError, FormMistaken):
        return decode_form(read_file(drive / FORM, MAX_FORM), is_old=True).media is not None
    return False


def _root_of(drive: Path, path: str) -> Path:
    """The drive, or the folder of an unfinished bundle on it, whichever holds the file."""
    roots = [root for root in (drive, staging.folder_on(drive)) if (root / path).is_file()]
    if not roots:
        raise DamagedOnDrive(drive, path) if path.startswith(f"{DICOM_FOLDER}/") else NoBundle(str(drive))
    return roots[0]


def _offsets(catalog: Catalog, without: Collection[str]) -> Iterator[tuple[str, int]]:
    """Path -> first byte of the pixels, of images and of the segmentations that lie on them."""
    kept = set[int]()
    for study in catalog.studies():
        for series in study.series if study.case not in without else ():
            for stack in series.stacks:
                kept.add(stack.stack_id)
                yield from ((frame.path, frame.pixel_offset) for frame in catalog.frames(stack.stack_id))
    yield from (
        (segmentation.path, segmentation.pixel_offset)
        for segmentation in catalog.segmentations() if segmentation.stack_id in kept
    )  # fmt: skip


def _read(place: _Place) -> WrittenInstance | None:
    """The record of a file; None if it is not the one that was written."""
    try:
        content = place.file.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        one = read_written(place.path, content[: place.pixel_offset], len(content), digest)
    except (OSError, BundleError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return one if one.instance.digest == place.digest else None


def _is_viewer(path: str) -> bool:
    return path in STARTS or path.startswith(f"{VIEWER_FOLDER}/")
