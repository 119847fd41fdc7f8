"""Names and places inside a bundle, and the one function that turns a stored path into a real one."""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
import re

from bundle.errors import PathLeavesBundle

FORMAT_VERSION = 2

DICOMDIR = "DICOMDIR"
DICOM_FOLDER = "DICOM"
INDEX = "BUNDLE/INDEX.DB"
MANIFEST = "BUNDLE/MANIFEST.TXT"
FORM = "BUNDLE/FORM.TXT"
HANGING = "BUNDLE/HANGING.TXT"
# Of a sealed medium: the header with the slots, and the folder of its containers.
LOCK = "BUNDLE/LOCK.BIN"
SEALED_FOLDER = "BUNDLE/SEALED"
# The compact forms of segmentations; `bundle.segments` has their names.
SEGMENTS_FOLDER = "BUNDLE/SEGMENTS"
UNFINISHED = "BUNDLE/UNFINISH.TXT"
# A bundle grows in this folder until it is complete, under its final names.
STAGE = "BUNDLE/UNFINISH"
VIEWER_FOLDER = "VIEWER"
READINGS_FOLDER = "READINGS"
README = "README.TXT"
INDEX_PAGE = "INDEX.HTM"
MANUAL = "MANUAL.PDF"
# The reader in a browser; `bundle.web` has its files.
WEB_FOLDER = "WEB"
WINDOWS_VIEWER = "viewer.exe"
LINUX_VIEWER = "viewer.sh"


@dataclass(frozen=True, slots=True)
class ReaderPack:
    """A viewer on a medium for one kind of computer: its name in options and reports, and the file that a person opens.

    `opened` explains how, with {path} for the path of `start`, which lies in the root of the medium.
    """

    name: str
    system: str
    start: str
    opened: str

    @property
    def folder(self) -> str:
        """The folder of its files."""
        return f"{VIEWER_FOLDER}/{self.name.upper()}"

    @property
    def licences(self) -> str:
        """The folder of its licences and its bill of materials."""
        return f"{VIEWER_FOLDER}/LICENSES/{self.name.upper()}"


WINDOWS_PACK = ReaderPack("win64", "Windows", WINDOWS_VIEWER, "double-click viewer.exe on the drive ({path})")
LINUX_PACK = ReaderPack("linux64", "Linux", LINUX_VIEWER, "run {path}")
READER_PACKS = {pack.name: pack for pack in (WINDOWS_PACK, LINUX_PACK)}
STARTS = tuple(pack.start for pack in READER_PACKS.values())

# Every name that a bundle may own in the root of a medium; any other name there belongs to somebody else.
ROOT_NAMES = (
    DICOMDIR, DICOM_FOLDER, "BUNDLE", VIEWER_FOLDER, READINGS_FOLDER,
    README, INDEX_PAGE, MANUAL, WEB_FOLDER, *STARTS,
)  # fmt: skip

# PS3.10 8.2: one to eight components of one to eight characters out of A-Z, 0-9 and the underscore.
_FILE_ID_COMPONENT = re.compile(r"[A-Z0-9_]{1,8}")
_MAX_COMPONENTS = 8


def is_file_id(components: tuple[str, ...]) -> bool:
    """Whether the components make a File ID as PS3.10 section 8.2 allows it."""
    return 0 < len(components) <= _MAX_COMPONENTS and all(map(_FILE_ID_COMPONENT.fullmatch, components))


def instance_path(patient: int, study: int, series: int, instance: int) -> str:
    """The relative POSIX path of an instance: counters only, so that no name, date or hash is on the medium."""
    return path_in(f"{DICOM_FOLDER}/PT{patient:06d}/ST{study:06d}/SE{series:06d}", instance)


def path_in(folder: str, instance: int) -> str:
    """The path of an instance in the folder of its series."""
    return f"{folder}/IM{instance:06d}"


def number_of(path: str) -> int:
    """The counter of an instance within its series, from its path."""
    return int(path[-6:])


def numbers_of(path: str) -> tuple[int, ...]:
    """The counters of patient, study, series and instance, from an instance's path."""
    return tuple(int(component[2:]) for component in path.split("/")[1:])


def number_of_case(case: str) -> int:
    """The number in a case number."""
    return int(case.rpartition("-")[2])


def case_number(number: int) -> str:
    """The name of a case on the screen and in the crosswalk: 'CASE-001'."""
    return f"CASE-{number:03d}"


def check_relative(path: str) -> PurePosixPath:
    """Return `path` as a relative POSIX path; raise PathLeavesBundle if it is anything else."""
    if not is_relative(path):
        raise PathLeavesBundle(path)
    return PurePosixPath(path)


def is_relative(path: str) -> bool:
    """Whether this is a relative POSIX path that never leads up: a drive, a backslash or a NUL makes it none."""
    foreign = ":" in path or "\\" in path or "\0" in path
    return bool(path) and path[0] != "/" and not foreign and ".." not in path.split("/")


def resolve(root: Path, path: str) -> Path:
    """The real path of a stored path; raises PathLeavesBundle, also if a link leads out of the bundle."""
    real_root = root.resolve()
    found = root.joinpath(*check_relative(path).parts)
    if not found.resolve().is_relative_to(real_root):
        raise PathLeavesBundle(path)
    return found
