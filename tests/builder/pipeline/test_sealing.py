"""Encrypted sticks from scans to table: real runs of the real program, and a search of the raw stick."""

import csv
import filecmp
import hashlib
import json
import os
from pathlib import Path
import random
import shutil
import signal
import subprocess
import sys
import time

import pydicom
import pytest

from builder.catalogue.web_files import fixed_size
from builder.pipeline.sealing.seal import seal_onto
from builder.pipeline.sealing.work import work_path
from bundle import manifest, web
from bundle.index.index import Catalog
from bundle.layout import LOCK, MANIFEST
from bundle.reading.form_file import read_form
from bundle.reading.journal import JournalWriter
from bundle.reading.readings import bundle_id
from bundle.sealed.medium import open_medium
from bundle.sealed.slots import NewSlot, Role
from tests import scans
from tests.builder.cli.test_cli import mkbundle
from tests.bundle.sealed import other_reader
from tests.conftest import Silence

WORDS, READER = "acorn beacon cricket delta ember", "garnet hazel indigo jasmine kettle"
FORM = (
    'title = "Knoten im Quittengarten"\nsession = 1\n'
    '[[question]]\nid = "finding"\ntext = "Sieht man ihn?"\ntype = "text"\n'
)
OPTIONS = ("--viewer", "none", "--no-picture-search", "--no-progress")


def files_of(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def work(tmp_path_factory) -> Path:
    """The same scans on a plain stick and on an encrypted one, under one key."""
    folder = tmp_path_factory.mktemp("sealing")
    scans.write_people(folder / "scans", 2)
    (folder / "form.toml").write_text(FORM, encoding="utf-8")
    (folder / "pw").write_text(WORDS + "\n")
    (folder / "reader").write_text(READER + "\n")
    for name, more in (("plain", ()), ("stick", ("--encrypt", "--password-file", folder / "pw"))):
        (folder / name).mkdir()
        mkbundle(folder / "scans", folder / name, "--key", folder / "keys/study.key", "--form", folder / "form.toml",
                 *OPTIONS, *more)  # fmt: skip
    mkbundle("password", "add", folder / "stick", "Dr Brackwater", "--password-file", folder / "pw",
             "--new-password-file", folder / "reader")  # fmt: skip
    return folder


@pytest.fixture
def stick(work, tmp_path) -> Path:
    return Path(shutil.copytree(work / "stick", tmp_path / "stick"))


def test_the_stick_holds_containers_texts_and_a_page_and_nothing_else(work):
    assert files_of(work / "stick") == [
        "BUNDLE/LOCK.BIN", "BUNDLE/MANIFEST.TXT", "BUNDLE/SEALED/00000001.BIN", "INDEX.HTM", "README.TXT",
        "WEB/READER.HTM", "WEB/READER.JS",
    ]  # fmt: skip
    assert not list((work / "keys").glob("*.sealing-*"))
    said = (work / "stick/README.TXT").read_text()
    assert "No other DICOM program can open this medium as it is" in said
    assert "case" not in said.lower()


def test_no_word_of_the_plain_stick_is_on_the_raw_encrypted_one(work):
    """Identifiers of the scans, pseudonyms, UIDs, the form's text, names of files, magic numbers."""
    words = {"Knoten", "Quittengarten", "finding", "PT000001", "INDEX.DB", "SQLite format", "DICM", "CASE-001", "%PDF"}
    for path in (work / "scans").rglob("I0*"):
        header = pydicom.dcmread(path)
        words |= {str(header.PatientName).split("^")[0], str(header.PatientID), str(header.SOPInstanceUID)}
    with Catalog(work / "plain") as catalog:
        for patient in catalog.patients:
            words |= {patient.pseudonym, *(study.study_instance_uid for study in patient.studies)}
            words |= {series.series_instance_uid for study in patient.studies for series in study.series}
    assert len(words) > 20
    raw = {path: (work / "stick" / path).read_bytes().lower() for path in files_of(work / "stick")}
    for word in words - {""}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            pattern = word.lower().encode(encoding)
            assert [path for path, content in raw.items() if pattern in content] == [], word
    assert any(b"pt000001" in path.read_bytes().lower() for path in (work / "plain/BUNDLE").iterdir())  # it can find
    container = (work / "stick/BUNDLE/SEALED/00000001.BIN").read_bytes()
    even = len(container) / 256
    assert (
        max(abs(container.count(bytes([value])) - even) for value in range(256)) < 6 * even**0.5
    )  # as in chance bytes


def test_unlock_gives_the_plain_stick_back_byte_for_byte(work, tmp_path):
    mkbundle("unlock", work / "stick", tmp_path / "out", "--password-file", work / "reader")
    names = files_of(work / "plain")
    assert files_of(tmp_path / "out") == names
    different = filecmp.cmpfiles(work / "plain", tmp_path / "out", names, shallow=False)[1]
    assert [name for name in different if not name.startswith("BUNDLE/")] == []
    mkbundle("check", tmp_path / "out")
    assert other_reader.objects(work / "stick", READER) == {
        name: (tmp_path / "out" / name).read_bytes() for name in names if name != web.SCRIPT
    }  # fmt: skip


def test_the_check_reads_every_chunk_and_knows_the_stick_of_its_register(work, stick):
    done = mkbundle("check", stick, "--key", work / "keys/study.key", "--password-file", work / "reader")
    assert "The stick is encrypted: every chunk of it was opened" in done.stdout
    quick = mkbundle("check", stick, "--quick", "--password-file", work / "reader").stdout
    assert "every chunk" not in quick and "those that hold what was read were opened" in quick
    assert "and no error was found" in done.stdout
    who = mkbundle("who", "CASE-001", "--key", work / "keys/study.key").stdout
    assert str(work / "stick") in who and "sealing-" not in who


@pytest.mark.parametrize(
    "place",
    [
        "chunk", "padding", "header copy", "readme", "readme listed", "start page listed", "page", "page listed",
        "foreign file", "part gone",
    ],
)  # fmt: skip
def test_the_check_finds_every_kind_of_damage(work, stick, place):
    part, lock = stick / "BUNDLE/SEALED/00000001.BIN", stick / LOCK
    if place in ("chunk", "padding", "header copy"):
        file, at = {"chunk": (part, 300), "padding": (part, -9), "header copy": (lock, 9000)}[place]
        content = bytearray(file.read_bytes())
        content[at] ^= 1
        file.write_bytes(content)
    elif place.partition(" listed")[0] in PAPERS:
        alter(stick, PAPERS[place.partition(" listed")[0]], is_listed=place.endswith("listed"))
    elif place == "foreign file":
        (stick / "BUNDLE/NAMES.TXT").write_text("Quillfeather")
    else:
        part.unlink()
    done = mkbundle("check", stick, "--password-file", work / "pw", check=None)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "was damaged or altered" in done.stderr or "has this name" in done.stderr


# The texts and the page that lie readable.
PAPERS = {"readme": "README.TXT", "start page": "INDEX.HTM", "page": "WEB/READER.HTM"}


def alter(stick: Path, path: str, *, is_listed: bool) -> None:
    """Append to a file; whoever does so can list it, too."""
    said = (stick / path).read_bytes()
    (stick / path).write_bytes(said + b"<!-- START.EXE first -->\r\n")
    if is_listed:
        listed = stick / "BUNDLE/MANIFEST.TXT"
        before, after = hashlib.sha256(said).hexdigest(), manifest.file_digest(stick / path)
        listed.write_text(listed.read_text().replace(before, after))


@pytest.mark.parametrize("is_listed", [False, True])
def test_the_check_finds_another_script_in_the_place_of_the_readers(work, stick, is_listed):
    alter(stick, "WEB/READER.JS", is_listed=is_listed)
    done = mkbundle("check", stick, "--password-file", work / "pw", "--no-progress", check=1)
    assert "WEB/READER.JS: its SHA-256 is not the one of the manifest" in done.stdout


# What somebody may put beside what is encrypted, and what the check must say of it.
BESIDE = {
    "VIEWER/WIN64/VERSION.DLL": "VIEWER/WIN64/VERSION.DLL: it is on the medium, but the manifest does not list it",
    "WEB/PLANT.JS": "WEB/PLANT.JS: the file is a program or script",
    "WEB/PT000001/ST000001/SE000001/00010001.JS": "00010001.JS: it is on the medium, but the manifest does not list it",
    "AUTORUN.INF": "layout.autorun",
    "version.dll": "viewer.beside",
    "START.EXE": "layout.foreign_program",
    "Names of patients.txt": "layout.foreign",
    "DICOM/PT000001/QUILL": "DICOM/PT000001/QUILL: it is on the medium, but the manifest does not list it",
    "READINGS/START.EXE": "READINGS/START.EXE: the file is a program or script",
    "BUNDLE/UNFINISH.TXT": "layout.unfinished",
}
REFUSED = {
    "DICOMDIR": "also lies there in plain",
    "WEB/INDEX.JS": "also lies there in plain",
    "BUNDLE/FORM.TXT": "has this name",
    "BUNDLE/SEALED/00000009.BIN": "has this name",
}


def put_beside(stick: Path, path: str) -> None:
    """Put a file onto the stick, and list it: the outer manifest has no seal."""
    (stick / path).parent.mkdir(parents=True, exist_ok=True)
    content = b"MZ\x90\0" if path.endswith((".EXE", ".DLL")) else b"Quillfeather"
    (stick / path).write_bytes(content)
    listed = stick / "BUNDLE/MANIFEST.TXT"
    listed.write_text(f"{listed.read_text()}{hashlib.sha256(content).hexdigest()}  {path}\n")


def test_the_check_finds_what_lies_in_plain_beside_the_encrypted_bundle(work, stick):
    for path in BESIDE:
        put_beside(stick, path)
    done = mkbundle("check", stick, "--password-file", work / "pw", "--no-progress", check=1)
    assert [path for path, said in BESIDE.items() if said not in done.stdout] == [], done.stdout


@pytest.mark.parametrize("path", REFUSED)
def test_the_check_refuses_plain_files_under_names_of_encrypted_ones(work, stick, path):
    put_beside(stick, path)
    done = mkbundle("check", stick, "--password-file", work / "pw", "--no-progress", check=None)
    assert done.returncode != 0
    assert path in done.stderr and REFUSED[path] in done.stderr


def findings_of(report: Path) -> list[tuple[str, str]]:
    """The rules and places of what a check found, but for those of the disk on which the tests run."""
    found = json.loads(report.read_text(encoding="utf-8"))["findings"]
    return sorted((each["check"], each["subject"]) for each in found if not each["check"].startswith("drive."))


def test_the_check_of_an_encrypted_stick_finds_what_that_of_the_plain_one_finds(work, tmp_path):
    """A value of a header that was wrong before it was encrypted, and a stranger in the root."""
    plain = Path(shutil.copytree(work / "plain", tmp_path / "plain"))
    image = next(plain.rglob("IM000002"))
    image.write_bytes(image.read_bytes().replace(b"113100", b"113109", 1))
    listed = manifest.read(plain) | {image.relative_to(plain).as_posix(): manifest.file_digest(image)}
    (plain / MANIFEST).write_text(manifest.format_lines(listed))
    (tmp_path / "stick").mkdir()
    seal_onto(tmp_path / "stick", plain, [NewSlot(Role.RESEARCHER, "researcher", WORDS)], Silence())
    for root in (plain, tmp_path / "stick"):
        (root / "AUTORUN.INF").write_text("[autorun]")
        reports = ("--json", tmp_path / f"{root.name}.json", "--html", tmp_path / f"{root.name}.htm")
        password = ("--password-file", work / "pw") if root.name == "stick" else ()
        done = mkbundle("check", root, *reports, *password, check=1)
        assert "Traceback" not in done.stderr
    found = findings_of(tmp_path / "stick.json")
    assert found == findings_of(tmp_path / "plain.json")
    assert {"identity.method", "layout.autorun"} <= {name for name, _ in found}
    shown = [(tmp_path / f"{name}.htm").read_text().count("data:image/") for name in ("plain", "stick")]
    assert shown[0] == shown[1] >= 2


def test_a_check_writes_no_byte_of_an_encrypted_stick_anywhere(work, tmp_path):
    """Every file that the check, and what it starts, opens for writing or makes, by strace."""
    trace = tmp_path / "trace"
    command = [sys.executable, "-B", "-c", "from builder.cli.main import main; main()", "check", work / "stick",
               "--password-file", work / "reader", "--no-progress", "--validate-all"]  # fmt: skip
    calls = "trace=openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,mknod,mknodat"
    done = subprocess.run(
        ["strace", "-f", "-s", "300", "-e", calls, "-o", trace, *command], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line for line in trace.read_text(errors="replace").splitlines() if " = -1 " not in line]
    opened = [line for line in lines if '"' in line and "resumed" not in line]
    assert any("LOCK.BIN" in line for line in opened)  # it saw the stick being read
    changing = [line for line in opened if not ("open" in line and "O_RDONLY" in line and "O_CREAT" not in line)]
    assert [line for line in changing if line.split('"')[1] not in ("/dev/null", "/dev/tty")] == []


def test_a_wrong_password_and_none_at_all_are_said(work, tmp_path):
    (tmp_path / "wrong").write_text("not the right one at all")
    for command in ("check", "unlock", "collect"):
        rest = {"unlock": (tmp_path / "out",), "collect": ("-o", tmp_path / "t.csv")}.get(command, ())
        done = mkbundle(command, work / "stick", *rest, "--password-file", tmp_path / "wrong", check=2)
        assert "This password does not open the stick" in done.stderr
        done = mkbundle(command, work / "stick", *rest, check=2)
        assert "--password-file FILE" in done.stderr
    assert not (tmp_path / "out").exists() and not (tmp_path / "t.csv").exists()


@pytest.mark.parametrize(
    "command",
    [
        "{scans} {stick} --add --key {key}", "{stick} --remove CASE-001 --key {key}", "upgrade {stick} --key {key}",
        "copy {stick} {empty} --key {key}", "collect {stick} -o {empty}/sr --format dicom-sr",
        "{scans} {stick} --key {key} --viewer none", "{scans} {empty} --encrypt --add --key {key}",
        "{scans} {stick} --key {key} --viewer none --span 1GB",
        "{scans} {stick} --resume --key {key} --viewer none --span 1GB",
        "{scans} {stick} --add --iso {empty}/x.iso --key {key} --viewer none --password-file {pw}",
        "{stick} --remove CASE-009 --key {key} --password-file {pw}", "{scans} {empty} --encrypt --remove CASE-001",
        "upgrade {stick} --key {key} --password-file {reader}",
        "unlock {stick} {stick}/out", "unlock {empty} {empty}/out", "password list {empty}",
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_and_writes_nothing(work, stick, tmp_path, command):
    (tmp_path / "empty").mkdir()
    before = {path: (stick / path).read_bytes() for path in files_of(stick)}
    named = {"scans": work / "scans", "stick": stick, "key": work / "keys/study.key", "pw": work / "pw",
             "reader": work / "reader", "empty": tmp_path / "empty"}  # fmt: skip
    done = mkbundle(*command.format(**named).split(), check=None)
    assert done.returncode in (2, 3), done.stdout + done.stderr
    assert {path: (stick / path).read_bytes() for path in files_of(stick)} == before
    assert files_of(tmp_path / "empty") == []


def test_weak_passwords_are_refused_before_anything_is_read(work, tmp_path):
    (tmp_path / "stick").mkdir()
    for weak in ("short", "krankenhaus", "aaaaaaaaaaaaaaaaaaaaaa", "123456789012345678", "acorn acorn acorn"):
        (tmp_path / "weak").write_text(weak)
        done = mkbundle(work / "scans", tmp_path / "stick", "--key", work / "keys/study.key", "--encrypt",
                        "--password-file", tmp_path / "weak", *OPTIONS, check=2)  # fmt: skip
        assert "too weak" in done.stderr
    assert files_of(tmp_path / "stick") == []


def answer(stick: Path, password: str, reader: str, text: str) -> None:
    medium = open_medium(stick, password)
    studies, form = Catalog(medium).studies(), read_form(FORM)
    opening = {"bundle": bundle_id(studies), "form": form.digest, "form_text": form.text, "seen": {}}
    writer = JournalWriter(medium.readings(), reader, opening)
    place = {"case": "CASE-001", "occurrence": 1}
    writer.append("case", {**place, "number": 1, "study": studies[0].study_instance_uid, "training": False})
    writer.append("answer", {**place, "question": "finding", "series": "", "value": text})
    writer.append("submit", place)
    writer.close()
    medium.close()


def test_the_researcher_collects_all_answers_and_a_reader_none(work, stick, tmp_path):
    answer(stick, READER, "Dr Brackwater", "yes, in the left lobe")
    answer(stick, WORDS, "Dr Quillfeather", "no")
    mkbundle("collect", stick, "-o", tmp_path / "t.csv", "--password-file", work / "pw", check=None)
    rows = list(csv.DictReader((tmp_path / "t.csv").open(encoding="utf-8-sig")))
    found = {row["reader"]: row["finding"] for row in rows if row["finding"]}
    assert found == {"Dr Brackwater": "yes, in the left lobe", "Dr Quillfeather": "no"}
    done = mkbundle("collect", stick, "-o", tmp_path / "u.csv", "--password-file", work / "reader", check=2)
    assert "needs the researcher's password" in done.stderr
    for path in (path for path in stick.rglob("*") if path.is_file()):
        assert b"lobe" not in path.read_bytes()
    mkbundle("check", stick, "--password-file", work / "pw")


def test_a_changed_and_a_removed_password_open_nothing_any_more(work, stick, tmp_path):
    (tmp_path / "new").write_text("lagoon market nectar orchid pillow")
    before = (stick / "BUNDLE/SEALED/00000001.BIN").read_bytes()
    change = ("password", "change", stick, "Dr Brackwater", "--password-file", work / "pw")
    mkbundle(*change, "--new-password-file", tmp_path / "new")
    mkbundle("unlock", stick, tmp_path / "a", "--password-file", work / "reader", check=2)
    mkbundle("unlock", stick, tmp_path / "b", "--password-file", tmp_path / "new")
    done = mkbundle("password", "list", stick, "--password-file", work / "pw")
    assert [line.split(maxsplit=1) for line in done.stdout.splitlines()] == [
        ["researcher", "researcher"], ["reader", "Dr Brackwater"],
    ]  # fmt: skip
    mkbundle("password", "remove", stick, "Dr Brackwater", "--password-file", work / "pw")
    mkbundle("unlock", stick, tmp_path / "c", "--password-file", tmp_path / "new", check=2)
    mkbundle("password", "remove", stick, "researcher", "--password-file", work / "pw", check=2)
    assert (stick / "BUNDLE/SEALED/00000001.BIN").read_bytes() == before


def test_scans_are_added_under_the_same_passwords_and_a_kill_loses_nothing(work, tmp_path):
    """Answers and passwords stay; whatever moment a kill comes, --resume finishes it."""
    scans.write_people(tmp_path / "more", 3)
    shutil.copytree(work / "keys", tmp_path / "keys")
    stick = Path(shutil.copytree(work / "stick", tmp_path / "stick"))
    answer(stick, READER, "Dr Brackwater", "yes, in the left lobe")
    before = open_medium(stick, WORDS).paths
    add = (tmp_path / "more", stick, "--add", "--key", tmp_path / "keys/study.key", "--no-picture-search",
           "--no-progress", "--no-check")  # fmt: skip
    mkbundle(*add, "--password-file", work / "reader", check=2)
    command = [sys.executable, "-c", "from builder.cli.main import main; main()", *map(str, add), "--password-file",
               str(work / "pw"), "--resume"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 90
    while process.poll() is None and time.monotonic() < deadline:
        if (stick / "BUNDLE/UNFINISH.TXT").exists():  # it encrypts now
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    mkbundle(*add, "--password-file", work / "pw", "--resume")
    with Catalog(open_medium(stick, READER)) as catalog:
        assert [study.case for study in catalog.studies()] == ["CASE-001", "CASE-002", "CASE-003"]
    after = open_medium(stick, WORDS).paths
    assert set(before) < set(after) and len(after) == len(before) + 4
    mkbundle("check", stick, "--password-file", work / "pw", "--key", tmp_path / "keys/study.key")
    assert len(list((stick / "READINGS").iterdir())) == 1
    mkbundle("collect", stick, "-o", tmp_path / "t.csv", "--password-file", work / "pw", check=None)
    assert "yes, in the left lobe" in (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert not list((tmp_path / "keys").glob("*.sealing-*"))


# Runs mkbundle, and does something at the moment when a file is renamed to this place: a kill, or a stick that forgets.
AT_RENAME = """
import os, signal, sys
place, what, *rest = sys.argv[1:]
def look(event, arguments):
    if event == "os.rename" and str(arguments[1]).endswith(place):
        if what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        with open(what, "r+b") as part:
            part.seek(300)
            part.write(b"forgotten")
sys.addaudithook(look)
sys.argv = ["mkbundle", *rest]
from builder.cli.main import main
main()
"""


def mkbundle_until(place: str, what: object, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", AT_RENAME, place, str(what), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_plain_bundle_stays_until_the_stick_has_come_back_whole(work, tmp_path):
    """The stick forgets what is written last: nothing of the scans is lost, and --resume writes them again."""
    scans.write_people(tmp_path / "more", 3)
    shutil.copytree(work / "keys", tmp_path / "keys")
    stick = Path(shutil.copytree(work / "stick", tmp_path / "stick"))
    answer(stick, READER, "Dr Brackwater", "yes, in the left lobe")
    add = (tmp_path / "more", stick, "--add", "--key", tmp_path / "keys/study.key", "--no-picture-search",
           "--no-progress", "--no-check", "--password-file", work / "pw")  # fmt: skip
    done = mkbundle_until("stick/BUNDLE/MANIFEST.TXT", stick / "BUNDLE/SEALED/00000001.BIN", *add)
    (folder,) = (tmp_path / "keys").glob("*.sealing-*")
    kept = {path: (folder / path).read_bytes() for path in files_of(folder)}
    assert done.returncode == 4 and str(folder) in done.stderr and "--resume" in done.stderr
    again = mkbundle(*add, check=4)
    assert str(folder) in again.stderr and "Traceback" not in again.stderr
    assert {path: (folder / path).read_bytes() for path in files_of(folder)} == kept
    with Catalog(folder) as catalog:
        assert [study.case for study in catalog.studies()] == ["CASE-001", "CASE-002", "CASE-003"]
    mkbundle(*add, "--resume")
    mkbundle("check", stick, "--password-file", work / "pw", "--key", tmp_path / "keys/study.key")
    mkbundle("unlock", stick, tmp_path / "out", "--password-file", work / "pw")
    assert not folder.exists()
    assert {path: (tmp_path / "out" / path).read_bytes() for path in kept} == kept
    assert len(list((stick / "READINGS").iterdir())) == 1


def test_the_folder_of_one_stick_is_not_that_of_another_at_the_same_drive(tmp_path):
    found = {work_path(tmp_path / "study.key", tmp_path / "E", stick) for stick in (b"", b"1" * 16, b"2" * 16)}
    assert len(found) == 3


def test_a_stick_whose_sealing_was_killed_is_one_stick_in_the_register(work, tmp_path):
    (tmp_path / "stick").mkdir()
    build = (work / "scans", tmp_path / "stick", "--key", tmp_path / "study.key", "--encrypt", "--password-file",
             work / "pw", "--no-check", *OPTIONS)  # fmt: skip
    done = mkbundle_until("UNFINISH/BUNDLE/LOCK.BIN", "kill", *build)
    assert done.returncode == -signal.SIGKILL
    assert list(tmp_path.glob("*.sealing-*/BUNDLE/MANIFEST.TXT"))
    mkbundle(*build, "--resume")
    said = mkbundle("who", "CASE-001", "--key", tmp_path / "study.key").stdout
    assert said.count(str(tmp_path / "stick")) == 1 and "stick 1" in said.lower(), said
    mkbundle("check", tmp_path / "stick", "--password-file", work / "pw", "--key", tmp_path / "study.key")


def test_a_build_that_is_killed_when_its_stick_is_complete_leaves_nothing_plain(work, tmp_path):
    (tmp_path / "stick").mkdir()
    build = (work / "scans", tmp_path / "stick", "--key", tmp_path / "study.key", "--encrypt", "--password-file",
             work / "pw", "--no-check", *OPTIONS)  # fmt: skip
    assert mkbundle_until(".going", "kill", *build).returncode == -signal.SIGKILL
    assert list(tmp_path.glob("*.sealing-*"))
    assert "holds a bundle" in mkbundle(*build, "--resume", check=None).stderr
    assert not list(tmp_path.glob("*.sealing-*"))


def test_a_build_that_is_killed_anywhere_is_finished_by_resume_and_leaves_nothing_plain(work, tmp_path):
    draw, started = random.Random(7), time.monotonic()
    build = (work / "scans", tmp_path / "stick", "--key", tmp_path / "k/study.key", "--encrypt", "--password-file",
             work / "pw", "--no-check", *OPTIONS)  # fmt: skip
    (tmp_path / "stick").mkdir()
    (tmp_path / "k").mkdir()
    shutil.copy(work / "keys/study.key", tmp_path / "k")
    command = [sys.executable, "-c", "from builder.cli.main import main; main()", *map(str, build), "--resume"]
    for _ in range(3):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(1.0, 4.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        for path in (path for path in (tmp_path / "stick").rglob("*") if path.is_file()):
            assert b"DICM" not in path.read_bytes() and b"SQLite" not in path.read_bytes()
    if not (tmp_path / "stick" / LOCK).is_file():  # a quick machine may have finished it
        mkbundle(*build, "--resume")
    assert time.monotonic() > started
    mkbundle("check", tmp_path / "stick", "--password-file", work / "pw")
    assert not list((tmp_path / "k").glob("*.sealing-*"))


def test_no_plain_bundle_stays_beside_the_key_when_nothing_can_come_of_it(work, stick, tmp_path):
    (tmp_path / "new").mkdir()
    key = Path(shutil.copytree(work / "keys", tmp_path / "keys")) / "study.key"
    with_password = ("--key", key, "--password-file", work / "pw", "--no-picture-search", "--no-progress")
    refused = {
        "new": ("--encrypt", "--viewer", "none", "--modality", "pt"),  # there is none
        "stick": ("--add", "--modality", "pt"),
    }
    for drive, options in refused.items():
        done = mkbundle(work / "scans", tmp_path / drive, *with_password, *options, check=2)
        assert "mkbundle: " in done.stderr, done.stderr
    part = stick / "BUNDLE/SEALED/00000001.BIN"
    content = bytearray(part.read_bytes())
    content[300] ^= 1
    part.write_bytes(content)
    assert "damaged" in mkbundle(work / "scans", stick, *with_password, "--add", check=None).stderr
    assert [path.name for path in key.parent.iterdir() if "sealing" in path.name] == []


def test_a_case_is_removed_and_no_chunk_of_it_stays_on_the_stick(work, stick, tmp_path):
    """The ciphertext of a removed case would open with every password: it is overwritten where it lies."""
    key = Path(shutil.copytree(work / "keys", tmp_path / "keys")) / "study.key"
    answer(stick, READER, "Dr Brackwater", "yes, in the left lobe")
    remove = (stick, "--key", key, "--password-file", work / "pw", "--no-progress", "--remove")
    assert f"There is no CASE-009 on {stick}." in mkbundle(*remove, "CASE-009", check=2).stderr
    assert f"on {stick} mentions the case" in mkbundle(*remove, "CASE-001", check=3).stderr
    part = stick / "BUNDLE/SEALED/00000001.BIN"
    before = part.read_bytes()
    os.link(part, tmp_path / "the blocks")
    done = mkbundle(*remove, "CASE-002")
    assert f"Removed from {stick}: CASE-002" in done.stdout
    blocks, now = (tmp_path / "the blocks").read_bytes(), part.read_bytes()
    old = {before[at : at + 64] for at in range(0, len(before) - 64, 64)}
    assert not {content[at : at + 64] for content in (blocks, now) for at in range(0, len(content) - 64, 64)} & old
    with Catalog(open_medium(stick, READER)) as catalog:
        assert [study.case for study in catalog.studies()] == ["CASE-001"]
    mkbundle("check", stick, "--password-file", work / "pw", "--key", key)
    assert "taken away again" in mkbundle("who", "CASE-002", "--key", key).stdout
    assert len(list((stick / "READINGS").iterdir())) == 1
    assert not list(key.parent.glob("*.sealing-*"))


def test_a_removal_that_is_killed_names_no_case_on_the_stick_and_is_finished(work, stick, tmp_path):
    key = Path(shutil.copytree(work / "keys", tmp_path / "keys")) / "study.key"
    remove = (stick, "--remove", "CASE-002", "--key", key, "--password-file", work / "pw", "--no-progress")
    assert mkbundle_until("UNFINISH/BUNDLE/LOCK.BIN", "kill", *remove).returncode == -signal.SIGKILL
    assert b"Task: remove." in (stick / "BUNDLE/UNFINISH.TXT").read_bytes()
    assert [path for path in files_of(stick) if b"CASE-0" in (stick / path).read_bytes()] == []
    mkbundle(*remove, "--resume")
    with Catalog(open_medium(stick, READER)) as catalog:
        assert [study.case for study in catalog.studies()] == ["CASE-001"]
    mkbundle("check", stick, "--password-file", work / "pw", "--key", key)


def test_an_upgrade_renews_the_lists_and_keeps_images_and_passwords(work, stick, tmp_path):
    key = Path(shutil.copytree(work / "keys", tmp_path / "keys")) / "study.key"
    before = other_reader.objects(stick, READER)
    done = mkbundle("upgrade", stick, "--key", key, "--password-file", work / "pw", "--no-progress")
    assert f"Renewed on {stick}" in done.stdout and "Noted in the register" in done.stdout
    after = other_reader.objects(stick, READER)
    images = {path: content for path, content in before.items() if path.startswith("DICOM/")}
    assert {path: content for path, content in after.items() if path.startswith("DICOM/")} == images
    mkbundle("check", stick, "--password-file", work / "pw", "--key", key)


def test_copies_are_identical_open_with_the_same_passwords_and_are_known_to_the_key(work, stick, tmp_path):
    key = Path(shutil.copytree(work / "keys", tmp_path / "keys")) / "study.key"
    (tmp_path / "copy").mkdir()
    done = mkbundle("copy", stick, tmp_path / "copy", "--key", key, "--password-file", work / "pw", "--no-progress")
    assert "read back and identical" in done.stdout and "of this study key" in done.stdout
    assert files_of(tmp_path / "copy") == files_of(stick)
    assert all((stick / path).read_bytes() == (tmp_path / "copy" / path).read_bytes() for path in files_of(stick))
    assert other_reader.objects(tmp_path / "copy", READER) == other_reader.objects(work / "stick", READER)
    assert str(tmp_path / "copy") in mkbundle("who", "CASE-001", "--key", key).stdout


def test_the_image_of_a_disc_holds_the_encrypted_bundle_and_is_checked_with_its_password(work, stick, tmp_path):
    image = tmp_path / "disc.iso"
    assert "keeps no answers" in mkbundle("image", stick, image, "--no-progress").stdout
    subprocess.run(["7z", "x", "-bd", f"-o{tmp_path / 'disc'}", image], check=True, capture_output=True)
    assert other_reader.objects(tmp_path / "disc", READER) == other_reader.objects(stick, READER)
    for word in (b"PT000001", b"SQLite", b"Quittengarten"):
        assert word not in image.read_bytes()
    done = mkbundle("check", image, "--password-file", work / "reader", "--no-progress")
    assert "every chunk of it was opened" in done.stdout and "no error was found" in done.stdout


def test_a_split_makes_encrypted_media_each_with_its_image(work, tmp_path):
    """A kill between two media is finished by --resume; every medium has keys of its own."""
    size = (8_080_000 + fixed_size()) * 1.0021 + (1 << 20)  # room for one of the two cases
    (tmp_path / "media").mkdir()
    build = (work / "scans", tmp_path / "media", "--key", tmp_path / "study.key", "--encrypt", "--password-file",
             work / "pw", "--span", f"{size / 1e6:.3f}MB", "--iso", tmp_path / "disc.iso", *OPTIONS)  # fmt: skip
    assert mkbundle_until("MEDIUM02/BUNDLE/UNFINISH/BUNDLE/LOCK.BIN", "kill", *build).returncode == -signal.SIGKILL
    done = mkbundle(*build, "--resume")
    assert "MEDIUM01: CASE-001" in done.stdout and "MEDIUM02: CASE-002" in done.stdout
    assert sorted(path.name for path in (tmp_path / "media").iterdir()) == ["MEDIUM01", "MEDIUM02"]
    headers = set()
    for name, case_number in (("MEDIUM01", "CASE-001"), ("MEDIUM02", "CASE-002")):
        medium = tmp_path / "media" / name
        assert sum(path.stat().st_size for path in medium.rglob("*") if path.is_file()) <= size
        with Catalog(open_medium(medium, WORDS)) as catalog:
            assert [study.case for study in catalog.studies()] == [case_number]
        mkbundle("check", medium, "--password-file", work / "pw", "--key", tmp_path / "study.key")
        mkbundle("check", tmp_path / f"disc-{name}.iso", "--password-file", work / "pw", "--no-progress")
        headers.add((medium / LOCK).read_bytes()[16:32])
    assert len(headers) == 2
    assert not list(tmp_path.glob("*.sealing-*"))


def test_a_report_in_dicom_names_the_images_of_an_encrypted_stick(work, stick, tmp_path):
    answer(stick, WORDS, "Dr Quillfeather", "no")
    command = ("collect", stick, "-o", tmp_path / "sr", "--format", "dicom-sr", "--password-file", work / "pw")
    mkbundle(*command, check=None)
    (report,) = (tmp_path / "sr").glob("SR*.dcm")
    with Catalog(work / "plain") as catalog:
        study = catalog.studies()[0]
    read = pydicom.dcmread(report)
    assert read.StudyInstanceUID == study.study_instance_uid
    referred = read.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    assert {item.SeriesInstanceUID for item in referred} == {series.series_instance_uid for series in study.series}
