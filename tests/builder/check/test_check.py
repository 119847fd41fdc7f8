"""The checker: no finding in a good bundle, and exactly one finding if exactly one thing is broken."""

from datetime import datetime
from io import BytesIO
import json
import os
from pathlib import Path
import re
import shutil
import sqlite3
import subprocess
import warnings

from PIL import Image
from pydicom import Dataset, dcmread, dcmwrite
import pytest

from builder.catalogue.preview import shrink
from builder.check import (
    RULES,
    Original,
    Originals,
    Validation,
    check_bundle,
    counts,
    inspect_bundle,
    to_json,
)
from builder.check.checks import iod
from builder.check.checks import layout as layout_checks
from builder.check.findings import finding as found_by
from builder.check.findings import with_answers
from builder.check.medium import contents
from builder.check.medium.medium import Medium
from builder.cli.check_page import html_report
from builder.cli.report import check_lines, finding_lines
from builder.deidentify import Option
from bundle.errors import NoBundle
from tests.builder.check.damage import DAMAGES, manual
from tests.builder.check.damage_answers import FORM, answer, media_list
from tests.builder.check.damaging import (  # fmt: skip
    BILLS,
    INDEX,
    MANIFEST,
    VIEWERS,
    add_file,
    edit_bytes,
    edit_image,
    edit_index,
    first_image,
    grey_png,
    put_form,
    refresh_index,
    remove_files,
    remove_value,
    set_value,
    write_manifest,
    write_sources,
)
from tests.conftest import build_bundle
from tests.manifests import bundle_files


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


def found(root: Path) -> list[str]:
    return [finding.check for finding in check_bundle(root)]


def test_nothing_is_found_in_a_good_bundle(good_bundle):
    assert check_bundle(good_bundle) == []


def test_the_totals_are_those_of_the_bundle(good_bundle):
    report = inspect_bundle(good_bundle)
    assert report.passed and report.not_made == (
        "drive.file_system",
        "viewer.altered",
        "viewer.self_test",
        "viewer.not_run",
        "identity.original",
        "register.manifest",
        "register.case",
        "register.answers",
        "register.earlier",
    )
    totals = report.totals
    assert (totals.patients, totals.studies, totals.series) == (4, 4, 4)
    assert (totals.dicom_files, totals.images, totals.frames, totals.with_frames) == (8, 8, 10, " with 10 frames")
    assert totals.bytes == sum((good_bundle / path).stat().st_size for path in bundle_files(good_bundle))
    assert report.viewers == ("Windows 0.1.0 (VTK 9.4.2)", "Linux 0.1.0 (VTK 9.4.2)")
    assert [(code, files) for code, _, files in report.policy] == [("113100", 8), ("113107", 8)]


def test_real_scans_make_a_bundle_without_an_error(many_bundle):
    assert [finding for finding in check_bundle(many_bundle.drive) if finding.severity == "error"] == []


def test_the_check_writes_nothing(good_bundle):
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in good_bundle.rglob("*")}
    check_bundle(good_bundle)
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in good_bundle.rglob("*")} == before


def test_progress_ends_with_every_byte_read(good_bundle):
    steps: list[tuple[int, int]] = []
    check_bundle(good_bundle, progress=lambda done, total: steps.append((done, total)))
    sizes = [(good_bundle / path).stat().st_size for path in sorted(bundle_files(good_bundle))]
    assert steps == [(sum(sizes[:number]), sum(sizes)) for number in range(1, len(sizes) + 1)]


def test_everything_that_takes_long_is_a_step_of_its_own_with_its_end(good_bundle):
    steps: dict[str, list[tuple[int, int]]] = {}

    def step(name: str):
        return lambda done, total: steps.setdefault(name, []).append((done, total))

    originals = Originals(frozenset({Original("name", "PatientName", "Nobody^Here")}))
    inspect_bundle(good_bundle, originals=originals, validation=Validation.ALL, step=step)
    searched = len(list(good_bundle.rglob("*")))  # folders too, for their names
    expected = {"Searching every byte for the originals": [(n, searched) for n in range(1, searched + 1)]}
    if shutil.which("dciodvfy"):
        expected["Letting dciodvfy read every image"] = [(n, 8) for n in range(1, 9)]
    assert steps == expected


def test_a_folder_without_any_part_of_a_bundle_is_no_bundle(tmp_path):
    with pytest.raises(NoBundle, match="nothing to check in"):
        check_bundle(tmp_path)
    for missing in (tmp_path / "none", Path(__file__)):
        with pytest.raises(NoBundle, match="is not there, or is no folder"):
            check_bundle(missing)


def test_a_check_prints_no_warnings_of_libraries(bundle):
    """Other checks cover pydicom's warnings, and a tired reader would mistake them for a fault of the program."""
    for check, damage in DAMAGES:
        if check == "dicom.character_set":
            damage(bundle)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "dicom.character_set" in found(bundle)


_SECRET = re.compile("Quillfeather|Ottoline|19010203|NOBODY|1\\.2\\.901", re.IGNORECASE)


@pytest.mark.parametrize(("check", "damage"), DAMAGES, ids=[f"{n}-{check}" for n, (check, _) in enumerate(DAMAGES)])
def test_one_broken_thing_is_one_finding_that_repeats_nothing_identifying(bundle, check, damage):
    """A report is kept and sent on: it names the place of a damage, but not its content."""
    damage(bundle)
    findings = check_bundle(bundle)
    assert [finding.check for finding in findings] == [check], "\n".join(finding_lines(findings))
    # A name of a file has to be told, or nobody could find it.
    said = (
        "" if check.startswith("layout.") else "".join(f"{finding.subject} {finding.message}" for finding in findings)
    )
    assert not _SECRET.search(said)


def test_every_check_is_tried_by_a_damage_or_by_a_test_of_its_own():
    tried_elsewhere = {
        "medium.unreadable", "medium.others", "layout.too_large", "identity.original", "drive.file_system",
        "drive.room", "drive.slow", "index.interleaved", "index.split",
        "viewer.self_test", "viewer.not_run", "viewer.altered",
        "segments.listed", "segments.grid", "segments.compact", "segments.figures",  # segmentation/test_damage
        "register.manifest", "register.case", "register.answers", "register.earlier",  # test_returned
    }  # fmt: skip
    assert {check for check, _ in DAMAGES} | tried_elsewhere == set(RULES)


def test_a_file_that_cannot_be_read_is_one_finding_and_everything_else_goes_on(bundle, monkeypatch):
    bad, read = first_image(bundle), contents.read_whole

    def failing(path: Path, kept: int, **more: bool) -> contents.Content:
        if path == bad:
            raise OSError(5, "Input/output error")
        return read(path, kept, **more)

    monkeypatch.setattr(contents, "read_whole", failing)
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


def test_a_manual_that_is_true_is_no_finding(bundle):
    add_file("MANUAL.PDF", manual("dates_modified"))(bundle)
    assert check_bundle(bundle) == []


def test_papers_of_an_earlier_version_are_held_to_the_files_too(bundle):
    """They said the same whatever the options."""
    heading, rest = "4. PRIVACY\r\n----------\r\n\r\n", "\r\n5. WHAT THE PC NEEDS"
    before, _, after = (bundle / "README.TXT").read_bytes().decode("ascii").partition(heading)
    told = (
        "The scans are de-identified by the\r\nDICOM PS3.15 Basic Profile (113100) with modified dates (113107).\r\n"
        "The program that made this medium removed the names, numbers and birth dates of patients; the names of "
        "physicians, staff, hospitals and devices; free\r\ntext; the private data of manufacturers; and text and "
        "drawings laid over images. All dates and\r\ntimes of one patient are shifted by the same unknown amount. The "
        "images\r\nthemselves are not altered: somebody could reconstruct a face.\r\n"
    )
    old = before + heading + told + rest + after.partition(rest)[2]
    add_file("README.TXT", old.encode())(bundle)
    assert check_bundle(bundle) == []
    for image in sorted((bundle / "DICOM").rglob("IM*")):  # dates that are all as they were
        dataset = dcmread(image)
        dataset.LongitudinalTemporalInformationModified = "UNMODIFIED"
        method = dataset.DeidentificationMethodCodeSequence[1]
        method.CodeValue, method.CodeMeaning = "113106", "Retain Longitudinal Temporal Information Full Dates Option"
        dcmwrite(image, dataset)
        refresh_index(bundle, image)
    said = [(finding.subject, finding.message) for finding in check_bundle(bundle)]
    assert [text for subject, text in said if subject == "README.TXT"] == [
        "says of 8 images what is true of 0: 'All dates and times of one patient are shifted by the same unknown "
        "amount.'",
        "says of 8 images what is true of 0: 'DICOM PS3.15 Basic Profile (113100) with modified dates (113107)'",
    ]
    assert {subject for subject, _ in said} == {"README.TXT", "INDEX.HTM"}


def test_whole_answers_and_a_list_of_media_that_is_right_are_no_findings(bundle):
    answer(bundle, seen=(answer(bundle),))
    put_form(FORM)(bundle)
    with sqlite3.connect(bundle / INDEX) as index:
        rows = index.execute(
            "SELECT case_number, pseudonym, sum(number_of_instances) FROM study JOIN series ON study_id = study.id "
            "JOIN patient ON patient.id = patient_id GROUP BY study.id"
        ).fetchall()
    media_list(*(f"stick,{case},{who},{images}" for case, who, images in rows))(bundle)
    assert len(rows) == 4 and check_bundle(bundle) == []


@pytest.mark.parametrize("check", ["identity.private", "manifest.changed", "identity.direct", "dicom.pixels"])
def test_nobody_is_told_to_erase_a_medium_with_answers(bundle, check):
    """Whatever is wrong with it."""
    for name, damage in DAMAGES:
        if name == check:
            damage(bundle)
            break
    before = [finding.remedy for finding in check_bundle(bundle)]
    answer(bundle)
    after = [finding.remedy for finding in check_bundle(bundle)]
    assert len(after) == len(before) > 0
    for remedy in after:
        assert "rase" not in remedy and "collect them first" in remedy and ".." not in remedy


def test_no_advice_survives_answers_that_would_lose_them():
    for rule in RULES.values():
        said = with_answers(found_by(rule.name, "x", "y")).remedy
        assert "Erase" not in said
        anew = re.search("build the bundle again", said, re.IGNORECASE)
        assert anew is None or ("collect" in said[: anew.start()] and said[anew.end() :] == " on another medium."), said


def test_readings_are_left_alone(bundle):
    add_file("READINGS/R1.JSON", b"{}", listed=False)(bundle)
    assert check_bundle(bundle) == []


def test_checks_that_had_nothing_to_look_at_are_not_said_to_be_right(bundle):
    remove_files(INDEX)(bundle)
    report = inspect_bundle(bundle)
    assert "index.order" in report.not_made and "directory.offsets" not in report.not_made
    assert "not performed" in html_report(report)


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


def test_text_is_grouped_by_check_and_holds_no_control_characters(bad_report):
    lines = finding_lines(bad_report.findings)
    assert lines[0] == "  5 errors. Do not give the medium away."
    assert [line.split()[0] for line in lines if re.match("  [A-Z]{4}", line)] == ["ERROR", "ERROR", "HINT"]
    assert all(line.isprintable() for line in lines)
    assert finding_lines([]) == ["  Everything was read back and verified."]


def test_warnings_and_hints_are_counted_beside_the_verdict(bad_report):
    hints = [finding for finding in bad_report.findings if finding.severity == "hint"]
    told = finding_lines(bad_report.findings)[:2]
    assert told == ["  5 errors. Do not give the medium away.", "  Also: 1 hint for you to judge."]
    told = finding_lines(hints)[:2]
    assert told == ["  Everything was read back, and no error was found.", "  1 hint for you to judge."]


def test_findings_of_one_kind_are_counted_where_they_are_many(bundle):
    for path in (bundle / "DICOM").rglob("IM*"):
        path.write_bytes(b"")
        for copy in range(6):
            path.with_name(f"IM9{copy}").write_bytes(b"")
    lines = "\n".join(finding_lines(check_bundle(bundle)))
    assert lines.count("it is on the medium, but") == 10 and "and 14 more of this kind" in lines
    assert lines.count("Every file of the bundle is in the manifest.") == 1


def test_json_has_the_numbers_and_every_finding(bad_report):
    content = json.loads(json.dumps(bad_report.to_json()))
    assert (content["passed"], content["error"], content["warning"], content["hint"]) == (False, 5, 0, 1)
    assert set(content["findings"][0]) == {
        "check", "severity", "subject", "expected", "message", "remedy", "clause",
    }  # fmt: skip
    assert to_json(bad_report.findings)["findings"] == content["findings"]
    assert counts([]) == {"error": 0, "warning": 0, "hint": 0}


def test_the_page_shows_every_preview_and_nothing_on_it_can_run(bad_report):
    page = html_report(bad_report)
    assert page.count("data:image/png;base64,") == 4
    assert "Not passed: 5 errors" in page and "README.TXT" in page
    assert "<script" not in page and "<b>evil" not in page and "default-src 'none'" in page
    assert "http://" not in page and "https://" not in page


def test_the_pictures_of_a_page_can_be_made_smaller(good_bundle, bad_report):
    page = html_report(bad_report, shrink=shrink)
    assert page.count("data:image/jpeg;base64,") == 4 and "image/png" not in page
    assert shrink(b"no picture") == b"no picture" and shrink(b"") == b""
    large = grey_png(1, 1)
    with Image.open(BytesIO(large)) as picture:
        picture.resize((2000, 1000)).save(buffer := BytesIO(), "PNG")
    with Image.open(BytesIO(shrink(buffer.getvalue()))) as small:
        assert (small.format, small.size) == ("JPEG", (240, 120))


def test_every_printed_page_says_to_which_medium_it_belongs(bad_report):
    page = html_report(bad_report, when=datetime(2026, 3, 4, 15, 16))
    assert f"'Bundle check, 2026-03-04 15:16, manifest {bad_report.manifest_digest[:16]}'" in page
    assert 'content: "page " counter(page) " of " counter(pages)' in page


def test_what_was_not_looked_at_is_said(bad_report):
    number = len(bad_report.not_made)
    assert number >= 4 and f"Not performed: {number} checks, marked in the list at the end." in html_report(bad_report)
    assert f"  Not performed: {', '.join(bad_report.not_made_in_short)}" in check_lines(bad_report)


def test_a_group_of_checks_that_was_not_made_is_said_by_its_name(bundle):
    add_file(INDEX, b"nothing")(bundle)
    short = inspect_bundle(bundle).not_made_in_short
    assert "index.*" in short and "identity.original" in short and "index.path" not in short
    assert "directory.*" not in short and len(short) < len(inspect_bundle(bundle).not_made) - 20


def test_the_page_can_be_made_when_the_index_cannot_be_read(bundle):
    add_file(INDEX, b"nothing")(bundle)
    assert "The index cannot be read" in html_report(inspect_bundle(bundle))


def test_a_viewer_with_another_bill_than_this_machine_made_is_found(bundle):
    bill = VIEWERS[BILLS["win64"]]
    report = inspect_bundle(bundle, bills=[bill])
    assert report.passed and "viewer.altered" not in report.not_made
    assert [finding.check for finding in check_bundle(bundle, bills=[bill.replace(b"9.4.2", b"9.4.3")])] == [
        "viewer.altered"
    ]
    assert check_bundle(bundle, bills=[bill.replace(b"win64", b"other")]) == []


# The attributes of the IOD


def iod_findings(root: Path, validation: Validation) -> list[str]:
    findings = inspect_bundle(root, validation=validation).findings
    return [f"{finding.subject}: {finding.message}" for finding in findings if finding.check == "dicom.iod"]


def test_nothing_that_dciodvfy_quotes_of_a_file_is_repeated(bundle):
    if shutil.which("dciodvfy") is None:
        pytest.skip("dciodvfy is not installed")

    def change(dataset: Dataset) -> None:
        dataset.PatientSex, dataset.StudyTime, dataset.PatientAge = "OTTOLINE", "Quillfeather", "Quill"
        dataset.BodyPartExamined, dataset.AccessionNumber = "ottoline <x", "Quillfeather of Harbour Road"
        dataset.PatientName = "Quill>feather^Ottoline"

    edit_image(change)(bundle)
    problems = iod._errors(Medium(bundle), first_image(bundle).relative_to(bundle).as_posix())
    assert {
        "Value invalid for this VR - (0x0008,0x0030) TM Study Time",
        "Unrecognized enumerated value for value 1 of attribute <Patient's Sex>",
    } <= problems
    assert not re.search("ottoline|quill|harbour", "\n".join(problems), re.IGNORECASE)


def test_dciodvfy_is_asked_about_one_file_of_each_series_or_about_all(bundle):
    if shutil.which("dciodvfy") is None:
        pytest.skip("dciodvfy is not installed")
    one_each = iod_findings(bundle, Validation.SERIES)
    assert any("PatientPosition is missing (type 2C, GeneralSeries)" in text for text in one_each)
    # A value that dciodvfy alone knows to be wrong, in the second file of a series.
    image = first_image(bundle).with_name("IM000002")
    edit_bytes(image, b"PRIMARY", b"PRIMERY")
    refresh_index(bundle, image)
    assert iod_findings(bundle, Validation.SERIES) == one_each
    assert len(iod_findings(bundle, Validation.ALL)) > len(one_each)


def test_without_dciodvfy_attributes_of_types_1_and_2_are_missed(bundle, monkeypatch):
    remove_value("KVP")(bundle)
    monkeypatch.setenv("PATH", "")
    (text,) = iod_findings(bundle, Validation.SERIES)
    assert text.endswith("IM000001: KVP is missing")


def test_a_file_that_keeps_dciodvfy_too_long_is_said(bundle, monkeypatch, tmp_path):
    slow = tmp_path / "bin" / "dciodvfy"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(iod, "_PATIENCE", 0.2)
    (text,) = iod_findings(bundle, Validation.SERIES)
    assert "did not come to an end" in text


def test_sha256sum_agrees_with_the_manifest(good_bundle):
    ran = subprocess.run(["sha256sum", "--quiet", "-c", MANIFEST], cwd=good_bundle, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_a_bundle_with_every_option_has_no_error(tmp_path, many_scans):
    options = [option.label for option in Option if "dates" not in option.label]
    built = build_bundle(tmp_path, many_scans, deidentify=frozenset(options))
    assert [finding for finding in built.outcome.findings if finding.severity == "error"] == []
