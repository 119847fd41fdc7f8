"""Combines series of one slice each, as some makers export them, if everything but the position agrees."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
import warnings

from builder.dicom import source_file
from builder.dicom.source_file import text
from builder.plan import Notice, ScannedFile, SourceSeries
from builder.stacks.one_look import PlacedFrame
from builder.stacks.read_traits import traits_of
from builder.stacks.splitting import split
from builder.write.readback import frame_of
from bundle.images.geometry import FramePlane, describe

# Fewer images in a row may be evenly spaced by chance.
FEWEST = 3


class _Single(NamedTuple):
    """A series of one image: the attributes that must agree with others, and its position."""

    series: SourceSeries
    look: Hashable
    picture: PlacedFrame


def gathered(series: Sequence[SourceSeries]) -> tuple[list[SourceSeries], list[Notice]]:
    """The series of a study; single-image series that form one even stack become one series, with a notice."""
    singles = [
        candidate
        for candidate in series
        if len(candidate.instances) == 1 and _may_be_a_slice(candidate.instances[0].file)
    ]
    if len(singles) < FEWEST:
        return list(series), []
    alike: dict[Hashable, list[_Single]] = defaultdict(list)
    for single in _singles(singles):
        alike[single.look].append(single)
    whole = [members for members in alike.values() if _is_one_stack(members)]
    taken = {id(member.series) for members in whole for member in members}
    others = [other for other in series if id(other) not in taken]
    return others + [_joined(members) for members in whole], [_notice(members) for members in whole]


def _may_be_a_slice(file: ScannedFile) -> bool:
    return file.frames == 1 and file.has_position


def _singles(series: Iterable[SourceSeries]) -> Iterator[_Single]:
    for single in series:
        file = single.instances[0].file
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield _single(single, file)
        except Exception:  # a broken value can fail in any way; such an image stays alone
            continue


def _single(series: SourceSeries, file: ScannedFile) -> _Single:
    header, _ = source_file.read_header(file.place)
    frame, (traits,) = frame_of(header, 0), traits_of(header, 1)
    plane = FramePlane(
        frame.image_position_patient, frame.image_orientation_patient, frame.pixel_spacing,
        (file.rows, file.columns, file.bits_allocated),
    )  # fmt: skip
    look = (
        series.modality, text(header, "SOPClassUID"), text(header, "SeriesDescription"), traits.frame_of_reference,
        traits.localizer, traits.kinds, traits.later, plane.kind,
    )  # fmt: skip
    return _Single(series, look, PlacedFrame(plane, traits))


def _is_one_stack(members: Sequence[_Single]) -> bool:
    """Whether they form one evenly spaced volume, without a gap, in a named frame of reference."""
    pictures = [member.picture for member in members]
    if len(members) < FEWEST or pictures[0].traits.localizer or not pictures[0].traits.frame_of_reference:
        return False
    stacks = split(pictures)
    if len(stacks) != 1:
        return False
    found = describe([pictures[i].plane for i in stacks[0].members])
    return found.is_volume and not found.missing and "uneven" not in found.notes


def _joined(members: Sequence[_Single]) -> SourceSeries:
    first = min((member.series for member in members), key=lambda series: series.uid_key)
    numbered = sorted(members, key=lambda member: (member.picture.traits.number, member.series.instances[0].file.path))
    instances = [member.series.instances[0] for member in numbered]
    return SourceSeries(first.uid_key, first.modality, joined=len(members), instances=instances)


def _notice(members: Sequence[_Single]) -> Notice:
    path = Path(members[0].series.instances[0].file.path)
    told = f"{len(members)} series of one image each, such as {path}: combined, as all but their position agrees"
    return Notice("put together", told)
