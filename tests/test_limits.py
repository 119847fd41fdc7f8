"""No input on a stick takes check, viewer or collect more than ten seconds or 500 MB, or ends one without a reason."""

from pathlib import Path
import shutil
import subprocess

from pydicom import dcmread
import pytest

from bundle.index.index import Catalog
from bundle.reading.form_file import read_form
from bundle.reading.journal import JournalWriter
from bundle.reading.readings import bundle_id
from tests import hostile_media
from tests.conftest import Built
from tests.limited import MEGABYTES, MKBUNDLE, SECONDS, VIEWER, Run, run

# Bytes in which a check with --key looks for the originals in a second, besides everything else.
SEARCHED = 6 << 20


@pytest.fixture
def stick(small_bundle: Built, tmp_path: Path) -> Path:
    """A copy, with its study key beside it."""
    shutil.copytree(small_bundle.key.parent, tmp_path / "keys")
    return Path(shutil.copytree(small_bundle.drive, tmp_path / "stick"))


def hold(ran: Run, searched: int = 0) -> None:
    assert ran.seconds < SECONDS + searched / SEARCHED and ran.megabytes < MEGABYTES, str(ran)
    assert "Traceback" not in ran.said and ran.code in (0, 1, 2, 3), str(ran)


def check(root: Path, *, search: bool = False) -> Run:
    """With `search` also for the originals of the key, in every byte; it does everything else, too."""
    work = root.parent
    reports = ("--json", work / "check.json", "--html", work / "a.html")
    key = ("--key", work / "keys" / "study.key") if search else ()
    ran = run(work, *MKBUNDLE, "check", root, "--no-progress", *key, *reports)
    hold(ran, sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) if search else 0)
    return ran


def view(root: Path) -> Run:
    return run(root.parent, *VIEWER, root, "--self-test", root.parent / "seen.json")


def collect(*sources: Path) -> Run:
    return run(sources[0].parent, *MKBUNDLE, "collect", *sources, "-o", sources[0].parent / "table.csv")


@pytest.mark.parametrize("name", hostile_media.INDEXES)
def test_an_index(name: str, stick: Path):
    hostile_media.INDEXES[name](stick)
    hostile_media.seal(stick)
    checked = check(stick, search=True)
    assert checked.code == 1 and "ERROR  index." in checked.said, str(checked)
    hold(view(stick))
    hold(collect(stick))


@pytest.mark.parametrize("name", hostile_media.IMAGES)
def test_an_image(name: str, stick: Path):
    hostile_media.IMAGES[name](stick)
    hostile_media.seal(stick)
    checked = check(stick, search=True)
    assert checked.code == 1 and "IM000001" in checked.said, str(checked)


@pytest.mark.parametrize("name", hostile_media.DIRECTORIES)
def test_a_dicomdir(name: str, stick: Path):
    hostile_media.DIRECTORIES[name](stick)
    hostile_media.seal(stick)
    checked = check(stick, search=True)
    assert checked.code == 1 and "ERROR  directory.unreadable" in checked.said, str(checked)


def honest(folder: Path) -> Path:
    """A journal of another reader, beside what is hostile."""
    folder.mkdir(exist_ok=True)
    writer = JournalWriter(folder, "Ottoline", {"bundle": "b"})
    for number in range(30):
        writer.append("answer", {"case": "CASE-001", "occurrence": 1, "question": f"q{number}", "value": "honest"})
    writer.close()
    return folder


@pytest.mark.parametrize("name", hostile_media.JOURNALS)
def test_a_journal_never_stops_the_table_of_another_reader(name: str, stick: Path):
    hostile_media.JOURNALS[name](stick)
    collected = collect(stick, honest(stick.parent / "sent"))
    hold(collected)
    assert collected.code == 1
    if "of another bundle" not in collected.said:  # then it says so, and the other is collected by itself
        assert "honest" in (stick.parent / "table-long.csv").read_text("utf-8"), str(collected)


ONE_QUESTION = 'title = "Trial"\n[[question]]\nid = "quality"\ntype = "text"\ntext = "How good?"\n'


def answer(root: Path) -> None:
    """A finished reading of the case."""
    with Catalog(root) as catalog:
        (study,) = catalog.studies()
        opening = {"bundle": bundle_id([study]), "form": read_form(ONE_QUESTION).digest, "form_text": ONE_QUESTION}
    writer, place = JournalWriter(root / "READINGS", "Ottoline", opening), {"case": study.case, "occurrence": 1}
    writer.append("case", {**place, "number": 1, "study": study.study_instance_uid, "training": False})
    writer.append("answer", {**place, "question": "quality", "series": "", "value": "good"})
    writer.append("submit", place)
    writer.close()


def reports(root: Path) -> Run:
    folder = root.parent / "reports"
    return run(root.parent, *MKBUNDLE, "collect", root, "-o", folder, "--format", "dicom-sr")


@pytest.mark.parametrize("name", hostile_media.REPORTED)
def test_an_image_or_an_index_in_a_report(name: str, stick: Path):
    (stick / "READINGS").mkdir()
    answer(stick)
    hostile_media.REPORTED[name](stick)
    collected = reports(stick)
    hold(collected)
    made = list((stick.parent / "reports").glob("*.dcm"))
    if not made:  # then it says why
        assert collected.code == 1 and any(
            text in collected.said for text in ("were changed", "cannot be opened", "cannot be read", "on none of the")
        ), str(collected)
    for path in made:
        assert dcmread(path).PatientID.startswith("P-")


@pytest.mark.parametrize("name", hostile_media.SENT)
def test_a_file_that_was_sent_never_stops_the_table_of_another_reader(name: str, tmp_path: Path):
    sent = tmp_path / "sent.json"
    sent.write_text(hostile_media.SENT[name](), encoding="utf-8")
    collected = collect(sent, honest(tmp_path / "others"))
    hold(collected)
    assert collected.code == 1 and "sent.json: it " in collected.said.replace("\n", " "), str(collected)
    assert "honest" in (tmp_path / "table-long.csv").read_text("utf-8")


@pytest.mark.parametrize("name", hostile_media.TEXTS)
def test_a_text(name: str, stick: Path):
    hostile_media.TEXTS[name](stick)
    hostile_media.seal(stick)
    checked = check(stick)
    assert checked.code == 1 or "FORM" in name, str(checked)


@pytest.mark.parametrize("name", ["dots as BUNDLE/FORM.TXT", "keys as BUNDLE/FORM.TXT", "tables as BUNDLE/HANGING.TXT"])
def test_a_form_and_a_rule_in_the_viewer_and_the_table(name: str, stick: Path):
    hostile_media.TEXTS[name](stick)
    hold(view(stick))
    hold(collect(stick, honest(stick.parent / "sent")))


@pytest.mark.parametrize("name", hostile_media.BILLS)
def test_a_bill_of_materials(name: str, stick: Path):
    hostile_media.BILLS[name](stick)
    hostile_media.seal(stick)
    checked = check(stick)
    assert checked.code == 1 and "ERROR  viewer.bill" in checked.said, str(checked)
    assert "\x1b" not in checked.said


@pytest.mark.parametrize("name", hostile_media.MANIFESTS)
def test_a_manifest(name: str, stick: Path):
    hostile_media.MANIFESTS[name](stick)
    checked = check(stick)
    assert checked.code == 1 and "ERROR  manifest." in checked.said, str(checked)


@pytest.mark.parametrize("name", hostile_media.PREVIEWS)
def test_a_preview(name: str, stick: Path):
    hostile_media.PREVIEWS[name](stick)
    hostile_media.seal(stick)
    check(stick)


@pytest.mark.parametrize("name", hostile_media.PLACES)
def test_a_pipe_a_device_a_link_or_a_name(name: str, stick: Path):
    hostile_media.PLACES[name](stick)
    checked = check(stick)
    subprocess.run(["rm", "-rf", stick], check=True)  # deeper than Python's own removal goes
    assert checked.code != 0 and "\x1b" not in checked.said, str(checked)
