"""Possible damages of a bundle: each function breaks one thing in a good one, with the check that must find it."""

from collections.abc import Callable
import os
from pathlib import Path
import shutil
import sqlite3

from pydicom import Dataset, dcmread, dcmwrite
from pydicom.uid import UID

from builder.catalogue.cleaning import CleaningStated, Method
from builder.catalogue.template import template_files
from bundle.held import held_text
from tests.builder.check.damage_answers import ANSWER_DAMAGES
from tests.builder.check.damage_chunks import CHUNK_DAMAGES
from tests.builder.check.damage_stacks import STACK_DAMAGES
from tests.builder.check.damaging import (  # fmt: skip
    BILLS,
    CT_CLASS,
    INDEX,
    MANIFEST,
    PIXELS,
    Damage,
    add_file,
    add_link,
    edit_bytes,
    edit_content,
    edit_directory,
    edit_directory_bytes,
    edit_file,
    edit_image,
    edit_image_bytes,
    edit_index,
    edit_manifest,
    edit_page,
    first_image,
    grey_png,
    marked_png,
    records,
    remove_files,
    remove_value,
    retell,
    rewrite,
    set_key,
    set_value,
    without_manifest,
    write_into_gap,
    write_manifest,
)

# The name of a check, and what breaks what it holds. The manifest is made right again, unless it is what is broken.
DAMAGES: list[tuple[str, Damage]] = [*STACK_DAMAGES, *ANSWER_DAMAGES, *CHUNK_DAMAGES]


def breaks(check: str) -> Callable[[Damage], Damage]:
    def add(damage: Damage) -> Damage:
        DAMAGES.append((check, damage))
        return damage

    return add


def say_in_readme(line: str) -> Damage:
    return lambda root: add_file("README.TXT", (root / "README.TXT").read_bytes() + f"{line}\r\n".encode())(root)


def say_in_page(cell: str, case: str = "CASE-001") -> Damage:
    """An extra cell in the line of a case."""

    def damage(root: Path) -> None:
        before, found, after = (root / "INDEX.HTM").read_text().partition(f">{case}<")
        add_file("INDEX.HTM", (before + found + after.replace("</tr>", f"{cell}</tr>", 1)).encode())(root)

    return damage


def altered(words: str, told: str, *, masked: int) -> Damage:
    """An image with altered pixels, consistently in file, index and texts: worth knowing, but not an error."""

    def change(dataset: Dataset) -> None:
        dataset.DerivationDescription = words
        if masked:
            dataset.BurnedInAnnotation = "NO"
            state_method("113101", "Clean Pixel Data Option")(dataset)

    def damage(root: Path) -> None:
        edit_image(change)(root)
        if masked:
            retell(
                (PIXELS, f"In 7 of 8 images: {PIXELS}", "In 1 of 8 images: Text in the picture was overwritten."),
                (METHOD, METHOD, "113101 Clean Pixel Data Option (1 of 8 images)"),
            )(root)
        else:
            kept = "In 1 of 8 images: Text was read in the picture, and whoever made this medium decided to keep it."
            retell((PIXELS, PIXELS, kept))(root)
        path = first_image(root).relative_to(root).as_posix()
        with sqlite3.connect(root / INDEX) as index:
            ((series, case),) = index.execute(
                "SELECT series.id, case_number FROM instance JOIN series ON series.id = series_id "
                "JOIN study ON study.id = study_id WHERE path = ?", (path,),
            )  # fmt: skip
        edit_index(
            f"UPDATE instance SET altered = '{words}' WHERE path = '{path}'",
            f"UPDATE series SET images_masked = {masked} WHERE id = {series}", "VACUUM",
        )(root)  # fmt: skip
        say_in_readme(f"  {case}: {told}")(root)
        say_in_page(f"<td>{told}</td>", case)(root)

    return damage


DATES = (
    "All dates and times are shifted by an unknown amount: the same for one patient, except that a single examination "
    "may be shifted by its own length more."
)
METHOD = "113107 Retain Longitudinal Temporal Information Modified Dates Option"


def manual(dates: str, images: int = 8) -> bytes:
    """The manual of the good bundle, if its dates were treated so."""
    names = ("Basic Application Confidentiality Profile", METHOD.partition(" ")[2])
    methods = [Method(code, name, images) for code, name in zip(("113100", "113107"), names, strict=True)]
    said = (
        "identity", "staff", "overlays", "free_text", "hospitals", "devices", "patients", "uids", "private", dates,
        "geometry", "pixels", "faces", "recognised",
    )  # fmt: skip
    cleaning = CleaningStated(images, methods, dict.fromkeys(said, images))
    return template_files([], ["win64"], version="1", cleaning=cleaning)["MANUAL.PDF"]


def state_method(code: str, meaning: str, **more: str) -> Callable[[Dataset], None]:
    """One more method of de-identification."""

    def change(dataset: Dataset) -> None:
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, "DCM", meaning
        dataset.DeidentificationMethodCodeSequence.append(item)
        dataset.update(more)

    return change


ZEROS = "0" * 64
for check, damages in {
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
        lambda root: [(root / folder / ".DS_Store").write_bytes(b"Bud1") for folder in ("DICOM", "BUNDLE", "VIEWER")],
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
    "layout.hanging": [
        add_file("BUNDLE/HANGING.TXT", b"[[rule]]\nlayout = 'six'\n"),
        add_file("BUNDLE/HANGING.TXT", b"# for Dr Quill\n[[rule]]\nlayout = \"two\"\n\n"),
        add_file("BUNDLE/HANGING.TXT", b"\xff\xfe"),
    ],
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
        add_file("READINGS/R.JSONL.lnk", b"L\0\0\0"),
        add_file("BUNDLE/START.BAT", b"@echo off"),
        add_file("DICOM/PT000001/IM000001.SCR", b"text"),
        add_file("VIEWER/RUN.VBS", b"text"),
    ],
    "layout.case_clash": [
        lambda root: [add_file(f"READINGS/{name}.JSONL", b"")(root) for name in "Rr"],
        add_file("readme.txt", b""), lambda root: (root / "dicom").mkdir(),
    ],
    "layout.name": [add_file("READINGS/NUL.txt", b""), add_file("READINGS/a\x07", b"")],
    "layout.long_path": [add_file("READINGS/" + "long/" * 40 + "x", b"")],
    "layout.unknown": [
        add_file("BUNDLE/NOTES.TXT", b"Quillfeather"), add_file("VIEWER/MORE/NOTES.TXT", b"text"),
        add_file("VIEWER/LICENSES/NOTES.TXT", b"text"),
    ],
    "layout.hard_link": [lambda root: os.link(first_image(root), root.parent / "elsewhere")],
    "layout.foreign": [
        add_file("holiday.jpg", b""), lambda root: [(root / "private").mkdir(), (root / "more").mkdir()],
    ],
    "layout.foreign_program": [add_file("holiday.jpg.exe", b"x"), add_file("setup", b"MZ\x90\0")],
    "layout.litter": [
        lambda root: [(root / name).write_bytes(b"\0\0\0\1Bud1") for name in (".DS_Store", "._DICOM", "Thumbs.db")],
        add_file("desktop.ini", b"[.ShellClassInfo]", listed=False),
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
    "dicom.iod": [remove_value("KVP"), remove_value("ReferringPhysicianName")],
    "dicom.character_set": [
        set_value("SpecificCharacterSet", "ISO_IR 999"),
        edit_image(lambda dataset: dataset.add_new(0x00081030, "LO", b"\xe4")),
        edit_image(lambda dataset: (
            setattr(dataset, "SpecificCharacterSet", "ISO_IR 192"), dataset.add_new(0x00081030, "LO", b"\xff\xfe"),
        )),
        edit_directory_bytes(b"SH\x02\x001 ", b"SH\x02\x00\xe4 "),
    ],
    "dicom.required": [remove_value("BitsStored"), set_value("PatientID", "")],
    "dicom.uid": [set_value("FrameOfReferenceUID", UID(uid)) for uid in ("1.02.3", "1." + "2" * 63, "1..3")],
    "dicom.trailing": [edit_content(lambda content: content + b"rest")],
    "identity.removed": [set_value("PatientIdentityRemoved", "NO"), remove_value("PatientIdentityRemoved")],
    "identity.method": [
        remove_value("DeidentificationMethodCodeSequence"),
        edit_image(lambda dataset: dataset.DeidentificationMethodCodeSequence.pop(0)),
    ],
    "identity.held": [
        set_value("DeidentificationMethod", ["mkbundle", held_text("StationName", replaced=False)]),
        set_value("DeidentificationMethod", ["mkbundle", held_text("FrameOfReferenceUID", replaced=True)]),
    ],
    "identity.dates": [remove_value("LongitudinalTemporalInformationModified")],
    "identity.stated": [
        set_value("LongitudinalTemporalInformationModified", "UNMODIFIED"),
        set_value("RecognizableVisualFeatures", "NO"), set_value("RecognizableVisualFeatures", "YES"),
        edit_image(state_method("113101", "Clean Pixel Data Option", BurnedInAnnotation="NO")),
        edit_image(state_method("113102", "Clean Recognizable Visual Features Option")),
        edit_image(state_method("113106", "Retain Longitudinal Temporal Information Full Dates Option")),
    ],
    "pdi.privacy": [
        *(rewrite(name, old, *new) for name in ("README.TXT", "INDEX.HTM") for old, *new in (
            (DATES, "All dates and times of the examinations are kept as they were."), (DATES, ""),
            (DATES, f"In 3 of 8 images: {DATES}"), (DATES, f"{DATES} Nothing else is true."),
            ("addresses of hospitals are removed.", "addresses of hospitals are kept."),
            (METHOD, METHOD.replace("113107", "113106")), (METHOD, ""), (METHOD, f"{METHOD} (5 of 8 images)"),
            (PIXELS, f"{PIXELS} Text im Bild wurde überdeckt."), (PIXELS, "In 8 of 8 images: The face was removed."),
            (PIXELS, PIXELS, "The name of the patient is on the label."),
        )),
        add_file("MANUAL.PDF", manual("dates_full")), add_file("MANUAL.PDF", manual("dates_removed")),
    ],
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
        edit_index("UPDATE stack SET row_x = 0, row_y = 1 WHERE id = 1"),
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
        edit_index("CREATE TABLE gone AS SELECT hex(zeroblob(9000)) AS text", "DROP TABLE gone", swept=False),
        lambda root: add_file(INDEX, (root / INDEX).read_bytes() + b"Quillfeather^Ottoline".ljust(4096))(root),
        edit_index(
            "PRAGMA secure_delete = OFF",
            "INSERT INTO bundle VALUES ('name', 'Quillfeather^Ottoline')", "DELETE FROM bundle WHERE key = 'name'",
            swept=False,
        ),
        write_into_gap(b"Q"),
    ],
    "index.contents": [
        edit_index("CREATE TABLE notes AS SELECT 'Quillfeather' AS text"),
        edit_index("ALTER TABLE patient ADD COLUMN remark TEXT"),
        edit_index("INSERT INTO bundle VALUES ('remark', 'Quillfeather')"),
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
    "index.digest": [edit_index(f"UPDATE digest SET sha256 = '{ZEROS}' WHERE instance_id = 2")],
    "index.agrees": [
        edit_index("UPDATE patient SET pseudonym = 'P-NOBODY' WHERE id = 1"),
        edit_index("UPDATE study SET study_instance_uid = '1.2.3' WHERE id = 1"),
        edit_index("UPDATE study SET study_date = '20000101' WHERE id = 1"),
        edit_index("UPDATE series SET series_instance_uid = '1.2.3' WHERE id = 1"),
        edit_index("UPDATE series SET modality = 'US' WHERE id = 1"),
        edit_index("UPDATE series SET series_number = 88 WHERE id = 1"),
        edit_index("UPDATE series SET description = 'Knee of Ottoline Quillfeather' WHERE id = 1"),
        edit_index("UPDATE series SET description = '' WHERE id = 1"),
        edit_index("INSERT INTO patient VALUES (900, 'Quillfeather')"),
        lambda root: (
            edit_page("</body>", "CASE-900</body>")(root),
            edit_index("INSERT INTO study VALUES (900, 1, 'CASE-900', '1.2.900', '19010203', 0, 0, 0)")(root),
        ),
        edit_index(
            "INSERT INTO series VALUES (900, 1, '1.2.901', 'CT', 1, 'Quillfeather', 0, '', 0, 0, 0, NULL, NULL, NULL,"
            " '', '')"
        ),
        edit_index("UPDATE series SET patient_weight = 71.5 WHERE id = 1"),
        edit_index("UPDATE series SET injected_dose = 3e8 WHERE id = 1"),
        edit_index("UPDATE series SET injected = '20190304082000' WHERE id = 1"),
    ],
    "identity.derivation": [set_value("DerivationDescription", "done for Quillfeather")],
    "index.altered": [
        edit_index("UPDATE instance SET altered = 'text masked, 5 of 64 pixels' WHERE id = 2"),
        set_value("DerivationDescription", "text masked, 5 of 64 pixels"),
    ],
    "index.left_out": [
        edit_index("UPDATE series SET images_masked = 3 WHERE id = 1"),
        edit_index("UPDATE series SET images_left_out = 3 WHERE id = 1"),
    ],
    "pdi.left_out": [
        say_in_readme("  CASE-001: 1 left out"), say_in_page("<td>3 masked</td>"),
        say_in_readme("  CASE-001: 1.200 weggelassen"), say_in_page("<td>3 überdeckt</td>"),
        say_in_readme("  CASE-001: 1,200 not chosen"), say_in_page("<td>3 nicht ausgewählt</td>"),
        say_in_readme("  CASE-001: 1,200 could not be read"), say_in_page("<td>3 nicht lesbar</td>"),
    ],
    "pictures.undecided": [edit_index("UPDATE series SET images_undecided = 2 WHERE id = 1")],
    "pictures.left_out": [
        lambda root: [harm(root) for harm in (
            edit_index("UPDATE study SET images_left_out = 2 WHERE id = 1"),
            say_in_readme("  CASE-001: 2 left out"), say_in_page("<td>2 left out</td>"),
        )],
    ],
    "pictures.not_chosen": [
        lambda root: [harm(root) for harm in (
            edit_index("UPDATE study SET images_not_chosen = 2 WHERE id = 1"),
            say_in_readme("  CASE-001: 2 not chosen"), say_in_page("<td>2 not chosen</td>"),
        )],
    ],
    "pictures.unreadable": [
        lambda root: [harm(root) for harm in (
            edit_index("UPDATE study SET images_unreadable = 2 WHERE id = 1"),
            say_in_readme("  CASE-001: 2 could not be read"), say_in_page("<td>2 could not be read</td>"),
        )],
    ],
    "pictures.masked": [altered("text masked, 5 of 64 pixels", "1 masked", masked=1)],
    "pictures.kept": [altered("kept by decision though text was read in it", "1 kept with text", masked=0)],
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
        edit_index(
            "UPDATE stack SET window_width = window_width * 3 "
            "WHERE id = (SELECT stack_id FROM frame WHERE window_width IS NOT NULL)"
        ),
    ],
    "index.stack": [
        edit_index("UPDATE stack SET rows = rows + 1 WHERE id = 1"),
        edit_index("UPDATE stack SET column_spacing = 9 WHERE id = 1"),
        edit_index("UPDATE stack SET " + ", ".join(
            f"{name} = -{name}" for name in ("row_x", "row_y", "row_z", "column_x", "column_y", "column_z")
        ) + " WHERE id = 1"),
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
        edit_index("UPDATE stack SET notes = 'Quillfeather^Ottoline' WHERE number_of_frames = 5"),
        edit_index("UPDATE stack SET notes = 'compressed with loss' WHERE number_of_frames = 5"),
    ],
    "index.preview": [
        edit_index("DELETE FROM preview WHERE stack_id = 2", "VACUUM"),
        edit_index("UPDATE preview SET png = substr(png, 1, length(png) - 20) WHERE stack_id = 2", "VACUUM"),
        edit_index("UPDATE preview SET png = X'FFD8FF' WHERE stack_id = 2", "VACUUM"),
        edit_index("UPDATE stack SET preview_frame = 500 WHERE id = 1"),
    ],
    "index.picture": [edit_index("UPDATE stack SET window_width = window_width * 3 WHERE number_of_frames = 5")],
    "viewer.windows": [remove_files("viewer.exe"), remove_files("VIEWER/WIN64")],
    "viewer.linux": [remove_files("viewer.sh"), remove_files("VIEWER/LINUX64/viewer")],
    "viewer.bill": [
        remove_files(BILLS["win64"]), add_file(BILLS["linux64"], b"{}"), add_file(BILLS["win64"], b"["),
        lambda root: [add_file("VIEWER/WIN64/OTHER.DLL", b"MZ")(root), remove_files("VIEWER/WIN64/PYTHON.DLL")(root)],
        add_file("VIEWER/WIN64/EVIL.DLL", b"MZ"),
        add_file("viewer.exe", b"MZ evil"),
        add_file("VIEWER/LINUX64/viewer", b"\x7fELF evil"),
        add_file("VIEWER/LICENSES/LINUX64/EVIL.TXT", b"text"),
    ],
    "viewer.beside": [
        add_file("VERSION.dll", b"MZ"), add_file("qt.conf", b"[Paths]"), add_file("platforms/qwindows.dll", b"MZ"),
        add_file("viewer.exe.manifest", b"<assembly/>"), add_file("viewer.exe.local/comctl32.dll", b"MZ"),
        add_file("python311._pth", b"."),
    ],
    "viewer.script": [add_file("viewer.sh", b"#!/bin/sh\nrm -r ~\n")],
    "web.script": [
        remove_files("WEB/READER.JS"), remove_files("WEB/INDEX.JS"),
        remove_files("WEB/FORM.JS"),
        edit_file("WEB/READER.JS", b"(()=>{", b"fetch('http://x.org');(()=>{"),
        edit_file("WEB/READER.HTM", b"<body>", b"<body><script src='../OTHER.JS'></script>"),
        edit_file("WEB/READER.HTM", b"default-src 'none'", b"default-src *"),
    ],
    "web.rows": [
        edit_file("WEB/INDEX.JS", b'"CASE-001"', b'"CASE-002"'), edit_file("WEB/INDEX.JS", b"};", b"};alert(1);"),
        edit_file("WEB/INDEX.JS", b'"cases":', b'"cases": '),
        edit_file("WEB/INDEX.JS", b'"rescale_slope":1', b'"rescale_slope":2'),
        edit_file("WEB/INDEX.JS", b'"header_digest":["', b'"header_digest":["0'),
        edit_file("WEB/INDEX.JS", b'"preview":"', b'"preview":"-'),
        edit_file("WEB/INDEX.JS", b'"rules":[]', b'"rules":[{"layout":"two","window":null,"prior":false}]'),
        edit_file("WEB/INDEX.JS", b'"rule":0', b'"rule":1'),
        edit_file("WEB/INDEX.JS", b'"before":""', b'"before":"CASE-001"'),
        edit_file("WEB/INDEX.JS", b'"frame_of_reference":1', b'"frame_of_reference":2'), add_file("WEB/INDEX.JS", b""),
    ],
    "viewer.none": [remove_files("viewer.exe", "viewer.sh", "VIEWER")],
    "pdi.readme": [
        remove_files("README.TXT"), add_file("README.TXT", b" \r\n"), add_file("README.TXT", bytes(1000)),
        add_file("README.TXT", b"Call me."), add_file("README.TXT", "Öffnen: DICOMDIR".encode("latin-1")),
        add_file("README.TXT", "Öffnen: DICOMDIR".encode()),
        add_file("README.TXT", b"\xef\xbb\xbf" + "Öffnen: DICOMDIR".encode("latin-1")),
    ],
    "pdi.page": [
        remove_files("INDEX.HTM"), edit_page("CASE-002", "CASE-00X"),
        *(edit_page("<main>", f"<main>{text}") for text in (
            "<script>x()</script>", "<p onclick='x()'>x</p>", "<a href='https://x.org'>x</a>", "<img src='x.png'>",
            "<a href='VIEWER/WIN64/OTHER.EXE'>x</a>", "<p style='background: url(//x)'>x</p>",
        )),
        edit_page("<style>", "<style>@import 'https://x.org';"),
    ],
}.items():  # fmt: skip
    DAMAGES.extend((check, damage) for damage in damages)


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
    digests = f"DELETE FROM digest WHERE instance_id IN (SELECT id FROM instance WHERE series_id = {one})"
    deletions = [digests] + [f"DELETE FROM {table} WHERE {columns.get(table, 'id')} = {one}" for table in tables]
    edit_index(*deletions, "VACUUM")(root)


@breaks("index.picture")
def the_preview_of_another_slice(root: Path) -> None:
    # As large as the right one, and a sound picture: nothing but its pixels tells.
    with sqlite3.connect(root / INDEX) as index:
        stacks = "SELECT id, rows, columns FROM stack WHERE number_of_frames = 5"
        ((stack, rows, columns),) = index.execute(stacks).fetchall()
        index.execute("UPDATE preview SET png = ? WHERE stack_id = ?", (grey_png(rows, columns), stack))
    edit_index("VACUUM")(root)


@breaks("manifest.changed")
def one_bit_of_one_pixel(root: Path) -> None:
    content = bytearray(first_image(root).read_bytes())
    content[-3] ^= 1
    first_image(root).write_bytes(content)


@breaks("manifest.changed")
def a_sector_of_zeros(root: Path) -> None:
    content = bytearray((root / INDEX).read_bytes())
    content[4096:4608] = bytes(512)
    (root / INDEX).write_bytes(content)


@breaks("manifest.changed")
def one_file_in_the_place_of_another(root: Path) -> None:
    image = first_image(root)
    shutil.copy(image.with_name("IM000002"), image)


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


@breaks("index.digest")
def the_pixels_of_another_slice(root: Path) -> None:
    # With every header as it was, and a manifest that agrees: only the index tells.
    image = first_image(root)
    content, other = image.read_bytes(), image.with_name("IM000002").read_bytes()
    start = content.index(b"\xe0\x7f\x10\x00OW\x00\x00") + 12
    image.write_bytes(content[:start] + other[start - len(content) :])
    write_manifest(root)


@breaks("index.picture")
def a_preview_with_a_mark_in_its_last_row(root: Path) -> None:
    with sqlite3.connect(root / INDEX) as index:
        ((stack, png),) = index.execute(
            "SELECT stack_id, png FROM preview JOIN stack ON stack.id = stack_id WHERE number_of_frames = 5"
        )
        index.execute("UPDATE preview SET png = ? WHERE stack_id = ?", (marked_png(png), stack))
    edit_index("VACUUM")(root)


@breaks("directory.agrees")
def another_date_of_a_study_in_the_directory(root: Path) -> None:
    edit_directory(lambda directory: setattr(records(directory, "STUDY")[0], "StudyDate", "20010203"))(root)


@breaks("directory.agrees")
def another_number_of_a_series_in_the_directory(root: Path) -> None:
    edit_directory(lambda directory: setattr(records(directory, "SERIES")[0], "SeriesNumber", "9"))(root)


@breaks("directory.offsets")
def a_loop_from_the_last_image_to_the_first(root: Path) -> None:
    def change(directory: Dataset) -> None:
        images = [record for record in records(directory, "IMAGE") if "SE000001" in record.ReferencedFileID]
        images[-1].OffsetOfTheNextDirectoryRecord = images[0].seq_item_tell

    edit_directory(change)(root)
