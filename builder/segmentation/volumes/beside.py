"""Finds label maps among what the scan left out: each goes to the one series on whose voxels it lies."""

from collections.abc import Iterator, Mapping, Sequence
import os
from pathlib import Path

from builder.dicom.source_file import NotTaken, read_header
from builder.errors.build import LabelMapOfNone
from builder.plan import ScannedFile, SkippedFile, SourcePatient
from builder.reasons import Reason
from builder.segmentation.volumes.filling import uid_of
from builder.segmentation.volumes.formats import Lattice, is_volume, read_lattice
from builder.segmentation.volumes.lattice import fit
from builder.write.readback import frame_of
from bundle.index.records import Frame

# The first image of a series, the place of its frame, and the folders of all images.
_Candidate = tuple[ScannedFile, Frame, frozenset[Path]]


def label_maps_beside(
    skipped: Sequence[SkippedFile], patients: Sequence[SourcePatient], named: Mapping[Path, str]
) -> tuple[list[ScannedFile], list[SkippedFile]]:
    """The files that lie on one series, as if the scan had taken them, and everything else that was left out.

    `named` files lie on the series with this Series Instance UID, or in this folder. Raises LabelMapOfNone.
    """
    maps = {file.path.resolve() for file in skipped if _may_be(file)}
    for path, series in named.items():
        if path not in maps:
            raise LabelMapOfNone(path, series, "the file is not there, or no label map")
    if not maps:
        return [], list(skipped)
    candidates = list(_candidates(patients))
    found, others = list[ScannedFile](), list[SkippedFile]()
    for file in skipped:
        try:
            if _may_be(file):
                found.append(_found(file, _meant(file, candidates, named)))
            else:
                others.append(file)
        except NotTaken as refusal:
            reason = Reason.SEGMENTATION_UNFIT if file.path.resolve() in named else file.reason
            others.append(SkippedFile(file.path, reason, refusal.detail))
    return found, others


def _meant(file: SkippedFile, candidates: Sequence[_Candidate], named: Mapping[Path, str]) -> Sequence[_Candidate]:
    """Those that the researcher means, if the file is named."""
    path = file.path.resolve()
    if path not in named:
        return candidates
    folder = Path(named[path]).resolve()
    found = [
        candidate for candidate in candidates
        if candidate[0].series_instance_uid == named[path] or folder in {place.resolve() for place in candidate[2]}
    ]  # fmt: skip
    if not found:
        raise LabelMapOfNone(path, named[path], "no series of that name is taken")
    return found


def _may_be(file: SkippedFile) -> bool:
    return file.reason in (Reason.NIFTI, Reason.NRRD) and is_volume(file.path) and file.path.is_file()


def _candidates(patients: Sequence[SourcePatient]) -> Iterator[_Candidate]:
    for series in (series for patient in patients for study in patient.studies for series in study.series):
        file = series.instances[0].file
        folders = frozenset(Path(instance.file.path).parent for instance in series.instances)
        frame = frame_of(read_header(file.place)[0], 0)
        if None not in (frame.image_position_patient, frame.image_orientation_patient, frame.pixel_spacing):
            yield file, frame, folders


def _found(file: SkippedFile, candidates: Sequence[_Candidate]) -> ScannedFile:
    lattice = read_lattice(file.path)
    fitting, refused = list[_Candidate](), list[NotTaken]()
    for candidate in candidates:
        try:
            fit(lattice, [candidate[1]], (candidate[0].rows, candidate[0].columns), some=True)
            fitting.append(candidate)
        except NotTaken as refusal:
            refused.append(refusal)
    if not fitting:
        raise refused[0] if len(refused) == 1 else NotTaken(file.reason, "it lies on the voxels of no series")
    if len(fitting) > 1:
        fitting = [found for found in fitting if file.path.parent in found[2]] or fitting
    if len(fitting) > 1:
        raise NotTaken(file.reason, f"it lies on {len(fitting)} series: name one with --segmentation and --of")
    return _as_scanned(file.path, lattice, fitting[0][0])


def _as_scanned(path: Path, lattice: Lattice, image: ScannedFile) -> ScannedFile:
    """With the person and study of the images, and nothing else of theirs: it is in no series of its own."""
    state, uid = os.stat(path), uid_of(path)  # noqa: PTH116  # as in the scan
    return image._replace(
        path=str(path), unpacked="", size=state.st_size, modified=state.st_mtime_ns, sop_instance_uid=uid,
        series_instance_uid="", modality="SEG", series_number="", instance_number="", frames=max(lattice.shape),
        bits_allocated=1, description="", identifiers=(), lies_on=image.sop_instance_uid, made=True,
    )  # fmt: skip
