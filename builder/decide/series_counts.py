"""The effect of the search for text on each series, in numbers: for the report on the researcher's machine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import warnings

from builder.decide.picture_records import Fate, PictureRecord
from builder.dicom import source_file
from builder.dicom.source_file import NotTaken
from builder.plan import WrittenInstance
from builder.write.readback import frame_of
from bundle.images.directions import dot, unit_normal
from bundle.images.geometry import ORIENTATION_TOLERANCE
from bundle.index.records import Frame

# In mm: images nearer to each other than this are at one place.
_SAME_PLACE = 0.01


@dataclass(frozen=True, slots=True)
class SeriesPictures:
    """One series of which images were left out, masked or kept with text, or wait for a decision.

    `images` counts all images that it would have. `holes` are the places along the normal (mm) of missing images
    between others. `share` is the largest part of one picture that was masked, 0 to 1.
    """

    case: str
    pseudonym: str
    series_number: int
    images: int
    left_out: int
    masked: int
    kept: int
    undecided: int
    share: float
    holes: tuple[float, ...]


def series_pictures(
    seen: Sequence[PictureRecord], written: Sequence[WrittenInstance], pseudonyms: Mapping[str, str]
) -> list[SeriesPictures]:
    """For each series with such images; `pseudonyms` gives those of the studies by their new UIDs."""
    of_series: dict[str, list[PictureRecord]] = {}
    for picture in seen:
        of_series.setdefault(picture.series, []).append(picture)
    left: dict[str, list[WrittenInstance]] = {}
    for instance in written if of_series else ():
        if instance.series_instance_uid in of_series:
            left.setdefault(instance.series_instance_uid, []).append(instance)
    found = [_series(members, left.get(uid, []), pseudonyms) for uid, members in of_series.items()]
    return sorted(found, key=lambda counts: (counts.case, counts.pseudonym, counts.series_number))


def _series(
    members: Sequence[PictureRecord], written: Sequence[WrittenInstance], pseudonyms: Mapping[str, str]
) -> SeriesPictures:
    number = {fate: sum(member.fate is fate for member in members) for fate in Fate}
    gone = [member for member in members if member.fate is Fate.LEFT_OUT]
    return SeriesPictures(
        case=members[0].case,
        pseudonym=pseudonyms.get(members[0].study, ""),
        series_number=members[0].series_number,
        images=len(written) + len(gone),
        left_out=len(gone),
        masked=number[Fate.MASKED],
        kept=number[Fate.KEPT],
        undecided=number[Fate.UNDECIDED],
        share=max((member.share for member in members), default=0.0),
        holes=tuple(_holes(gone, written)),
    )


def _holes(gone: Sequence[PictureRecord], written: Sequence[WrittenInstance]) -> Iterator[float]:
    """The places of missing images that have others of the series, in the same orientation, on both sides."""
    frames = [frame for record in written for frame in record.instance.frames]
    yield from sorted({round(along, 2) for record in gone for along in _within(_frames_of(record), frames)})


def _within(gone: Sequence[Frame], left: Sequence[Frame]) -> Iterator[float]:
    """The positions along the normal of those frames that have others before and after them."""
    for frame in gone:
        place = _along(frame)
        beside = [
            along for neighbour in left if _is_parallel(neighbour, frame) and (along := _along(neighbour)) is not None
        ]
        if place is not None and beside and min(beside) + _SAME_PLACE < place < max(beside) - _SAME_PLACE:
            yield place


def _is_parallel(one: Frame, other: Frame) -> bool:
    """Whether two frames have one orientation, like the slices of a stack, unlike a plan picture."""
    first, second = one.image_orientation_patient, other.image_orientation_patient
    if first is None or second is None:
        return False
    return all(abs(a - b) < ORIENTATION_TOLERANCE for a, b in zip(first, second, strict=True))


def _frames_of(picture: PictureRecord) -> list[Frame]:
    """The frames of a source file; none if it is gone or no longer readable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            header, _ = source_file.read_header(picture.file)
            frames = range(source_file.number(header, "NumberOfFrames") or 1)
            return [frame_of(header, index) for index in frames]
    except (NotTaken, ValueError):
        return []


def _along(frame: Frame) -> float | None:
    if frame.image_position_patient is None or frame.image_orientation_patient is None:
        return None
    return dot(frame.image_position_patient, unit_normal(frame.image_orientation_patient))
