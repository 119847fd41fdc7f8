"""A small bundle with one of everything, and the tools that break it in one place and adapt the rest to match."""

from collections.abc import Callable
from contextlib import suppress
import hashlib
from io import BytesIO
import json
from pathlib import Path
import re
import shutil
import sqlite3

from PIL import Image
from pydicom import Dataset, dcmread, dcmwrite
from pydicom.data import get_testdata_file
from pydicom.sequence import Sequence

from builder.catalogue.unused import ROOTS, unused
from builder.catalogue.web_files import web_files
from bundle import web
from bundle.errors import BundleError
from bundle.hanging_file import hanging_on
from bundle.manifest import format_lines
from bundle.reading.form_file import read_form
from tests import scans
from tests.manifests import bundle_files, digests_of

MANIFEST, INDEX, FORM = "BUNDLE/MANIFEST.TXT", "BUNDLE/INDEX.DB", "BUNDLE/FORM.TXT"
CT_CLASS, ENHANCED_CT_CLASS = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1"
PROGRAMS = {
    "win64": {"viewer.exe": b"MZ", "VIEWER/WIN64/PYTHON.DLL": b"MZ"},
    "linux64": {"VIEWER/LINUX64/viewer": b"\x7fELF"},
}


def bill_of(name: str, files: dict[str, bytes]) -> bytes:
    """A bill of materials like that of a pack."""
    parts = [{"type": "library", "name": "vtk", "version": "9.4.2"}]
    listed = [
        {"type": "file", "name": path, "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(content).hexdigest()}]}
        for path, content in files.items()
    ]
    component = {"type": "application", "name": "Portable DICOM viewer", "version": "0.1.0"}
    return json.dumps({
        "serialNumber": f"urn:uuid:{name}", "version": 1, "metadata": {"component": component},
        "components": parts + listed,
    }).encode()  # fmt: skip


BILLS = {name: f"VIEWER/LICENSES/{name.upper()}/SBOM.JSON" for name in PROGRAMS}
# Stand-ins for the viewers, with their bills.
VIEWERS = {
    "viewer.sh": (Path(__file__).parents[3] / "bundle_template/viewer.sh").read_bytes(),
    **{path: content for files in PROGRAMS.values() for path, content in files.items()},
    **{BILLS[name]: bill_of(name, files) for name, files in PROGRAMS.items()},
}


# A good bundle


def enhanced_ct(slices: int = 3) -> Dataset:
    """A multi-frame CT whose geometry stands in functional groups only."""
    pixels = scans.np.arange(slices * 64, dtype="<i2")
    dataset = scans.ct_slice(pixels[:64].reshape(8, 8), (0, 0, 0), 1, SOPClassUID=ENHANCED_CT_CLASS)
    dataset.PatientID, dataset.PatientName = "MRN-9", "Brandybuck^Merry"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.NumberOfFrames = "1.2.3.9", "1.2.3.9.1", slices
    for keyword in (
        "ImagePositionPatient",
        "ImageOrientationPatient",
        "PixelSpacing",
        "RescaleSlope",
        "RescaleIntercept",
    ):
        del dataset[keyword]
    dataset.SharedFunctionalGroupsSequence = [group(
        PlaneOrientationSequence={"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]},
        PixelMeasuresSequence={"PixelSpacing": [0.7, 0.7], "SliceThickness": 2},
        PixelValueTransformationSequence={"RescaleSlope": 1, "RescaleIntercept": -1024, "RescaleType": "HU"},
    )]  # fmt: skip
    dataset.PerFrameFunctionalGroupsSequence = [
        group(PlanePositionSequence={"ImagePositionPatient": [0, 0, 2.5 * k]}) for k in range(slices)
    ]
    dataset.PixelData = pixels.tobytes()
    return dataset


def group(**macros: dict[str, object]) -> Dataset:
    dataset = Dataset()
    for macro, values in macros.items():
        item = Dataset()
        for keyword, value in values.items():
            setattr(item, keyword, value)
        setattr(dataset, macro, Sequence([item]))
    return dataset


def write_sources(folder: Path) -> Path:
    scans.write_series(folder / "series", slices=5)
    scans.save(enhanced_ct(), folder / "enhanced")
    for name in ("CT_small.dcm", "MR_small.dcm"):
        shutil.copy(get_testdata_file(name), folder / name)
    return folder


def write_manifest(root: Path) -> None:
    digests = digests_of(root, bundle_files(root))
    (root / MANIFEST).write_text(format_lines(digests), encoding="utf-8", newline="\n")


Damage = Callable[[Path], object]


def first_image(root: Path, modality: str = "") -> Path:
    """The first image: of the five-slice series, or the only one of another modality."""
    images = sorted((root / "DICOM").rglob("IM*"))
    if modality:
        return next(path for path in images if dcmread(path, stop_before_pixels=True).Modality == modality)
    return next(path for path in images if (path.parent / "IM000005").exists())


def edit_bytes(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content and len(old) == len(new)
    path.write_bytes(content.replace(old, new, 1))


def edit_index(*statements: str, swept: bool = True) -> Damage:
    def damage(root: Path) -> None:
        connection = sqlite3.connect(root / INDEX, isolation_level=None)
        for statement in statements:
            connection.execute(statement)
        connection.close()
        if swept:
            sweep_index(root)
        follow_index(root)
        write_manifest(root)

    return damage


def follow_index(root: Path) -> None:
    """Make the lists for browsers anew, as far as the index can be read."""
    with suppress(BundleError, ValueError):
        form = read_form((root / FORM).read_text(encoding="utf-8")) if (root / FORM).exists() else None
        files = dict(web_files((root / INDEX).read_bytes(), form, hanging=hanging_on(root)))
        for path in (web.ROWS, web.QUESTIONS):
            (root / path).write_bytes(files[path])


def gaps_of(index: Path) -> list[tuple[int, int]]:
    """The unused bytes."""
    connection = sqlite3.connect(index)
    roots = [row[0] for row in connection.execute(ROOTS)]
    connection.close()
    return list(unused(index.read_bytes(), roots))


def sweep_index(root: Path) -> None:
    """Zero the unused bytes, so that only the intended change can be found."""
    content = bytearray((root / INDEX).read_bytes())
    for start, end in gaps_of(root / INDEX):
        content[start:end] = bytes(end - start)
    (root / INDEX).write_bytes(content)


def write_into_gap(text: bytes) -> Damage:
    """Put a text into unused bytes of the index."""

    def damage(root: Path) -> None:
        content = bytearray((root / INDEX).read_bytes())
        start = next(start for start, end in gaps_of(root / INDEX) if end - start > len(text))
        content[start : start + len(text)] = text
        (root / INDEX).write_bytes(content)
        write_manifest(root)

    return damage


def refresh_index(root: Path, image: Path) -> None:
    """Update the index for a changed file."""
    content = image.read_bytes()
    offset = content.index(b"\xe0\x7f\x10\x00OW\x00\x00") + 12
    digest = hashlib.sha256(content[:offset]).hexdigest()
    values = (offset, len(content), digest, image.relative_to(root).as_posix())
    connection = sqlite3.connect(root / INDEX)
    connection.execute("UPDATE instance SET pixel_offset=?, file_size=?, header_digest=? WHERE path=?", values)
    found = "(SELECT id FROM instance WHERE path = ?)"
    whole = hashlib.sha256(content).hexdigest()
    connection.execute(f"UPDATE digest SET sha256 = ? WHERE instance_id = {found}", (whole, values[-1]))
    connection.commit()
    connection.close()
    sweep_index(root)
    follow_index(root)
    write_manifest(root)


def edit_image(change: Callable[[Dataset], object]) -> Damage:
    """Change a data set with pydicom, and everything else to match."""

    def damage(root: Path) -> None:
        image = first_image(root)
        dataset = dcmread(image)
        change(dataset)
        dcmwrite(image, dataset)
        refresh_index(root, image)

    return damage


def edit_image_bytes(old: bytes, new: bytes) -> Damage:
    def damage(root: Path) -> None:
        edit_bytes(first_image(root), old, new)
        refresh_index(root, first_image(root))

    return damage


def edit_content(change: Callable[[bytes], bytes]) -> Damage:
    def damage(root: Path) -> None:
        image = first_image(root)
        image.write_bytes(change(image.read_bytes()))
        refresh_index(root, image)

    return damage


def set_value(keyword: str, value: object) -> Damage:
    return edit_image(lambda dataset: setattr(dataset, keyword, value))


def remove_value(keyword: str) -> Damage:
    return edit_image(lambda dataset: delattr(dataset, keyword))


def edit_directory(change: Callable[[Dataset], object]) -> Damage:
    """Change the DICOMDIR with pydicom; values keep their length, so that the offsets stay right."""

    def damage(root: Path) -> None:
        size = (root / "DICOMDIR").stat().st_size
        directory = dcmread(root / "DICOMDIR")
        change(directory)
        dcmwrite(root / "DICOMDIR", directory)
        assert (root / "DICOMDIR").stat().st_size == size
        write_manifest(root)

    return damage


def edit_directory_bytes(old: bytes, new: bytes) -> Damage:
    def damage(root: Path) -> None:
        edit_bytes(root / "DICOMDIR", old, new)
        write_manifest(root)

    return damage


def grey_png(rows: int, columns: int) -> bytes:
    """A picture of one grey."""
    picture = BytesIO()
    Image.new("L", (columns, rows), 77).save(picture, "PNG")
    return picture.getvalue()


def marked_png(png: bytes) -> bytes:
    """The same picture with its last pixel inverted."""
    picture, marked = Image.open(BytesIO(png)), BytesIO()
    last = (picture.width - 1, picture.height - 1)
    picture.putpixel(last, 255 - picture.getpixel(last))
    picture.save(marked, "PNG")
    return marked.getvalue()


def records(directory: Dataset, kind: str) -> list[Dataset]:
    return [record for record in directory.DirectoryRecordSequence if record.DirectoryRecordType == kind]


def set_key(kind: str, keyword: str, value: object) -> Damage:
    return edit_directory(lambda directory: setattr(records(directory, kind)[0], keyword, value))


def remove_files(*names: str) -> Damage:
    def damage(root: Path) -> None:
        for name in names:
            if (root / name).is_dir():
                shutil.rmtree(root / name)
            else:
                (root / name).unlink()
        write_manifest(root)

    return damage


def add_file(name: str, content: bytes, *, listed: bool = True) -> Damage:
    def damage(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
        if listed:
            write_manifest(root)

    return damage


def put_form(text: str) -> Damage:
    """A form, also for the reader in a browser."""

    def damage(root: Path) -> None:
        add_file(FORM, text.encode())(root)
        follow_index(root)
        write_manifest(root)

    return damage


def edit_file(name: str, old: bytes, new: bytes) -> Damage:
    """Change a file, and the manifest to match."""

    def damage(root: Path) -> None:
        content = (root / name).read_bytes()
        assert old in content, (name, old)
        add_file(name, content.replace(old, new, 1))(root)

    return damage


def without_manifest(damage: Damage) -> Damage:
    """Do a damage but leave the manifest unchanged."""

    def changed(root: Path) -> None:
        kept = (root / MANIFEST).read_bytes()
        damage(root)
        (root / MANIFEST).write_bytes(kept)

    return changed


def edit_manifest(change: Callable[[str], str]) -> Damage:
    return lambda root: (root / MANIFEST).write_text(change((root / MANIFEST).read_text()), newline="\n")


def edit_page(old: str, new: str) -> Damage:
    """Change INDEX.HTM, and the manifest to match."""
    return lambda root: add_file("INDEX.HTM", (root / "INDEX.HTM").read_text().replace(old, new, 1).encode())(root)


# What the papers of the good bundle say.
PIXELS = "The pixels are those of the original image."


def rewrite(name: str, old: str, *new: str) -> Damage:
    """Change a sentence of a paper, wherever its lines break; each of the new ones is an item of its own."""

    def damage(root: Path) -> None:
        text = (root / name).read_bytes().decode("utf-8-sig")
        between = "</li>\n<li>" if name.endswith(".HTM") else "\r\n  - "
        pattern = re.compile(r"\s+".join(map(re.escape, old.split())))
        assert pattern.search(text), (name, old)
        text = pattern.sub(lambda _: between.join(new), text, count=1)
        add_file(name, text.encode("ascii" if text.isascii() else "utf-8-sig"))(root)

    return damage


def retell(*changes: tuple[str, ...]) -> Damage:
    """The same in both texts."""

    def damage(root: Path) -> None:
        for name in ("README.TXT", "INDEX.HTM"):
            for old, *new in changes:
                rewrite(name, old, *new)(root)

    return damage


def add_link(name: str, target: str) -> Damage:
    return lambda root: (root / name).symlink_to(target)
