"""Reads label maps in NIfTI and NRRD: their voxels, where these lie in the patient, and the names that they bring."""

import bz2
from collections.abc import Mapping, Sequence
import gzip
from io import BytesIO
from pathlib import Path
import re
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from builder.dicom.source_file import NotTaken
from builder.reasons import Reason
from builder.segmentation.grid import TOLERANCE, Vectors, unfit
from builder.segmentation.volumes.names import LabelName, LabelNames, names_in_extension

_NIFTI, _NRRD = (".nii", ".nii.gz"), (".nrrd",)
# More than any series has: a few bytes may claim, or unpack to, more than fits into memory.
_MOST_VOXELS = 1 << 29
# Of a header with all of its texts, of a number, and of what is unpacked at once.
_LONGEST_HEADER, _LONGEST_NUMBER, _AT_ONCE = 1 << 24, 8, 1 << 20
_PACKED: Mapping[str, Any] = {"gzip": gzip.open, "gz": gzip.open, "bzip2": bz2.open, "bz2": bz2.open}
_LARGEST_LABEL = 2**31 - 1
# To left, posterior, superior, as DICOM has it (PS3.3 C.7.6.2.1.1).
_SPACES = {
    "left-posterior-superior": (1, 1, 1), "lps": (1, 1, 1),
    "right-anterior-superior": (-1, -1, 1), "ras": (-1, -1, 1),
    "left-anterior-superior": (1, -1, 1), "las": (1, -1, 1),
}  # fmt: skip
_SEGMENT = re.compile(r"Segment(\d{1,6})_LabelValue")


class Lattice(NamedTuple):
    """Where voxels lie: how many along each axis, the way from one to the next in mm as columns, and the first."""

    shape: tuple[int, int, int]
    steps: Vectors
    origin: Vectors


class LabelLayer(NamedTuple):
    """Labels that share voxels with no other of the layer, and their names as far as the file has any."""

    labels: NDArray[np.integer[Any]]
    names: LabelNames


class LabelVolume(NamedTuple):
    """A label map; only NRRD has more than one layer."""

    lattice: Lattice
    layers: tuple[LabelLayer, ...]


def is_volume(path: str | Path) -> bool:
    """Whether the name is that of a NIfTI or NRRD file."""
    return str(path).casefold().endswith((*_NIFTI, *_NRRD))


def read_lattice(path: Path) -> Lattice:
    """Where its voxels lie, from the header alone; raises NotTaken."""
    return _read(path, whole=False).lattice


def read_volume(path: Path) -> LabelVolume:
    """All of it; raises NotTaken."""
    return _read(path, whole=True)


def _read(path: Path, *, whole: bool) -> LabelVolume:
    try:
        return (_nrrd if str(path).casefold().endswith(_NRRD) else _nifti)(path, whole=whole)
    except NotTaken:
        raise
    except FileNotFoundError:
        raise NotTaken(Reason.VANISHED) from None
    except Exception as error:  # libraries fail in many ways on a damaged file
        raise NotTaken(Reason.UNREADABLE, f"{type(error).__name__}: {error}") from error


def _lattice(shape: tuple[int, ...], steps: Vectors, origin: Vectors) -> Lattice:
    if len(shape) != 3 or min(shape) < 1:
        raise unfit(f"it has {' x '.join(map(str, shape))} voxels, and not three directions of them")
    _check_number(shape)
    if not (np.isfinite(steps).all() and np.isfinite(origin).all()) or abs(np.linalg.det(steps)) < 1e-9:
        raise unfit("it does not say where its voxels lie")
    return Lattice((shape[0], shape[1], shape[2]), steps, origin)


def _check_number(shape: Sequence[int]) -> None:
    if np.prod(shape, dtype=np.float64) > _MOST_VOXELS:
        raise unfit(f"it has {' x '.join(map(str, shape))} voxels: more than {_MOST_VOXELS:,} are not read")


def _too_long() -> NotTaken:
    return unfit(f"its header is longer than {_LONGEST_HEADER:,} bytes")


# NIfTI


def _nifti(path: Path, *, whole: bool) -> LabelVolume:
    import nibabel  # takes long to load, and hardly any build needs it

    _check_nifti_header(path)
    image: Any = nibabel.load(path)
    header = image.header
    shape = tuple(int(size) for size in image.shape)
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    affine = _affine(header, shape)
    to_lps = np.diag([-1.0, -1.0, 1.0])
    lattice = _lattice(shape, to_lps @ affine[:3, :3], to_lps @ affine[:3, 3])
    extensions = b"\n".join(map(_content, header.extensions))
    labels = _whole_numbers(np.asanyarray(image.dataobj).reshape(shape)) if whole else np.zeros((0, 0, 0), np.uint8)
    return LabelVolume(lattice, (LabelLayer(labels, names_in_extension(extensions)),))


def _check_nifti_header(path: Path) -> None:
    """Texts behind the header may claim, and unpack to, any length; raises NotTaken."""
    import nibabel  # as above

    kinds: tuple[Any, ...] = (nibabel.Nifti1Header, nibabel.Nifti2Header)
    with gzip.open(path) if path.name.casefold().endswith(".gz") else path.open("rb") as stream:
        head = stream.read(max(kind.sizeof_hdr for kind in kinds))
        for kind in kinds:
            if kind.may_contain_header(head):
                begin = int(kind(head[: kind.sizeof_hdr], check=False)["vox_offset"])
                if begin > _LONGEST_HEADER:
                    raise _too_long()
                # nibabel believes a text's length, too; of bytes that end, it reads no more.
                kind.from_fileobj(BytesIO(head + stream.read(max(begin - len(head), 0))))
                return
    raise NotTaken(Reason.UNREADABLE, "it does not begin like a NIfTI file")


def _content(extension: Any) -> bytes:
    content = extension.get_content()
    return content if isinstance(content, bytes) else str(content).encode()


def _affine(header: Any, shape: tuple[int, ...]) -> Vectors:
    """The place of the voxels in the patient (RAS); raises NotTaken if two are given that differ, or none."""
    (by_rows, rows_code), (by_turn, turn_code) = header.get_sform(coded=True), header.get_qform(coded=True)
    unit = header.get_xyzt_units()[0]
    if unit not in ("mm", "unknown"):
        raise unfit(f"its voxels are measured in {unit}, not in mm")
    if not (rows_code or turn_code):
        raise unfit("it does not say where its voxels lie (neither sform nor qform)")
    if rows_code and turn_code:
        corners = np.array([[i, j, k, 1] for i in (0, 1) for j in (0, 1) for k in (0, 1)], np.float64)
        corners[:, :3] *= np.array(shape[:3]) - 1
        apart = float(np.linalg.norm((corners @ (by_rows - by_turn).T)[:, :3], axis=1).max())
        if apart > TOLERANCE * float(np.min(header.get_zooms()[:3])):
            raise unfit(f"it says in two ways where it lies (sform, qform), {apart:.2f} mm apart")
    return np.asarray(by_rows if rows_code else by_turn, np.float64)


def _whole_numbers(values: NDArray[Any]) -> NDArray[np.integer[Any]]:
    """Raises NotTaken if they are no labels."""
    if np.issubdtype(values.dtype, np.integer):
        found = values
    elif np.issubdtype(values.dtype, np.floating):
        found = np.empty(values.shape, np.int32, order="F")
        for part, whole in zip(values.T, found.T, strict=True):  # a copy of all of it would not fit into memory
            if not np.array_equal(part, np.rint(part)) or float(np.abs(part).max(initial=0)) > _LARGEST_LABEL:
                raise unfit("its values are fractions, and no labels")
            whole[...] = part
    else:
        raise unfit("its values are fractions, and no labels")
    if found.size and int(found.min()) < 0:
        raise unfit("it has values below 0, and is no map of labels")
    return found


# NRRD


def _nrrd(path: Path, *, whole: bool) -> LabelVolume:
    import nrrd  # as above

    with path.open("rb") as stream:
        header = _nrrd_header(stream)
    if "data file" in header or "datafile" in header:
        raise unfit("its voxels are in a file of their own")
    sizes = [int(size) for size in header["sizes"]]
    directions = header.get("space directions")
    signs = _SPACES.get(str(header.get("space", "")).casefold())
    if directions is None or signs is None or "space origin" not in header:
        raise unfit("it does not say where its voxels lie (space, directions, origin)")
    rows = [None if row is None else np.asarray(row, np.float64) for row in directions]
    spatial = [k for k, row in enumerate(rows) if row is not None and np.isfinite(row).all()]
    lists = [k for k in range(len(sizes)) if k not in spatial]
    if len(spatial) != 3 or len(lists) > 1:
        raise unfit(f"it has {len(spatial)} directions of voxels, and not three")
    to_lps = np.diag(np.array(signs, np.float64))
    steps = to_lps @ np.stack([rows[k] for k in spatial], axis=1)  # type: ignore[misc]
    origin = to_lps @ np.asarray(header["space origin"], np.float64)
    lattice = _lattice(tuple(sizes[k] for k in spatial), steps, origin)
    _check_number(sizes)
    number = sizes[lists[0]] if lists else 1
    if not whole:
        return LabelVolume(lattice, ())
    with path.open("rb") as stream:
        _check_packed(_nrrd_header(stream), stream)
    values = _whole_numbers(nrrd.read(str(path))[0])
    layers = np.moveaxis(values, lists[0], 0) if lists else values[None]
    return LabelVolume(lattice, tuple(LabelLayer(layers[k], _names(header, k)) for k in range(number)))


def _nrrd_header(stream: IO[bytes]) -> Mapping[str, Any]:
    """The header, behind which the stream goes on; raises NotTaken if it has no end."""
    import nrrd  # as above

    head = stream.read(_LONGEST_HEADER)
    end = re.search(rb"\r?\n\r?\n", head)
    if end is None and len(head) == _LONGEST_HEADER:
        raise _too_long()
    lines = BytesIO(head)
    header: Mapping[str, Any] = nrrd.read_header(lines)
    stream.seek(lines.tell())
    return header


def _check_packed(header: Mapping[str, Any], stream: IO[bytes]) -> None:
    """What is packed may unpack to any length, and lines to skip have any number; raises NotTaken."""
    if int(header.get("line skip", header.get("lineskip", 0))) > 0:
        raise unfit("lines stand before its voxels")
    opened = _PACKED.get(header["encoding"])
    if opened is None:
        return
    most, length = int(np.prod(header["sizes"], dtype=np.int64)) * _LONGEST_NUMBER, 0
    with opened(stream) as unpacked:
        while piece := unpacked.read(_AT_ONCE):
            length += len(piece)
            if length > most:
                raise unfit("it unpacks to more than its voxels")


def _names(header: Mapping[str, Any], layer: int) -> LabelNames:
    """The names that 3D Slicer writes for the segments of a layer."""
    found = LabelNames()
    for number in (match[1] for key in header if (match := _SEGMENT.fullmatch(str(key)))):
        if int(header.get(f"Segment{number}_Layer", 0)) == layer:
            parts = [float(part) for part in str(header.get(f"Segment{number}_Color", "")).split()]
            colour = (round(parts[0] * 255), round(parts[1] * 255), round(parts[2] * 255)) if len(parts) == 3 else None
            name = str(header.get(f"Segment{number}_Name", ""))
            found[int(header[f"Segment{number}_LabelValue"])] = LabelName(name, colour)
    return found
