"""The checker: nothing is found in a good bundle, and exactly one finding where exactly one thing is broken."""

from collections.abc import Callable
import json
import os
from pathlib import Path
import shutil
import sqlite3
import subprocess

from pydicom import Dataset, dcmread, dcmwrite
from pydicom.data import get_testdata_file
from pydicom.sequence import Sequence
from pydicom.uid import UID
import pytest

from builder.check import RULES, check_bundle, counts, html_report, inspect_bundle, to_json, to_text
from builder.check import layout as layout_checks
from builder.check import medium as medium_checks
from builder.deidentify import Option
from bundle.errors import NoBundle
from bundle.manifest import bundle_files, digests_of, format_lines
from tests import scans
from tests.conftest import build_bundle

MANIFEST, INDEX = "BUNDLE/MANIFEST.TXT", "BUNDLE/INDEX.DB"
CT_CLASS, ENHANCED_CT_CLASS = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1"
VIEWERS = {
    "viewer.exe": b"MZ", "VIEWER/WIN64/PYTHON.DLL": b"MZ", "viewer.sh": b"#!/bin/sh\n",
    "VIEWER/LINUX64/viewer": b"\x7fELF",
}  # fmt: skip


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


@pytest.fixture(scope="session")
def good_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four patients: a small series, an enhanced CT, and two of pydicom's files; with stand-ins for the viewers."""
    work = tmp_path_factory.mktemp("good")
    drive = build_bundle(work, write_sources(work / "scans"), check=False).drive
    for name, content in VIEWERS.items():
        (drive / name).parent.mkdir(parents=True, exist_ok=True)
        (drive / name).write_bytes(content)
    write_manifest(drive)
    return drive


@pytest.fixture
def bundle(good_bundle: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(good_bundle, tmp_path / "stick"))


def write_manifest(root: Path) -> None:
    digests = digests_of(root, bundle_files(root))
    (root / MANIFEST).write_text(format_lines(digests), encoding="utf-8", newline="\n")


def found(root: Path) -> list[str]:
    return [one.check for one in check_bundle(root)]


def test_nothing_is_found_in_a_good_bundle(good_bundle):
    assert check_bundle(good_bundle) == []


def test_the_totals_are_those_of_the_bundle(good_bundle):
    report = inspect_bundle(good_bundle)
    assert report.passed and report.not_made == ("identity.original",)
    totals = report.totals
    assert (totals.patients, totals.studies, totals.series, totals.dicom_files, totals.frames) == (4, 4, 4, 8, 10)
    assert totals.bytes == sum((good_bundle / path).stat().st_size for path in bundle_files(good_bundle))
    assert report.viewers == ("Windows", "Linux")
    assert [(code, files) for code, _, files in report.policy] == [("113100", 8), ("113107", 8)]


def test_real_scans_make_a_bundle_without_an_error(real_bundle):
    assert [one for one in check_bundle(real_bundle.drive) if one.severity == "error"] == []


def test_the_check_writes_nothing(good_bundle):
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in good_bundle.rglob("*")}
    check_bundle(good_bundle)
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in good_bundle.rglob("*")} == before


def test_progress_ends_with_every_file_read(good_bundle):
    steps: list[tuple[int, int]] = []
    check_bundle(good_bundle, progress=lambda done, total: steps.append((done, total)))
    files = len(bundle_files(good_bundle))
    assert steps == [(done, files) for done in range(1, files + 1)]


def test_a_folder_without_any_part_of_a_bundle_is_no_bundle(tmp_path):
    with pytest.raises(NoBundle):
        check_bundle(tmp_path)


# Damages: each breaks one thing, and makes the manifest right again unless the manifest is what it breaks


Damage = Callable[[Path], object]
DAMAGES: list[tuple[str, Damage]] = []


def breaks(check: str) -> Callable[[Damage], Damage]:
    def add(damage: Damage) -> Damage:
        DAMAGES.append((check, damage))
        return damage

    return add


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


def edit_index(*statements: str) -> Damage:
    def damage(root: Path) -> None:
        connection = sqlite3.connect(root / INDEX, isolation_level=None)
        for statement in statements:
            connection.execute(statement)
        connection.close()
        write_manifest(root)

    return damage


def refresh_index(root: Path, image: Path) -> None:
    """Make the index say of a changed file what it is now."""
    content = image.read_bytes()
    offset = content.index(b"\xe0\x7f\x10\x00OW\x00\x00") + 12
    digest = medium_checks.hashlib.sha256(content[:offset]).hexdigest()
    values = (offset, len(content), digest, image.relative_to(root).as_posix())
    connection = sqlite3.connect(root / INDEX)
    connection.execute("UPDATE instance SET pixel_offset=?, file_size=?, header_digest=? WHERE path=?", values)
    connection.commit()
    connection.close()
    write_manifest(root)


def edit_image(change: Callable[[Dataset], object]) -> Damage:
    """Change a data set by pydicom, everything else in accordance."""

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
    """Change the DICOMDIR by pydicom; values keep their length, so that the offsets stay right."""

    def damage(root: Path) -> None:
        size = (root / "DICOMDIR").stat().st_size
        directory = dcmread(root / "DICOMDIR")
        change(directory)
        dcmwrite(root / "DICOMDIR", directory)
        assert (root / "DICOMDIR").stat().st_size == size
        write_manifest(root)

    return damage


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


def without_manifest(damage: Damage) -> Damage:
    """Do a damage but leave the manifest as it was."""

    def changed(root: Path) -> None:
        kept = (root / MANIFEST).read_bytes()
        damage(root)
        (root / MANIFEST).write_bytes(kept)

    return changed


def edit_manifest(change: Callable[[str], str]) -> Damage:
    return lambda root: (root / MANIFEST).write_text(change((root / MANIFEST).read_text()), newline="\n")


def add_link(name: str, target: str) -> Damage:
    return lambda root: (root / name).symlink_to(target)


ZEROS = "0" * 64
for check, damage in {
    "manifest.absent": [lambda root: (root / MANIFEST).unlink()],
    "manifest.damaged": [
        edit_manifest(lambda text: "not a checksum\n" + text),
        lambda root: (root / MANIFEST).write_bytes(b"\xff\xfe\x00"),
    ],
    "manifest.outside": [
        edit_manifest(lambda text: text + f"{ZEROS}  ../elsewhere\n"),
        edit_manifest(lambda text: text + f"{ZEROS}  /etc/passwd\n"),
        edit_manifest(lambda text: text + f"{ZEROS}  C:\\x\n"),
    ],
    "manifest.missing": [
        without_manifest(remove_files(name))
        for name in ("DICOMDIR", INDEX, "README.TXT", "INDEX.HTM", "viewer.exe", "VIEWER/LINUX64/viewer")
    ] + [lambda root: first_image(root).unlink()],
    "manifest.unexpected": [
        add_file("DICOM/.DS_Store", b"\0\0\0\1Bud1", listed=False),
        add_file("BUNDLE/INDEX.DB-wal", b"", listed=False),
        add_file("VIEWER/WIN64/EVIL.DLL", b"MZ", listed=False),
        lambda root: shutil.copy(first_image(root), first_image(root).with_name("IM000099")),
    ],
    "manifest.changed": [
        without_manifest(edit_index("UPDATE instance SET path = '/etc/passwd'")),
        lambda root: edit_bytes(first_image(root), b"PRIMARY", b"QUILLFT"),
        lambda root: edit_bytes(root / "DICOMDIR", b"PATIENT ", b"PATIENTE"),
        lambda root: (root / "README.TXT").write_bytes(b""),
        lambda root: (root / "viewer.exe").write_bytes(b"MZ other"),
    ],
    "layout.unfinished": [add_file("BUNDLE/UNFINISH.TXT", b"not finished", listed=False)],
    "layout.autorun": [add_file("autorun.inf", b""), add_file("AUTORUN.INF", b"")],
    "layout.link": [
        add_link("DICOM/LINK", "/etc/passwd"),
        add_link("VIEWER/WIN64/LINK", "../../.."),
        lambda root: os.mkfifo(root / "BUNDLE/PIPE"),
    ],
    "layout.executable": [
        add_file("DICOM/IM1", b"MZ\x90\0", listed=False),
        add_file("BUNDLE/RUN", b"\x7fELF"),
        add_file("BUNDLE/RUN.SH", b"#!/bin/sh"),
        add_file("READINGS/X.EXE", b"MZ"),
    ],
    "layout.case_clash": [add_file("VIEWER/WIN64/python.dll", b"MZ")],
    "layout.name": [add_file("VIEWER/WIN64/NUL.txt", b""), add_file("VIEWER/WIN64/a\x07", b"")],
    "layout.long_path": [add_file("VIEWER/WIN64/" + "long/" * 40 + "x", b"")],
    "layout.foreign": [
        add_file("holiday.jpg", b""), lambda root: [(root / "private").mkdir(), (root / "more").mkdir()],
    ],
    "dicom.prefix": [add_file("DICOM/NOTES", b"just text"), add_file("DICOM/EMPTY", b"")],
    "dicom.preamble": [edit_content(lambda content: b"MZ" + content[2:])],
    "dicom.transfer_syntax": [edit_image_bytes(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.5\0")],
    "dicom.structure": [
        edit_image_bytes(b"\x28\x00\x10\x00US", b"\x28\x00\x10\x00??"),
        edit_image_bytes(b"\x18\x00\x60\x00DS\x06\x00", b"\x18\x00\x60\x00DS\xff\xff"),
        edit_image_bytes(b"\x28\x00\x10\x00US", b"\x20\x00\x01\x00US"),
        edit_image_bytes(b"DS\x08\x001.0\\1.0 ", b"DS\x08\x00abc\\1.0 "),
        edit_content(lambda content: content[:-100]),
    ],
    "dicom.value": [
        edit_image_bytes(b"ORIGINAL", b"original"),
        edit_image_bytes(b"DS\x06\x00120.0 ", b"DS\x06\x001 20.0"),
        edit_image_bytes(b"DS\x06\x00120.0 ", b"DS\x06\x00abcdef"),
        edit_image(lambda dataset: setattr(dataset, "AcquisitionDate", "20241399")),
        edit_image(lambda dataset: setattr(dataset, "DeidentificationMethod", "x" * 70)),
    ],
    "dicom.required": [remove_value("BitsStored"), set_value("PatientID", "")],
    "dicom.uid": [set_value("FrameOfReferenceUID", UID(uid)) for uid in ("1.02.3", "1." + "2" * 63, "1..3")],
    "dicom.trailing": [edit_content(lambda content: content + b"rest")],
    "identity.removed": [set_value("PatientIdentityRemoved", "NO"), remove_value("PatientIdentityRemoved")],
    "identity.method": [
        remove_value("DeidentificationMethodCodeSequence"),
        edit_image(lambda dataset: dataset.DeidentificationMethodCodeSequence.pop(0)),
    ],
    "identity.dates": [remove_value("LongitudinalTemporalInformationModified")],
    "identity.private": [
        edit_image(lambda dataset: dataset.add_new(0x00091001, "LO", "secret")),
        edit_image(lambda dataset: dataset.DeidentificationMethodCodeSequence[0].add_new(0x00091001, "LO", "secret")),
    ],
    "identity.overlay": [
        edit_image(lambda dataset: dataset.add_new(0x60003000, "OW", b"\0\0")),
        edit_image(lambda dataset: dataset.add_new(0x50003000, "OW", b"\0\0")),
    ],
    "identity.burned_in": [set_value("BurnedInAnnotation", "YES")],
    "identity.name": [
        set_value("PatientName", "Quillfeather^Ottoline"),
        set_value("OperatorsName", ["", "Brackwater^Ivo"]),
        edit_image(lambda d: setattr(d.DeidentificationMethodCodeSequence[0], "PersonName", "Brackwater^Ivo")),
        edit_directory(lambda d: setattr(records(d, "PATIENT")[0], "PatientName", "Q" * 12)),
    ],
    "identity.direct": [set_value("PatientBirthDate", "19530418"), set_value("AccessionNumber", "ACC-4711")],
    "files.missing": [lambda root: remove_files(first_image(root).relative_to(root).as_posix())(root)],
    "files.consistent": [set_value("SeriesNumber", 99), set_value("StudyDate", "20200101")],
    "files.duplicate": [
        lambda root: [shutil.copy(first_image(root), first_image(root).with_name("IM000099")), write_manifest(root)],
    ],
    "directory.absent": [remove_files("DICOMDIR")],
    "directory.unreadable": [
        add_file("DICOMDIR", b"nothing"),
        lambda root: add_file("DICOMDIR", (root / "DICOMDIR").read_bytes()[:-10])(root),
    ],
    "directory.head": [
        edit_directory(lambda directory: setattr(directory, "FileSetConsistencyFlag", 0xFFFF)),
        lambda root: add_file("DICOMDIR", b"MZ" + (root / "DICOMDIR").read_bytes()[2:])(root),
    ],
    "directory.offsets": [
        edit_directory(lambda d: setattr(records(d, "PATIENT")[0], "OffsetOfTheNextDirectoryRecord", 0)),
        edit_directory(lambda d: setattr(records(d, "PATIENT")[0], "OffsetOfTheNextDirectoryRecord", 7)),
        edit_directory(lambda d: setattr(
            records(d, "PATIENT")[1], "OffsetOfTheNextDirectoryRecord",
            d.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity,
        )),
        edit_directory(lambda d: setattr(d, "OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity", 1)),
    ],
    "directory.hierarchy": [set_key("IMAGE", "DirectoryRecordType", "IMAGES")],
    "directory.keys": [
        edit_directory(lambda d: setattr(records(d, "SERIES")[0], "SeriesNumber", "  ")),
        edit_directory(lambda d: setattr(records(d, "STUDY")[0], "StudyDate", " " * 8)),
    ],
    "directory.file_id": [
        edit_directory(lambda d: setattr(
            records(d, "IMAGE")[0], "ReferencedFileID",
            [part.lower() for part in records(d, "IMAGE")[0].ReferencedFileID],
        )),
    ],
    "directory.reference": [
        edit_directory(lambda d: setattr(
            next(r for r in records(d, "IMAGE") if r.ReferencedSOPClassUIDInFile == CT_CLASS),
            "ReferencedSOPClassUIDInFile", "1.2.840.10008.5.1.4.1.1.4",
        )),
        set_key("IMAGE", "ReferencedTransferSyntaxUIDInFile", "1.2.840.10008.1.2.2"),
    ],
    "index.absent": [remove_files(INDEX)],
    "index.unreadable": [
        add_file(INDEX, b"SQLite format 3\0" + bytes(84)), add_file(INDEX, b""),
        edit_index("DROP TABLE frame", "VACUUM"),
        edit_index("DELETE FROM bundle"),
    ],
    "index.newer": [edit_index("UPDATE bundle SET value = '99' WHERE key = 'format_version'")],
    "index.integrity": [edit_index("INSERT INTO preview SELECT 999, png FROM preview WHERE stack_id = 1")],
    "index.journal": [
        lambda root: add_file(
            INDEX, (root / INDEX).read_bytes()[:18] + b"\2\2" + (root / INDEX).read_bytes()[20:]
        )(root),
    ],
    "index.leftovers": [
        edit_index("CREATE TABLE gone AS SELECT hex(zeroblob(9000)) AS text", "DROP TABLE gone"),
    ],
    "index.path": [
        edit_index(f"UPDATE instance SET path = '{path}' WHERE id = 2")
        for path in ("/etc/passwd", "C:/DICOM/IM1", "DICOM/../../IM1", "DICOM\\IM1", "", "dicom/im000001")
    ] + [edit_index("UPDATE instance SET path = NULL WHERE id = 2")],
    "index.unique": [edit_index("UPDATE study SET case_number = 'CASE-001'")],
    "index.instance": [
        edit_index("UPDATE instance SET sop_class_uid = '1.2.840.10008.5.1.4.1.1.20' WHERE id = 2"),
        edit_index("UPDATE instance SET sop_instance_uid = '1.2.3' WHERE id = 2"),
        edit_index("UPDATE instance SET instance_number = 77 WHERE id = 2"),
    ],
    "index.pixels": [
        edit_index("UPDATE instance SET pixel_offset = pixel_offset + 2 WHERE id = 2"),
        edit_index("UPDATE instance SET pixel_length = pixel_length - 2 WHERE id = 2"),
        edit_index("UPDATE instance SET pixel_offset = 'here' WHERE id = 2"),
    ],
    "index.size": [edit_index("UPDATE instance SET file_size = 1 WHERE id = 2")],
    "index.header": [edit_index(f"UPDATE instance SET header_digest = '{ZEROS}' WHERE id = 2")],
    "index.agrees": [
        edit_index("UPDATE patient SET pseudonym = 'P-NOBODY' WHERE id = 1"),
        edit_index("UPDATE study SET study_instance_uid = '1.2.3' WHERE id = 1"),
        edit_index("UPDATE study SET study_date = '20000101' WHERE id = 1"),
        edit_index("UPDATE series SET series_instance_uid = '1.2.3' WHERE id = 1"),
        edit_index("UPDATE series SET modality = 'US' WHERE id = 1"),
        edit_index("UPDATE series SET series_number = 88 WHERE id = 1"),
    ],
    "index.count": [edit_index("UPDATE series SET number_of_instances = 88 WHERE id = 1")],
    "index.frames": [
        edit_index("DELETE FROM frame WHERE id = 2"),
        edit_index("UPDATE frame SET frame_index = 7 WHERE id = 2"),
        edit_index("UPDATE frame SET position = position + 1 WHERE stack_id = 1"),
        edit_index("UPDATE stack SET number_of_frames = 2 WHERE number_of_frames = 5"),
    ],
    "index.position": [
        edit_index("UPDATE frame SET x = x + 0.5 WHERE id = 2"), edit_index("UPDATE frame SET z = NULL WHERE id = 2"),
        edit_index("UPDATE frame SET z = 'up' WHERE id = 2"),
    ],
    "index.rescale": [edit_index("UPDATE frame SET rescale_intercept = 5 WHERE id = 2")],
    "index.window": [
        edit_index("UPDATE frame SET window_center = 4711, window_width = 1 WHERE id = 2"),
        edit_index("UPDATE stack SET window_width = 0 WHERE id = 1"),
    ],
    "index.stack": [
        edit_index("UPDATE stack SET rows = rows + 1 WHERE id = 1"),
        edit_index("UPDATE stack SET column_spacing = 9 WHERE id = 1"),
        edit_index("UPDATE stack SET row_x = 0, row_y = 1 WHERE id = 1"),
        edit_index("UPDATE stack SET pixel_representation = 1 - pixel_representation WHERE id = 1"),
    ],
    "index.order": [
        edit_index(
            "UPDATE frame SET position = 4 - position "
            "WHERE stack_id = (SELECT id FROM stack WHERE number_of_frames = 5)"
        ),
    ],
    "index.geometry": [
        edit_index("UPDATE stack SET step_z = -step_z WHERE number_of_frames = 5"),
        edit_index("UPDATE stack SET spacing_between_slices = 9 WHERE number_of_frames = 5"),
        edit_index("UPDATE stack SET tilt = 9 WHERE number_of_frames = 5"),
        edit_index("UPDATE stack SET is_volume = 0, not_volume_reason = 'no' WHERE number_of_frames = 5"),
    ],
    "index.preview": [
        edit_index("DELETE FROM preview WHERE stack_id = 2", "VACUUM"),
        edit_index("UPDATE preview SET png = substr(png, 1, length(png) - 20) WHERE stack_id = 2", "VACUUM"),
        edit_index("UPDATE preview SET png = X'FFD8FF' WHERE stack_id = 2", "VACUUM"),
        edit_index("UPDATE stack SET preview_frame = 500 WHERE id = 1"),
    ],
    "viewer.windows": [remove_files("viewer.exe"), remove_files("VIEWER/WIN64")],
    "viewer.linux": [remove_files("viewer.sh"), remove_files("VIEWER/LINUX64/viewer")],
    "viewer.none": [remove_files("viewer.exe", "viewer.sh", "VIEWER")],
    "pdi.readme": [remove_files("README.TXT")],
    "pdi.page": [remove_files("INDEX.HTM")],
}.items():  # fmt: skip
    DAMAGES.extend((check, one) for one in damage)


@breaks("layout.file_id")
def a_name_in_small_letters(root: Path) -> None:
    image = first_image(root)
    path = image.relative_to(root).as_posix()
    image.rename(image.with_name("im000001"))
    edit_bytes(
        root / "DICOMDIR", path.replace("/", "\\").encode(), path.replace("/", "\\").replace("IM", "im").encode()
    )
    edit_index(f"UPDATE instance SET path = '{path.replace('IM', 'im')}' WHERE path = '{path}'")(root)


@breaks("dicom.meta")
def another_instance_in_the_file_meta(root: Path) -> None:
    uid = dcmread(first_image(root)).SOPInstanceUID.encode()
    edit_image_bytes(uid, uid[:-1] + (b"1" if uid[-1:] != b"1" else b"2"))(root)


@breaks("dicom.meta")
def a_wrong_length_of_the_file_meta(root: Path) -> None:
    edit_image_bytes(b"\x02\x00\x00\x00UL\x04\x00", b"\x02\x00\x00\x00UL\x02\x00")(root)


@breaks("dicom.pixels")
def one_pixel_too_few(root: Path) -> None:
    edit_image(lambda dataset: setattr(dataset, "PixelData", dataset.PixelData[:-2]))(root)


@breaks("files.unlisted")
def a_file_that_no_list_names(root: Path) -> None:
    image = first_image(root)
    dataset = dcmread(image)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4.5.6"
    dcmwrite(image.with_name("IM000099"), dataset)
    write_manifest(root)


def leave_out_of_directory(directory: Dataset) -> None:
    """Mark a patient with one image, and everything below, as inactive, and lead the offsets past it."""
    every = list(directory.DirectoryRecordSequence)
    starts = [n for n, record in enumerate(every) if record.DirectoryRecordType == "PATIENT"] + [len(every)]
    place = next(n for n in range(1, len(starts)) if starts[n] - starts[n - 1] == 4) - 1
    for record in every[starts[place] : starts[place + 1]]:
        record.RecordInUseFlag = 0
    following = every[starts[place]].OffsetOfTheNextDirectoryRecord
    if place == 0:
        directory.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = following
    else:
        every[starts[place - 1]].OffsetOfTheNextDirectoryRecord = following
    if following == 0:
        directory.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = every[starts[place - 1]].seq_item_tell


@breaks("directory.unlisted")
def a_patient_that_the_directory_leaves_out(root: Path) -> None:
    edit_directory(leave_out_of_directory)(root)


@breaks("index.unlisted")
def a_patient_that_the_index_leaves_out(root: Path) -> None:
    # Every patient has one study, one series and one stack, with the same number.
    with sqlite3.connect(root / INDEX) as index:
        ((one,),) = index.execute("SELECT min(id) FROM series WHERE number_of_instances = 1").fetchall()
    columns = {"preview": "stack_id", "frame": "stack_id", "instance": "series_id"}
    tables = ("preview", "frame", "stack", "instance", "series", "study", "patient")
    deletions = [f"DELETE FROM {table} WHERE {columns.get(table, 'id')} = {one}" for table in tables]
    edit_index(*deletions, "VACUUM")(root)


@breaks("directory.unique")
def two_records_for_one_patient(root: Path) -> None:
    def change(directory: Dataset) -> None:
        first, second = records(directory, "PATIENT")[:2]
        second.PatientID = second.PatientName = first.PatientID

    edit_directory(change)(root)


@breaks("directory.agrees")
def another_study_in_the_directory(root: Path) -> None:
    def change(directory: Dataset) -> None:
        study = records(directory, "STUDY")[0]
        uid = study.StudyInstanceUID
        study.StudyInstanceUID = UID(uid[:-1] + ("1" if uid[-1] != "1" else "2"))

    edit_directory(change)(root)


@breaks("directory.agrees")
def another_number_of_an_image_in_the_directory(root: Path) -> None:
    edit_directory(lambda directory: setattr(records(directory, "IMAGE")[0], "InstanceNumber", "7"))(root)


@pytest.mark.parametrize(("check", "damage"), DAMAGES, ids=[f"{n}-{check}" for n, (check, _) in enumerate(DAMAGES)])
def test_one_broken_thing_is_one_finding(bundle, check, damage):
    damage(bundle)
    assert found(bundle) == [check], "\n".join(to_text(check_bundle(bundle)))


def test_every_check_is_tried_by_a_damage_or_by_a_test_of_its_own():
    tried_elsewhere = {
        "medium.unreadable", "layout.too_large", "identity.original", "drive.file_system", "drive.room",
    }  # fmt: skip
    assert {check for check, _ in DAMAGES} | tried_elsewhere == set(RULES)


def test_a_file_that_cannot_be_read_is_one_finding_and_everything_else_goes_on(bundle, monkeypatch):
    bad, read = first_image(bundle), medium_checks._read_once

    def failing(path: Path, kept: int) -> tuple[int, str, bytes]:
        if path == bad:
            raise OSError(5, "Input/output error")
        return read(path, kept)

    monkeypatch.setattr(medium_checks, "_read_once", failing)
    (bundle / "README.TXT").write_bytes(b"")
    assert found(bundle) == ["medium.unreadable", "manifest.changed"]


def test_a_file_too_large_for_fat32_is_a_warning(good_bundle, monkeypatch):
    largest = max((good_bundle / path).stat().st_size for path in bundle_files(good_bundle))
    monkeypatch.setattr(layout_checks, "_FAT32_LIMIT", largest - 1)
    (finding,) = check_bundle(good_bundle)
    assert (finding.check, finding.severity) == ("layout.too_large", "warning")


def test_several_broken_things_are_all_found(bundle):
    (bundle / "README.TXT").unlink()
    (bundle / "autorun.inf").write_bytes(b"")
    edit_bytes(first_image(bundle), b"120.0", b"121.0")
    assert found(bundle) == ["manifest.missing", "manifest.changed", "layout.autorun"]


def test_what_the_system_leaves_on_a_stick_is_nobodys_file(bundle):
    (bundle / "System Volume Information").mkdir()
    (bundle / ".Trash-1000").mkdir()
    assert check_bundle(bundle) == []


def test_readings_are_left_alone(bundle):
    add_file("READINGS/R1.JSON", b"{}", listed=False)(bundle)
    assert check_bundle(bundle) == []


def test_checks_that_had_nothing_to_look_at_are_not_said_to_be_right(bundle):
    remove_files(INDEX)(bundle)
    report = inspect_bundle(bundle)
    assert "index.order" in report.not_made and "directory.offsets" not in report.not_made
    assert "not possible" in html_report(report)


def test_a_header_that_nests_without_end_is_a_finding_and_no_crash(bundle):
    item = b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    nested = b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff" + item
    content = first_image(bundle).read_bytes()
    at = content.index(b"\x08\x00\x60\x00CS")
    first_image(bundle).write_bytes(content[:at] + nested * 5000 + content[at:])
    write_manifest(bundle)
    assert found(bundle) == ["dicom.structure"]


def test_a_claim_of_billions_of_frames_is_not_believed(bundle):
    set_value("NumberOfFrames", 2_000_000_000)(bundle)
    assert "dicom.pixels" in found(bundle)


# Where the words come from, and where they go


@pytest.fixture
def bad_report(bundle):
    add_file("<b>evil\x1b[2J.txt", b"")(bundle)
    edit_index("UPDATE series SET description = '<script>alert(1)</script>'")(bundle)
    remove_files("README.TXT")(bundle)
    return inspect_bundle(bundle)


def test_every_finding_says_what_to_do_and_on_which_clause_it_rests():
    for rule in RULES.values():
        assert rule.holds.endswith(".") and rule.remedy.endswith(".") and rule.clause, rule.name
        assert rule.severity in ("error", "warning", "hint")


def test_text_is_grouped_by_severity_and_holds_no_control_characters(bad_report):
    lines = to_text(bad_report.findings)
    assert lines[0] == "Errors (1)" and "Hints (1)" in lines
    assert all(line.isprintable() for line in lines)
    assert to_text([]) == []


def test_json_has_the_numbers_and_every_finding(bad_report):
    content = json.loads(json.dumps(bad_report.to_json()))
    assert (content["passed"], content["error"], content["warning"], content["hint"]) == (False, 1, 0, 1)
    assert set(content["findings"][0]) == {
        "check", "severity", "subject", "expected", "message", "remedy", "clause",
    }  # fmt: skip
    assert to_json(bad_report.findings)["findings"] == content["findings"]
    assert counts([]) == {"error": 0, "warning": 0, "hint": 0}


def test_the_page_shows_every_preview_and_nothing_on_it_can_run(bad_report):
    page = html_report(bad_report)
    assert page.count("data:image/png;base64,") == 4
    assert "Not passed: 1 error" in page and "README.TXT" in page
    assert "<script" not in page and "<b>evil" not in page and "default-src 'none'" in page
    assert "http://" not in page and "https://" not in page


def test_the_page_can_be_made_when_the_index_cannot_be_read(bundle):
    add_file(INDEX, b"nothing")(bundle)
    assert "The index cannot be read" in html_report(inspect_bundle(bundle))


def test_sha256sum_agrees_with_the_manifest(good_bundle):
    ran = subprocess.run(["sha256sum", "--quiet", "-c", MANIFEST], cwd=good_bundle, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_a_bundle_with_every_option_has_no_error(tmp_path, real_scans):
    options = [option.label for option in Option if "dates" not in option.label]
    built = build_bundle(tmp_path, real_scans, deidentify=frozenset(options))
    assert [one for one in built.outcome.findings if one.severity == "error"] == []
