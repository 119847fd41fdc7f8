"""Finds the faces of a build: before writing to remove them, and in the written files to report them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from builder.blanking import FaceCut
from builder.catalogue.preview import read_stored
from builder.content import modality_of
from builder.deface.cut import blank
from builder.deface.face import find_cuts, may_hold_head, shows_face, shows_skin
from builder.deface.grid import Sampled, StoredFrame, sample
from builder.dicom import source_file
from builder.dicom.pixels import PixelFormat, native_pixels, pixel_format
from builder.dicom.source_file import Values, text
from builder.plan import Notice, Progress, WriteJob, WrittenInstance
from builder.spool import Spool
from builder.stacks.one_look import PlacedFrame
from builder.stacks.read_traits import traits_of
from builder.stacks.splitting import split
from builder.stacks.stacks import OrderedStack, stacks_of
from builder.traits import Traits
from builder.workers import each_in_turn
from builder.write.readback import frame_of
from bundle.images.geometry import FramePlane
from bundle.index.records import Frame

_SHOWN = "A face can be reconstructed from the {what} (--deface removes it)"
_SHOWN_STILL = "A face can be reconstructed from the {what} and was not removed: the head does not lie as the file says"
_PERHAPS = "A face may be recognised in the {what}; it cannot be removed here"

# Cell size (mm) and the most slices: to find where to cut, and only to detect a face.
_TO_CUT, _TO_SEE = (2.0, 400), (4.0, 24)
HEAD = frozenset({"HEAD", "BRAIN", "SKULL", "HEADNECK", "FACE", "ORBIT", "SINUS", "NOSE", "EAR", "IAC", "PITUITARY"})
# Scans of these modalities show a face without the skull that the search in CT relies on.
_FACE = frozenset({"FACE", "ORBIT", "SINUS", "NOSE", "MAXILLA", "JAW", "FACIAL BONES"})
# Fewer slices, or a thinner stack (mm), do not show a face.
_FEWEST, _THINNEST = 8, 40.0
# The edges (mm) of the cubes in which cone beam CT samples teeth and jaws, their tolerance, and the narrowest field
# (mm) that reaches the skin; finer scans are of animals.
_CUBES, _CUBE_SHARE, _NARROWEST = (0.15, 0.5), 0.05, 100.0


@dataclass(frozen=True, slots=True)
class _SourceFrame:
    """One frame of a source file: `job` is its number among the jobs of the series."""

    job: int
    path: Path
    frame: Frame
    traits: Traits
    shape: tuple[int, int]


class _Undecodable(Exception):
    """A file whose pixels cannot be decoded; the writing step reports it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path


def with_faces_removed(jobs: Sequence[WriteJob], executor: Executor, progress: Progress) -> Sequence[WriteJob]:
    """The same jobs; those of a head know where to cut its face away."""
    series = len({job.uids.series for job in jobs})
    paths = ([Path(job.place) for job in members] for _, members in groupby(jobs, key=lambda job: job.uids.series))
    result: Spool[WriteJob] = Spool()
    rest = iter(jobs)
    progress(0, series)
    for done, cuts in enumerate(each_in_turn(executor, _cuts, paths), start=1):
        result.extend(job._replace(face=found) for job, found in zip(islice(rest, len(cuts)), cuts, strict=True))
        progress(done, series)
    return result


def _cuts(paths: Sequence[Path]) -> list[tuple[FaceCut, ...]]:
    """For each file of a series, the cuts that remove the face of its stack."""
    cuts: list[tuple[FaceCut, ...]] = [()] * len(paths)
    frames = [frame for number, path in enumerate(paths) for frame in _frames(number, path)]
    for stack in split([_picture(frame) for frame in frames]):
        members = [frames[i] for i in stack.members]
        found = _cuts_of_stack(members)
        for member in members:
            cuts[member.job] = cuts[member.job] or found
    return cuts


def _cuts_of_stack(members: Sequence[_SourceFrame]) -> tuple[FaceCut, ...]:
    """The cuts that remove the face of a stack; frames that cannot be decoded are left out, as in writing."""
    while True:
        try:
            sampled = sample(
                [member.frame for member in members], members[0].shape, partial(_from_source, members), *_TO_CUT
            )
            return find_cuts(sampled) if sampled else ()
        except _Undecodable as fault:
            members = [member for member in members if member.path != fault.path]
            if not members:
                return ()


def _frames(number: int, path: Path) -> Iterator[_SourceFrame]:
    """The frames of a CT image; none of another file, nor of an unusable one, which the writing step will report.

    Nor of an image whose position is broken: it is written without a position, and belongs to no stack with a face.
    """
    try:
        header, _ = source_file.read_header(path)
        if modality_of(source_file.sop_class(header)) != "CT" or "LOCALIZER" in text(header, "ImageType"):
            return
        form = pixel_format(header)
        shape = (form.rows, form.columns)
        told = traits_of(header, form.frames)
        frames = [_SourceFrame(number, path, frame_of(header, k), told[k], shape) for k in range(form.frames)]
    except Exception:  # a broken value can fail in any way, and the error would contain it
        return
    yield from frames


def _picture(of: _SourceFrame) -> PlacedFrame:
    frame = of.frame
    plane = FramePlane(frame.image_position_patient, frame.image_orientation_patient, frame.pixel_spacing, of.shape)
    return PlacedFrame(plane, of.traits)


def _from_source(members: Sequence[_SourceFrame], number: int) -> StoredFrame:
    member = members[number]
    try:
        stored = _stored(member.path)
    except Exception:  # damaged pixels can fail in any way
        raise _Undecodable(member.path) from None
    return StoredFrame(stored[member.frame.frame_index], member.frame.rescale_slope, member.frame.rescale_intercept)


@lru_cache(1)
def _stored(path: Path) -> NDArray[np.integer]:
    dataset = source_file.read_whole(path)
    form = pixel_format(dataset)
    return _array(native_pixels(dataset, form), form)


def _array(pixels: bytes, form: PixelFormat) -> NDArray[np.integer]:
    kind = np.dtype(f"<{'i' if form.pixel_representation else 'u'}{form.bits_allocated // 8}")
    return np.frombuffer(pixels, kind).reshape(form.frames, form.rows, form.columns)


def without_face(header: Values, form: PixelFormat, pixels: bytes, cuts: Sequence[FaceCut]) -> bytes:
    """The pixels of an instance with everything in front of the cuts blanked."""
    stored = _array(pixels, form).copy()
    for index, picture in enumerate(stored):
        frame = frame_of(header, index)
        if frame.image_position_patient is not None and frame.pixel_spacing is not None:
            blank(picture, frame, cuts)
    return stored.tobytes()


def face_notices(
    written: Sequence[WrittenInstance],
    removed: frozenset[str] | None,
    root: Path,
    executor: Executor,
    progress: Progress,
) -> list[Notice]:
    """Notices to the researcher about each written stack that shows a face.

    `removed` are the paths of files whose face was removed; None if the build did not ask for it.
    """
    left = (record for record in written if record.instance.path not in (removed or ()))
    looked_at = (list(members) for _, members in groupby(left, key=lambda record: record.series_instance_uid))
    series = len({record.series_instance_uid for record in written})
    notices: list[Notice] = []
    for done, found in enumerate(each_in_turn(executor, partial(_seen, root, removed is not None), looked_at), start=1):
        notices += found
        progress(done, series)
    progress(series, series)
    return notices


def _seen(root: Path, asked: bool, written: Sequence[WrittenInstance]) -> list[Notice]:
    first = written[0]
    if first.modality not in ("CT", "MR", "PT") or len(written) == 1 == len(first.instance.frames):
        return []
    stacks = [stack for stack in stacks_of(written) if _is_thick(stack)]
    # A face that stays against the researcher's wish needs a review; a head that shows a face does not.
    kind, where = "face left" if asked else "face", Path(first.instance.path).parent.as_posix()
    slices: Counter[str] = Counter()
    for stack in stacks:
        if first.modality == "CT" and not first.technique.localizer and _shows_face(root, stack):
            slices[_SHOWN_STILL if asked else _SHOWN] += len(stack.slices)
        elif _is_perhaps(root, stack, first.modality):
            slices[_PERHAPS] += len(stack.slices)
    # One line for the series, however many time points it has.
    return [
        Notice(kind, text.format(what=f"{number} {first.modality} slices in {where}"))
        for text, number in slices.items()
    ]


def _is_thick(stack: OrderedStack) -> bool:
    """Whether a stack reaches far enough along its normal to show a face."""
    places = [slice_.frame.image_position_patient for slice_ in stack.slices]
    if len(places) < _FEWEST or places[0] is None or places[-1] is None:
        return False
    return float(np.linalg.norm(np.subtract(places[-1], places[0]))) >= _THINNEST


def _is_perhaps(root: Path, stack: OrderedStack, modality: str) -> bool:
    """Whether a face may be visible in other scans than head CT, by the body part, or as skin around teeth."""
    part = stack.slices[0].technique.body_part.upper()
    if modality != "CT":
        return part in HEAD
    return part in _FACE or (_is_of_teeth(stack) and _shows_skin(root, stack))


def _is_of_teeth(stack: OrderedStack) -> bool:
    """Whether its voxels are small cubes, as in cone beam CT: mostly of teeth, jaws and their surroundings."""
    first, spacing, step = stack.slices[0], stack.slices[0].frame.pixel_spacing, stack.geometry.spacing_between_slices
    if spacing is None or not step or first.technique.body_part.upper() not in ("", "OTHER", *HEAD):
        return False
    width = min(first.instance.columns * spacing[1], first.instance.rows * spacing[0])
    is_cube = max(spacing) - min(spacing) + abs(step - spacing[0]) <= _CUBE_SHARE * step
    return is_cube and _CUBES[0] <= step <= _CUBES[1] and width >= _NARROWEST


def _shows_skin(root: Path, stack: OrderedStack) -> bool:
    sampled = _sampled(root, stack)
    return sampled is not None and shows_skin(sampled)


def _shows_face(root: Path, stack: OrderedStack) -> bool:
    sampled = _sampled(root, stack)
    return sampled is not None and may_hold_head(sampled) and shows_face(sampled)


def _sampled(root: Path, stack: OrderedStack) -> Sampled | None:
    instance, load = stack.slices[0].instance, partial(_from_written, root, stack)
    frames = [slice_.frame for slice_ in stack.slices]
    return sample(frames, (instance.rows, instance.columns), load, *_TO_SEE)


def _from_written(root: Path, stack: OrderedStack, number: int) -> StoredFrame:
    slice_ = stack.slices[number]
    return StoredFrame(
        read_stored(root, slice_.instance, slice_.frame), slice_.frame.rescale_slope, slice_.frame.rescale_intercept
    )
