"""`mkbundle check --key` on a stick that comes back: it is compared with the one that was handed out."""

import json
from pathlib import Path
import re
import shutil
import sqlite3
import subprocess

from click.testing import CliRunner
from pydicom import dcmread
import pytest

from builder.cli.main import cli
from builder.errors.report import ReportNotSigned
from builder.key.register import register_path
from bundle.reading.journal import JournalWriter
from tests.builder.check.damaging import edit_index, refresh_index, write_manifest
from tests.builder.key.studies import ask, build_stick, key_of, on_stick, remove, write_study


def check(work: Path, name: str, *more: str, key: bool = True) -> tuple[int, str, list[dict[str, str]]]:
    """Exit code, text, and the errors and warnings of the JSON report."""
    report = work / "report.json"
    command = ["check", str(work / name), "--json", str(report), "--no-run-viewers", *more]
    command += ["--key", str(key_of(work))] if key else []
    done = CliRunner().invoke(cli, command, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    findings = json.loads(report.read_text())["findings"]
    return done.return_value, done.output, [found for found in findings if found["severity"] != "hint"]


def checks(findings: list[dict[str, str]]) -> list[str]:
    return [found["check"] for found in findings]


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sticks of one key: two cases with one and three images on the first, and another on the second."""
    work = tmp_path_factory.mktemp("handed out")
    studies = [write_study(work / "scans", number, images=2 * number - 1) for number in (1, 2, 3)]
    build_stick(work, "A", *studies[:2])
    build_stick(work, "B", studies[2])
    return work


@pytest.fixture
def work(handed_out: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(handed_out, tmp_path / "work"))


def change_consistently(root: Path) -> Path:
    """One image with other pixels; its digests in index and manifest agree with it."""
    image = sorted((root / "DICOM").rglob("IM*"))[0]
    content = bytearray(image.read_bytes())
    content[-4:] = b"\x01\x00\x02\x00"
    image.write_bytes(content)
    refresh_index(root, image)
    return image


def answer(root: Path, *values: str, reader: str = "Dr Quill", **opening: object) -> Path:
    """What the viewer writes when somebody reads the first case."""
    case, uid = next((case, uid) for uid, case in on_stick(root).items())
    writer = JournalWriter(root / "READINGS", reader, {"bundle": "b", "form": "", "seen": {}, **opening})
    writer.append("case", {"case": case, "occurrence": 1, "number": 1, "study": uid, "training": False})
    for value in values:
        writer.append("answer", {"case": case, "occurrence": 1, "question": "q", "series": "", "value": value})
    writer.close()
    return writer.path


def test_a_stick_as_it_was_handed_out_is_known(work):
    for stick, name in enumerate("AB", start=1):
        code, text, found = check(work, name)
        assert (code, found) == (0, [])
        assert f"Since stick {stick} was handed out (" in text
        assert "READINGS: nothing new" in text and "All other files are as they were" in text
        (digest,) = ask(work, "SELECT manifest FROM stick WHERE stick = ?", stick)[0]
        assert f"Manifest: SHA-256 {digest}" in text


def test_a_picture_digest_and_manifest_that_agree_are_noticed_by_the_register_alone(work):
    image = change_consistently(work / "A")
    code, _, found = check(work, "A", key=False)
    assert "register.manifest" not in checks(found) and "manifest.changed" not in checks(found)
    code, text, found = check(work, "A")
    assert code == 1 and "register.manifest" in checks(found)
    assert image.relative_to(work / "A").as_posix() in text.split("Changed:")[1].splitlines()[0]
    assert "somebody changed it" in text and "BUNDLE/INDEX.DB" in text


def test_answers_are_what_may_be_new(work):
    journal = answer(work / "A", "yes", "no")
    code, text, found = check(work, "A")
    assert (code, found) == (0, [])
    assert f"READINGS: {journal.name}, 4 lines, new" in text and "All other files are as they were" in text


def test_what_else_is_new_changed_or_gone_is_named(work):
    (work / "A" / "HOLIDAY.JPG").write_bytes(b"x")
    (work / "A" / "README.TXT").unlink()
    _, text, found = check(work, "A")
    assert "manifest.missing" in checks(found)
    assert "Gone: README.TXT" in text and "New: HOLIDAY.JPG" in text


def test_answers_from_before_an_addition_are_still_those(work):
    journal = answer(work / "A", "yes", "no")
    build_stick(work, "A", write_study(work / "more", 4), add=True)
    assert check(work, "A")[2] == []
    with journal.open("ab") as stream:
        stream.write(b'{"n":5')  # the medium was taken away meanwhile
    code, text, found = check(work, "A")
    assert (code, checks(found)) == (0, []) and f"READINGS: {journal.name}, 4 lines, longer" in text
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-2]))
    assert checks(check(work, "A")[2]) == ["register.answers"]
    assert checks(check(work, "A", key=False)[2]) == []  # the end of a chain is seen by the register alone
    journal.unlink()
    assert checks(check(work, "A")[2]) == ["register.answers"]


def test_a_stick_from_before_a_removal_is_one_to_ask_about(work):
    shutil.copytree(work / "A", work / "copy")
    (case,) = [case for uid, case in on_stick(work / "A").items() if uid][:1]
    remove(work, "A", case)
    assert check(work, "A")[2] == []
    code, text, found = check(work, "copy")
    assert (code, checks(found)) == (0, ["register.earlier"]) and "as it was before a later build" in text


def test_a_stick_of_another_key_is_not_one_of_these(work):
    other = work / "other"
    build_stick(other, "C", write_study(other / "scans", 7))
    shutil.copytree(other / "C", work / "C")
    code, text, found = check(work, "C")
    assert code == 1 and "register.manifest" in checks(found) and "is it the right key?" in text


def test_a_register_that_is_older_than_its_manifests_is_taken_over(work):
    with sqlite3.connect(register_path(key_of(work))) as register:
        register.execute("DROP TABLE manifest")
        register.execute("PRAGMA user_version = 2")
    code, text, found = check(work, "A")
    assert (code, found) == (0, []) and "Since stick" not in text  # its digest alone is known
    build_stick(work, "D", write_study(work / "scans", 5))
    assert ask(work, "PRAGMA user_version") == [(3,)] and "Since stick 3" in check(work, "D")[1]


# Who has which number


def swap_in_index(root: Path) -> None:
    one, two = sorted(on_stick(root).values())
    edit_index(
        f"UPDATE study SET case_number = 'x' WHERE case_number = '{one}'",
        f"UPDATE study SET case_number = '{one}' WHERE case_number = '{two}'",
        f"UPDATE study SET case_number = '{two}' WHERE case_number = 'x'", "VACUUM",
    )(root)  # fmt: skip


def swap_in_page(root: Path) -> None:
    page = (root / "INDEX.HTM").read_text()
    one, two = re.findall(r'(?<=<tr><th scope="row">CASE-00.)</th>.*?</tr>', page)
    page = page.replace(one, "\0").replace(two, one).replace("\0", two)
    (root / "INDEX.HTM").write_text(page, newline="")
    write_manifest(root)


@pytest.mark.parametrize("swap", [swap_in_index, swap_in_page])
def test_a_swapped_case_number_is_an_error_without_the_key(work, swap):
    swap(work / "A")
    code, _, found = check(work, "A", key=False)
    assert (code, checks(found)) == (1, ["pdi.cases"])
    assert "CASE-001" in found[0]["message"] and "CASE-002" in found[0]["message"]


def test_case_numbers_that_are_swapped_everywhere_on_the_stick_are_known_to_the_register(work):
    swap_in_index(work / "A")
    swap_in_page(work / "A")
    assert check(work, "A", key=False)[2] == []
    code, _, found = check(work, "A")
    assert code == 1 and set(checks(found)) == {"register.manifest", "register.case"}
    assert len(found) == 3  # the register's and the crosswalk's numbers


def test_a_crosswalk_that_was_edited_is_no_longer_that_of_the_stick(work):
    crosswalk = key_of(work).with_name("study.crosswalk.csv")
    text = crosswalk.read_text().replace("CASE-001", "CASE-009")
    crosswalk.write_text(text)
    code, _, found = check(work, "A")
    assert (code, checks(found)) == (1, ["register.case"]) and "the crosswalk: CASE-001" in found[0]["message"]


# Signed reports


@pytest.fixture(scope="module")
def gpg(tmp_path_factory: pytest.TempPathFactory) -> str:
    """GnuPG with a key of its own, without a passphrase."""
    if shutil.which("gpg") is None:
        pytest.skip("GnuPG is not installed")
    home = tmp_path_factory.mktemp("g")
    home.chmod(0o700)
    command = f"gpg --homedir {home} --batch --pinentry-mode loopback --passphrase ''"
    made = f"{command} --quick-generate-key 'QA <qa@example.org>' ed25519 sign never"
    subprocess.run(["sh", "-c", made], check=True, capture_output=True)
    return command


def test_a_report_is_signed_with_gnupg_and_names_the_manifest(work, gpg):
    page = work / "report.html"
    code, text, _ = check(work, "A", "--html", str(page), "--sign-report", f"{gpg} --armor --detach-sign {{}}")
    (digest,) = ask(work, "SELECT manifest FROM stick WHERE stick = 1")[0]
    assert code == 0 and f"Each names the manifest {digest}" in text
    for report in (page, work / "report.json"):
        signature = report.with_name(f"{report.name}.asc")
        assert str(signature) in text and digest in report.read_text()
        verified = ["sh", "-c", f"{gpg} --verify '{signature}' '{report}'"]
        assert subprocess.run(verified, capture_output=True, check=False).returncode == 0
        report.write_text(report.read_text().replace(digest, digest[::-1]))
        assert subprocess.run(verified, capture_output=True, check=False).returncode == 1


def test_a_report_is_signed_with_minisign(work):
    if shutil.which("minisign") is None:
        pytest.skip("minisign is not installed")
    secret, public, page = work / "qa.sec", work / "qa.pub", work / "report.html"
    subprocess.run(["minisign", "-GW", "-p", public, "-s", secret], check=True, capture_output=True)
    _, text, _ = check(work, "A", "--html", str(page), "--sign-report", f"minisign -S -s '{secret}' -m {{}}")
    assert f"{page}.minisig" in text
    verified = ["minisign", "-V", "-p", public, "-m", page]
    assert subprocess.run(verified, capture_output=True, check=False).returncode == 0
    page.write_text(page.read_text().replace("Passed", "passed"))
    assert subprocess.run(verified, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize(
    ("command", "why"),
    [("false {}", "exit code 1"), ("no-such-signer {}", "No such file"), ("true {}", "wrote nothing beside it")],
)
def test_a_command_that_signs_nothing_is_an_error_and_the_report_stays(work, command, why):
    with pytest.raises(ReportNotSigned, match=why):
        check(work, "A", "--sign-report", command)
    assert (work / "report.json").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--json", "R", "--sign-report", "gpg"], "write {}"), (["--sign-report", "gpg {}"], "signs a file"),
     (["--json", "R", "--sign-report", "gpg '{}"], "cannot be understood")],
)  # fmt: skip
def test_a_command_that_cannot_sign_is_refused_before_the_check(work, more, said):
    given = [str(work / "report.json") if word == "R" else word for word in more]
    done = CliRunner().invoke(cli, ["check", str(work / "A"), *given])
    assert done.exit_code == 2 and said in done.output and not (work / "report.json").exists()


def test_the_images_on_the_sticks_are_those_of_the_register(work):
    """Which the tests above rest on."""
    (row,) = ask(work, "SELECT sop_uid, path FROM image WHERE stick = 2 LIMIT 1")
    assert dcmread(work / "B" / row[1], stop_before_pixels=True).SOPInstanceUID == row[0]
