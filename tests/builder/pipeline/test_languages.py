"""A stick in German: what a build writes, what the check reads there, and what stays when cases come and go."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builder.check import check_bundle
from builder.cli.main import cli
from builder.pipeline import change
from tests import scans, texts
from tests.conftest import KEY, Silence, build_bundle


@pytest.fixture(scope="module")
def german(tmp_path_factory) -> Path:
    """Two people; one of the first's images holds a name and is left out."""
    work = tmp_path_factory.mktemp("german")
    texts.write_series(work / "scans" / "A", written={2: texts.with_text})
    write(work / "scans" / "B", 2)
    return build_bundle(work, work / "scans", language="de").drive


def write(folder: Path, patient: int) -> None:
    for k in range(3):
        dataset = scans.ct_slice(texts.phantom(k), (0.0, 0.0, 2.5 * k), k + 1, SliceThickness=2.5)
        dataset.PatientID, dataset.PatientName = f"Q{patient}", f"Brackwater^{'XYZ'[patient]}"
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"2.25.7{patient}1", f"2.25.7{patient}2"
        dataset.SOPInstanceUID = f"2.25.7{patient}3{k}"
        scans.save(dataset, folder / f"B{k}")


def readme(stick: Path) -> str:
    return (stick / "README.TXT").read_bytes().decode("utf-8-sig")


def errors(stick: Path) -> list[str]:
    return [str(finding) for finding in check_bundle(stick) if finding.severity == "error"]


def test_the_texts_are_german_and_the_check_reads_their_numbers(german):
    assert "1 weggelassen" in readme(german) and "AUFNAHMEN ZUM BEFUNDEN" in readme(german)
    assert 'lang="de"' in (german / "INDEX.HTM").read_text("utf-8-sig")
    found = check_bundle(german)
    assert [finding for finding in found if finding.check.startswith("pdi.")] == []
    assert [finding.severity for finding in found if finding.severity == "error"] == []


def test_what_is_added_or_taken_out_keeps_the_language(german):
    work = german.parent
    write(work / "more", 1)
    build_bundle(work, work / "more", add=True)
    assert "3 Fälle" in readme(german) and errors(german) == []
    with ThreadPoolExecutor(2) as executor:
        change.remove_cases(german, ["CASE-003"], executor, Silence())
    assert "2 Fälle" in readme(german) and errors(german) == []


def test_the_command_line_knows_the_languages(tmp_path, capsys):
    write(tmp_path / "scans", 2)
    key = tmp_path / "keys" / "study.key"
    key.parent.mkdir()
    key.write_text(KEY + "\n")
    stick = tmp_path / "stick"
    stick.mkdir()
    words = [str(tmp_path / "scans"), str(stick), "--key", str(key), "--viewer", "none", "--no-progress"]
    more = ["--no-picture-search", "--workers", "1", "--language"]
    assert cli([*words, *more, "de"], standalone_mode=False) == 0
    assert "Auf diesem Datenträger ist kein Viewer" in readme(stick)
    with pytest.raises(SystemExit):
        cli([*words, *more, "xx"])
    assert "'en', 'de'" in capsys.readouterr().err
