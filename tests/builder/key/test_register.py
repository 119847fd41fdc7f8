"""The register: one number for a study on every stick, one writer at a time, and old key folders are taken over."""

from concurrent.futures import ThreadPoolExecutor
import csv
import json
import multiprocessing
import os
from pathlib import Path
import shutil
import sqlite3
import subprocess
import sys
import time

from pydicom import Dataset, dcmread
import pytest

from builder.catalogue.web_files import fixed_size
from builder.errors.register import (
    KeyLost,
    RegisterBusy,
    RegisterDamaged,
    RegisterFailed,
    RegisterOfOtherKey,
    RegisterTooNew,
)
from builder.key import register as register_module
from builder.key.crosswalk import CrosswalkRow, crosswalk_path, images_path, read_crosswalk, read_images
from builder.key.memory import open_register
from builder.key.originals import read_originals
from builder.key.register import previous_path, register_path
from builder.pipeline.outcome import BuildOptions
from builder.pipeline.span import build_media
from bundle import layout
from bundle.reading.form_file import decode_form, read_form
from tests.builder.key.studies import (
    ask,
    build_stick,
    check_sound,
    crosswalk,
    key_of,
    on_stick,
    remove,
    write_study,
)
from tests.builder.key.test_key_file import race
from tests.conftest import Silence

PAIRS = int(os.environ.get("MKBUNDLE_PAIRS", "50"))
PROGRAM = "from builder.cli.main import main; main()"
SECRET = b"5" * 32


# Case numbers


def test_a_study_has_its_number_on_every_stick_and_the_next_one_the_next(tmp_path):
    first, second, third = (write_study(tmp_path, patient) for patient in (1, 2, 3))
    build_stick(tmp_path, "A", first, second)
    build_stick(tmp_path, "B", second, third)
    build_stick(tmp_path, "C", third, first)
    a, b, c = (on_stick(tmp_path / name) for name in "ABC")
    assert sorted(a.values()) == ["CASE-001", "CASE-002"]
    (both,) = a.keys() & b.keys()
    assert a[both] == b[both]
    assert set(b.values()) - {b[both]} == {"CASE-003"}
    assert c.items() <= (a | b).items()
    check_sound(tmp_path)


def test_a_study_has_its_number_also_where_its_uids_are_retained(tmp_path):
    sources = [write_study(tmp_path, patient) for patient in (1, 2)]
    build_stick(tmp_path, "A", *sources)
    build_stick(tmp_path, "B", sources[0], deidentify=frozenset({"uids"}))
    (case,) = on_stick(tmp_path / "B").values()
    known = {row["original_study_instance_uid"]: row["case"] for row in crosswalk(tmp_path)}
    assert on_stick(tmp_path / "B") == {"1.2.1.1": case}
    assert known["1.2.1.1"] == case
    assert sorted(known.values()) == ["CASE-001", "CASE-002"]


@pytest.mark.parametrize("noted", [True, False])
def test_no_number_is_given_again_after_its_case_was_removed(tmp_path, noted):
    sources = [write_study(tmp_path, patient) for patient in range(1, 6)]
    build_stick(tmp_path, "A", *sources[:3])
    if noted:
        remove(tmp_path, "A", "CASE-003")
    else:  # by somebody who has not got the key
        shutil.copytree(tmp_path / "A", tmp_path / "other" / "A")
        remove(tmp_path / "other", "A", "CASE-003")
        shutil.rmtree(tmp_path / "A")
        (tmp_path / "other" / "A").rename(tmp_path / "A")
    build_stick(tmp_path, "A", sources[3], add=True)
    assert sorted(on_stick(tmp_path / "A").values()) == ["CASE-001", "CASE-002", "CASE-004"]
    build_stick(tmp_path, "B", sources[4])
    assert list(on_stick(tmp_path / "B").values()) == ["CASE-005"]
    states = dict(ask(tmp_path, "SELECT number, state FROM placed WHERE stick = 1"))
    assert states[3] == ("removed" if noted else "there")
    check_sound(tmp_path)


def test_a_removed_study_that_is_added_again_has_its_number_again(tmp_path):
    sources = [write_study(tmp_path, patient) for patient in (1, 2)]
    build_stick(tmp_path, "A", *sources)
    before = on_stick(tmp_path / "A")
    remove(tmp_path, "A", "CASE-002")
    build_stick(tmp_path, "A", *sources, add=True)
    assert on_stick(tmp_path / "A") == before
    assert ask(tmp_path, "SELECT stick, number, state FROM placed ORDER BY number") == [(1, n, "there") for n in (1, 2)]


def test_a_dry_run_gives_no_number(tmp_path):
    sources = [write_study(tmp_path, patient) for patient in (1, 2)]
    build_stick(tmp_path, "A", sources[0], dry_run=True)
    assert list(tmp_path.rglob("study.db")) == []
    build_stick(tmp_path, "A", sources[1])
    assert list(on_stick(tmp_path / "A").values()) == ["CASE-001"]
    build_stick(tmp_path, "B", sources[0], dry_run=True)
    assert ask(tmp_path, "SELECT number FROM numbered") == [(1,)]


def test_what_lies_on_a_stick_is_known_down_to_the_image(tmp_path):
    source = write_study(tmp_path, 1, images=3)
    (source / "broken").write_bytes((source / "I000").read_bytes()[:-50])
    build_stick(tmp_path, "A", source)
    (uid,) = on_stick(tmp_path / "A")
    assert ask(tmp_path, "SELECT study_uid, number, state, images FROM placed") == [(uid, 1, "there", 3)]
    images = ask(
        tmp_path, "SELECT folder.path, file, image.path, original_sop_uid FROM image JOIN folder USING (folder)"
    )
    assert sorted(images) == sorted(
        (str(source), f"I00{k}", f"DICOM/PT000001/ST000001/SE000001/IM00000{k + 1}", f"1.2.1.1.1.{k + 1}")
        for k in range(3)
    )
    assert ask(tmp_path, "SELECT file, reason FROM not_taken") == [("broken", "truncated")]
    assert ask(tmp_path, "SELECT images, modality FROM series") == [(3, "CT")]
    manifest = register_module.manifest_digest((tmp_path / "A" / layout.MANIFEST).read_text())
    assert ask(tmp_path, "SELECT drive, manifest, planned FROM stick") == [(str(tmp_path / "A"), manifest, "")]


# Builds at one moment


def _build_one(work: Path) -> str:
    """A real build of scans of its own, with what it gave and the key that it used."""
    number = os.getpid()
    build_stick(work, f"stick{number}", write_study(work / "scans", number))
    return key_of(work).read_text()


def test_of_pairs_of_builds_that_begin_at_once_without_a_key_no_row_is_lost(tmp_path):
    for pair in range(PAIRS):
        work = tmp_path / str(pair)
        keys = race(work, _build_one)
        assert set(keys) == {key_of(work).read_text()}
        rows = crosswalk(work)
        assert sorted(row["case"] for row in rows) == ["CASE-001", "CASE-002"]
        sticks = [on_stick(drive) for drive in work.glob("stick*")]
        assert {row["study_instance_uid"]: row["case"] for row in rows} == sticks[0] | sticks[1]
        assert ask(work, "SELECT count(*) FROM placed WHERE state = 'there'") == [(2,)]
        check_sound(work)
        shutil.rmtree(work)


def test_a_register_that_another_build_fills_and_copies_meanwhile_is_not_damaged(tmp_path, monkeypatch):
    key, asked = tmp_path / "study.key", []
    version = register_module.Register._version

    def others_are_faster(register):
        found = version(register)
        if not asked:
            asked.append(found)
            with open_register(key, SECRET, print):
                pass
            with open_register(key, SECRET, print) as other, other.change():
                pass
        return found

    monkeypatch.setattr(register_module.Register, "_version", others_are_faster)
    with open_register(key, SECRET, print) as register, register.change():
        assert asked == [0]
        assert previous_path(register_path(key)).exists()


def test_two_programs_that_begin_at_once_without_a_key_lose_no_row(tmp_path):
    for pair in range(6):
        work = tmp_path / str(pair)
        running = []
        for number in (1, 2):
            source = write_study(work, number)
            (work / f"stick{number}").mkdir()
            command = [sys.executable, "-c", PROGRAM, str(source), str(work / f"stick{number}")]
            command += ["--key", str(key_of(work)), "--viewer", "none", "--no-picture-search", "--workers", "1"]
            running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
        said = [process.communicate()[1] for process in running]
        assert [process.returncode for process in running] == [0, 0], said
        assert sorted(row["case"] for row in crosswalk(work)) == ["CASE-001", "CASE-002"]
        assert {row["original_patient_id"] for row in crosswalk(work)} == {"MRN-1", "MRN-2"}
        check_sound(work)


def test_who_waits_for_another_says_so_and_goes_on(tmp_path):
    key, said = tmp_path / "study.key", []
    open_register(key, SECRET, print).__exit__()
    held = multiprocessing.get_context("fork").Process(target=_hold, args=(register_path(key), 1.0))
    held.start()
    while register_is_free(register_path(key)):
        time.sleep(0.01)
    with open_register(key, SECRET, said.append) as register, register.change() as connection:
        connection.execute("INSERT INTO numbered VALUES (1, 'x')")
    held.join()
    assert said == [f"Another mkbundle is writing in {register_path(key)}: waiting for it …"]


def test_who_has_waited_for_thirty_seconds_ends_with_what_to_do(tmp_path, monkeypatch):
    assert register_module.PATIENCE == 30
    monkeypatch.setattr(register_module, "PATIENCE", 0.4)
    key = tmp_path / "study.key"
    other, register = (open_register(key, SECRET, print) for _ in range(2))
    with other.change(), pytest.raises(RegisterBusy, match=r"--resume"), register.change():
        pass
    with open_register(key, SECRET, print) as register, register.change():
        pass  # nothing of it stays


def _hold(path: Path, seconds: float) -> None:
    held = sqlite3.connect(path, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    time.sleep(seconds)
    held.execute("ROLLBACK")


def register_is_free(path: Path) -> bool:
    try:
        probe = sqlite3.connect(path, timeout=0, isolation_level=None)
        probe.execute("BEGIN IMMEDIATE")
        probe.execute("ROLLBACK")
        probe.close()
    except sqlite3.OperationalError:
        return False
    return True


# What lies beside the key


def test_the_version_before_the_last_build_is_kept(tmp_path):
    sources = [write_study(tmp_path, patient) for patient in (1, 2)]
    build_stick(tmp_path, "A", sources[0])
    before = ask(tmp_path, "SELECT * FROM placed")
    assert not previous_path(register_path(key_of(tmp_path))).exists()
    build_stick(tmp_path, "B", sources[1])
    copy = previous_path(register_path(key_of(tmp_path)))
    assert copy.stat().st_mode & 0o777 == 0o600
    copy.replace(register_path(key_of(tmp_path)))
    assert ask(tmp_path, "SELECT * FROM placed") == before
    check_sound(tmp_path)


def test_a_register_is_not_mixed_with_another_keys_nor_left_behind_by_its_own(tmp_path):
    source = write_study(tmp_path, 1)
    build_stick(tmp_path, "A", source)
    key_of(tmp_path).rename(tmp_path / "put away")
    with pytest.raises(KeyLost, match="from your copy"):
        build_stick(tmp_path, "B", source)
    assert not key_of(tmp_path).exists()
    key_of(tmp_path).write_text("ab" * 32)
    with pytest.raises(RegisterOfOtherKey, match="right key"):
        build_stick(tmp_path, "B", source)
    (tmp_path / "put away").replace(key_of(tmp_path))
    build_stick(tmp_path, "B", source)


@pytest.mark.parametrize("content", [b"", b"no database" * 999])
def test_a_damaged_register_is_never_begun_anew(tmp_path, content):
    source = write_study(tmp_path, 1)
    for name in "AB":
        build_stick(tmp_path, name, source)
    register_path(key_of(tmp_path)).write_bytes(content)
    with pytest.raises(RegisterDamaged, match=r"study\.before\.db"):
        build_stick(tmp_path, "C", source)
    assert register_path(key_of(tmp_path)).read_bytes() == content


def test_a_register_of_a_later_program_is_left_alone(tmp_path):
    source = write_study(tmp_path, 1)
    build_stick(tmp_path, "A", source)
    with sqlite3.connect(register_path(key_of(tmp_path))) as register:
        register.execute("PRAGMA user_version = 99")
    with pytest.raises(RegisterTooNew, match="format 99"):
        build_stick(tmp_path, "B", source)


def test_a_register_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "study.db").mkdir()
    with pytest.raises(RegisterFailed, match=r"study\.db"):
        open_register(tmp_path / "study.key", SECRET, print)


def test_a_key_that_is_called_like_a_register_is_not_overwritten(tmp_path):
    assert register_path(tmp_path / "study.db") != tmp_path / "study.db"


def test_a_spreadsheet_computes_nothing_in_the_crosswalk_and_it_reads_back_as_it_was(tmp_path):
    source = write_study(tmp_path, 1, PatientName="=HYPERLINK(A1)^Ada", PatientID="-77")
    build_stick(tmp_path, "A", source)
    (row,) = crosswalk(tmp_path)
    assert (row["original_patient_name"], row["original_patient_id"]) == ("'=HYPERLINK(A1)^Ada", "'-77")
    (known,) = read_crosswalk(key_of(tmp_path))
    assert (known.original_patient_name, known.original_patient_id) == ("=HYPERLINK(A1)^Ada", "-77")
    register_path(key_of(tmp_path)).unlink()  # then the tables are all there is
    assert read_crosswalk(key_of(tmp_path)) == [known]


def test_a_name_without_end_makes_no_key_unusable(tmp_path):
    name = "Q" * 200_000
    sources = [write_study(tmp_path, patient, PatientName=f"{name}{patient}^Ada") for patient in (1, 2)]
    for drive in "AB":
        build_stick(tmp_path, drive, *sources)
    assert len(on_stick(tmp_path / "B")) == 2
    names = {row["original_patient_name"] for row in crosswalk(tmp_path)}
    assert len(names) == 2
    assert max(map(len, names)) < 400
    assert max(len(text) for _, _, text in read_originals(key_of(tmp_path)).identifiers) <= 1024
    assert register_path(key_of(tmp_path)).stat().st_size < 500_000


# Old key folders


def write_old_folder(keys: Path, rows: list[tuple[str, ...]]) -> Path:
    """As it lay there before there was a register."""
    keys.mkdir(parents=True)
    (keys / "study.key").write_text(SECRET.hex() + "\n")
    with crosswalk_path(keys / "study.key").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([CrosswalkRow._fields, *rows])
    with images_path(keys / "study.key").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("a", "b", "c"), *((f"2.25.{k}", f"1.2.{k}", f"1.3.{k}") for k in range(5))])
    kept = {"identifiers": [["name", "PatientName", "Lapwing^Ada"]], "moved": {"P-A": ["20200102"]}}
    (keys / "study.originals.json").write_text(json.dumps(kept))
    return keys / "study.key"


def test_an_old_key_folder_is_taken_over_without_loss(tmp_path):
    rows = [
        ("P-A", "CASE-001", "2.25.11", "4711", "Lapwing^Ada", "19530418", "1.2.11", "20240229", "ACC-1"),
        ("P-B", "CASE-007", "2.25.12", "+4712", "=Q" * 100_000, "", "1.2.12", "", ""),
        ("P-C", "CASE-001", "2.25.13", "4713", "Umberleigh^Ivo", "", "1.2.13", "", ""),  # on another stick
    ]
    key = write_old_folder(tmp_path / "keys", rows)
    before = {path.name: path.read_bytes() for path in key.parent.iterdir()}
    images, originals = read_images(key), read_originals(key)
    build_stick(tmp_path, "A", write_study(tmp_path, 1))
    known = {row.study_instance_uid: row for row in read_crosswalk(key)}
    assert [known[row[2]] for row in rows] == [CrosswalkRow(*row) for row in rows]
    assert read_images(key).items() >= images.items()
    assert read_originals(key).identifiers > originals.identifiers
    assert read_originals(key).moved["P-A"] == originals.moved["P-A"]
    for name, content in before.items():
        if name != "study.key":
            assert (key.parent / f"{name}.old").read_bytes() == content
    assert not (key.parent / "study.originals.json").exists()
    assert list(on_stick(tmp_path / "A").values()) == ["CASE-008"]  # the first that nobody has
    assert len(crosswalk(tmp_path)) == 4


def test_scans_are_added_to_a_stick_of_an_old_key_folder(tmp_path):
    sources = [write_study(tmp_path, patient) for patient in range(1, 6)]
    build_stick(tmp_path, "A", *sources[:2])
    build_stick(tmp_path, "B", sources[2])
    for path in key_of(tmp_path).parent.glob("*.db"):
        path.unlink()  # what is left is what there was before
    with_a = on_stick(tmp_path / "A")
    build_stick(tmp_path, "A", *sources[2:4], add=True)
    after = on_stick(tmp_path / "A")
    assert after.items() >= (with_a | on_stick(tmp_path / "B")).items()
    assert sorted(after.values()) == ["CASE-001", "CASE-002", "CASE-003", "CASE-004"]
    build_stick(tmp_path, "C", sources[4])
    assert list(on_stick(tmp_path / "C").values()) == ["CASE-005"]
    check_sound(tmp_path)


def test_two_old_sticks_with_one_number_for_two_cases_keep_them_and_their_cases_get_two_on_a_new_one(tmp_path):
    sources = [write_study(tmp_path, patient) for patient in (1, 2)]
    for number, source in enumerate(sources):  # each as if it were the first of its key
        key_of(tmp_path / str(number)).parent.mkdir(parents=True)
        key_of(tmp_path / str(number)).write_text(SECRET.hex())
        build_stick(tmp_path / str(number), "A", source)
    rows = [row for number in (0, 1) for row in crosswalk(tmp_path / str(number))]
    assert [row["case"] for row in rows] == ["CASE-001", "CASE-001"]
    key = key_of(tmp_path)
    key.parent.mkdir()
    key.write_text(SECRET.hex())
    with crosswalk_path(key).open("w", newline="") as stream:
        names = CrosswalkRow._fields
        csv.writer(stream).writerows([names, *([row[name] for name in names] for row in rows)])
    (tmp_path / "0" / "A").rename(tmp_path / "A")
    build_stick(tmp_path, "A", sources[1], add=True)
    assert sorted(on_stick(tmp_path / "A").values()) == ["CASE-001", "CASE-002"]


# Who is who, across builds


def test_a_person_in_another_spelling_in_another_batch_is_the_same_on_every_stick(tmp_path):
    first = write_study(
        tmp_path, 1, 1, PatientID="4711", PatientName="Müller^Jürgen", SpecificCharacterSet="ISO_IR 100"
    )
    second = write_study(tmp_path, 1, 2, PatientID="4711", PatientName="MUELLER^JUERGEN^B")
    build_stick(tmp_path, "A", first)
    said = build_stick(tmp_path, "B", second)
    both = build_stick(tmp_path, "C", second, first)
    people = [{image.PatientID for image in images(tmp_path / name)} for name in "ABC"]
    assert people[0] == people[1] == people[2]
    assert len(people[0]) == 1
    assert [notice.kind for notice in said.notices if notice.kind == "two spellings"]
    assert not [notice for notice in both.notices if notice.kind == "two spellings"]
    offsets = [{image.StudyInstanceUID: image.StudyDate for image in images(tmp_path / name)} for name in "ABC"]
    assert offsets[2] == offsets[0] | offsets[1]
    assert on_stick(tmp_path / "C") == on_stick(tmp_path / "A") | on_stick(tmp_path / "B")


def test_who_is_in_an_old_key_folder_is_the_same_person(tmp_path):
    build_stick(tmp_path, "A", write_study(tmp_path, 1, 1, PatientID="4711", PatientName="Lapwing^Ada"))
    for path in key_of(tmp_path).parent.glob("*.db"):
        path.unlink()
    build_stick(tmp_path, "B", write_study(tmp_path, 1, 2, PatientID="4711", PatientName="Lapwing^A"))
    people = [{image.PatientID for image in images(tmp_path / name)} for name in "AB"]
    assert people[0] == people[1]


def test_two_people_with_one_id_in_two_builds_are_two_and_reported(tmp_path):
    build_stick(tmp_path, "A", write_study(tmp_path, 1, PatientID="4711"))
    said = build_stick(tmp_path, "B", write_study(tmp_path, 2, PatientID="4711", PatientName="Umberleigh^Ivo"))
    (notice,) = said.notices
    assert "Patient ID 4711" in notice.text
    assert "1 of them in earlier builds" in notice.text
    assert len({image.PatientID for name in "AB" for image in images(tmp_path / name)}) == 2


def images(stick: Path) -> list[Dataset]:
    return [dcmread(path) for path in sorted((stick / "DICOM").rglob("IM*"))]


# Several media with one form


def test_media_with_a_form_name_their_cases_where_some_are_on_an_earlier_stick(tmp_path):
    sources = [write_study(tmp_path, patient) for patient in (1, 2, 3, 4)]
    build_stick(tmp_path, "A", *sources[1:3])
    before = on_stick(tmp_path / "A")
    (tmp_path / "media").mkdir()
    form = read_form('title = "T"\n[[question]]\nid = "q"\ntype = "yesno"\ntext = "?"\n', "form")
    options = BuildOptions(
        tuple(sources), tmp_path / "media", key_of(tmp_path), (), form=form, look_into_pictures=False, check=False
    )
    with ThreadPoolExecutor(1) as executor:  # one case fits on each medium
        build_media(options, 8_000_000 + 14_000 + fixed_size(), executor, Silence())
    media = sorted((tmp_path / "media").glob("MEDIUM*"))
    cases = [set(on_stick(medium).values()) for medium in media]
    assert sorted(case for some in cases for case in some) == ["CASE-001", "CASE-002", "CASE-003", "CASE-004"]
    assert {uid: case for medium in media for uid, case in on_stick(medium).items()}.items() >= before.items()
    contents = {(medium / layout.FORM).read_bytes() for medium in media}
    assert len(contents) == 1
    written = decode_form(contents.pop()).media
    assert written is not None
    assert [set(group) for group in written.groups()] == cases
    check_sound(tmp_path)
