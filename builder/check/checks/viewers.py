"""Checks of the viewers on a medium, file by file, against the bill of materials beside each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
import hashlib
from importlib import resources

from builder.check.findings import Finding, finding
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium
from bundle import __version__
from bundle.bounded import read_json
from bundle.index.sound import plain
from bundle.layout import LINUX_VIEWER, READER_PACKS

# The components of a viewer in a report, by their names in a bill.
_TOLD = {"Python": "Python", "PyQt5": "PyQt", "vtk": "VTK"}
# No bill and no start script is larger.
_LARGEST = 4 << 20


@dataclass(frozen=True, slots=True)
class ViewerPlace:
    """The place of one system's viewer: its start program, and its folders."""

    system: str
    start: str
    folder: str
    bill: str

    @property
    def folders(self) -> tuple[str, str]:
        """Every file below these belongs to the viewer."""
        return self.folder, self.bill.rpartition("/")[0] + "/"


PLACES = tuple(
    ViewerPlace(pack.system, pack.start, f"{pack.folder}/", f"{pack.licences}/SBOM.JSON")
    for pack in READER_PACKS.values()
)


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill of materials (CycloneDX): its pack, its edition, and every file with its SHA-256."""

    serial: str
    edition: str
    digest: str
    version: str
    parts: str
    files: Mapping[str, str]


def read_bill(content: bytes) -> Bill:
    """A bill from its JSON; raises ValueError if it is not one."""
    try:
        document = read_json(content.decode())
        components = document["components"]
        files = {
            component["name"]: component["hashes"][0]["content"]
            for component in components
            if component["type"] == "file"
        }
        versions = {
            component["name"]: component.get("version", "") for component in components if component["type"] != "file"
        }
        parts = ", ".join(f"{name} {versions[key]}" for key, name in _TOLD.items() if key in versions)
        version = str(document["metadata"]["component"]["version"])
        edition = str(document["version"])
    except (LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    digest = hashlib.sha256(content).hexdigest()
    return Bill(plain(str(document.get("serialNumber"))), edition, digest, plain(version), plain(parts), files)


def described(medium: Medium) -> tuple[str, ...]:
    """Each viewer on the medium with its version, and those of its components."""
    return tuple(_words(place, _bill_of(medium, place)) for place in PLACES if place.start in medium.files)


def _words(place: ViewerPlace, bill: Bill | None) -> str:
    parts = f" ({bill.parts})" if bill and bill.parts else ""
    return f"{place.system} {bill.version}{parts}" if bill else place.system


def _bill_of(medium: Medium, place: ViewerPlace) -> Bill | None:
    if not medium.intact(place.bill) or medium.files[place.bill].size > _LARGEST:
        return None
    try:
        return read_bill((medium.root / place.bill).read_bytes())
    except (ValueError, OSError):
        return None


def check_viewers(medium: Medium, known: Sequence[bytes], generator: str) -> Iterator[Finding]:
    """Check every complete viewer; `known` are the bills of the viewers that this machine has made.

    `generator` is the program that made the bundle, by its index: another version has another start script.
    """
    own = [read_bill(content) for content in known]
    if knows_script(generator) and medium.intact(LINUX_VIEWER):
        yield from _start_script(medium)
    for place in PLACES:
        if medium.has(place.start) and any(path.startswith(place.folder) for path in medium.files):
            yield from _check(medium, place, own)


def _check(medium: Medium, place: ViewerPlace, own: Sequence[Bill]) -> Iterator[Finding]:
    if medium.has(place.bill) and not medium.intact(place.bill):
        return  # already reported
    bill = _bill_of(medium, place)
    if bill is None:
        yield finding("viewer.bill", place.bill, "it is missing, or cannot be read")
        return
    wrong = list(_differences(medium, place, bill))
    other = [pack for pack in own if (pack.serial, pack.edition) == (bill.serial, bill.edition) and pack != bill]
    if wrong:
        yield finding("viewer.bill", place.bill, some(wrong))
    elif other:
        yield finding("viewer.altered", place.bill, f"this machine made the viewer {bill.serial} with other files")


def _start_script(medium: Medium) -> Iterator[Finding]:
    template = resources.files("bundle_template").joinpath(LINUX_VIEWER).read_bytes()
    size = medium.files[LINUX_VIEWER].size
    if size > _LARGEST or (medium.root / LINUX_VIEWER).read_bytes() != template.replace(b"\r\n", b"\n"):
        yield finding("viewer.script", LINUX_VIEWER, "it is not the script of this version of mkbundle")


def _differences(medium: Medium, place: ViewerPlace, bill: Bill) -> Iterator[str]:
    for path, digest in bill.files.items():
        file = medium.files.get(path)
        if not medium.has(path):
            yield f"{path} is missing"
        elif file and file.digest not in ("", digest) and medium.intact(path):
            yield f"{path} is another file"
    for path in medium.files:
        if path.startswith(place.folders) and path not in (*bill.files, place.bill) and medium.intact(path):
            yield f"{path} is not in the list"


def knows_script(generator: str) -> bool:
    """Whether the start script is that of this version."""
    return generator == f"mkbundle {__version__}"


def comparable(medium: Medium, known: Sequence[bytes]) -> bool:
    """Whether this machine made one of the viewers on the medium, so that it can be compared."""
    own = {read_bill(content).serial for content in known}
    bills = [_bill_of(medium, place) for place in PLACES]
    return any(bill is not None and bill.serial in own for bill in bills)


def known_here(medium: Medium, known: Sequence[bytes], generator: str) -> frozenset[str]:
    """The start programs of those viewers on the medium that are, file by file, as this machine made them."""
    own = [read_bill(content) for content in known]
    bills = {place: _bill_of(medium, place) for place in PLACES}
    right = [place for place, bill in bills.items() if bill in own and _is_whole(medium, place, bill)]
    script = knows_script(generator) and not list(_start_script(medium)) if medium.intact(LINUX_VIEWER) else False
    return frozenset(place.start for place in right if place.start != LINUX_VIEWER or script)


def _is_whole(medium: Medium, place: ViewerPlace, bill: Bill | None) -> bool:
    read = bill is not None and all(medium.files[path].digest for path in bill.files if path in medium.files)
    return bill is not None and read and not any(_differences(medium, place, bill))
