"""`mkbundle who`, as somebody meets it who wants to know which case is who."""

import csv
from pathlib import Path

from click.testing import CliRunner
import pytest

from builder.cli.main import cli
from builder.errors.register import NoRegister
from builder.key.register import register_path
from tests.builder.key.studies import build_stick, crosswalk, key_of, on_stick, remove, write_study


def who(work: Path, *words: object, key: Path | None = None) -> tuple[int, list[str]]:
    """Exit code and lines."""
    command = ["who", *map(str, words), "--key", str(key or key_of(work))]
    done = CliRunner().invoke(cli, command, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value, done.output.splitlines()


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two sticks: MRN-1 and 4711 on the first, 4711 and MRN-3 on the second."""
    folder = tmp_path_factory.mktemp("who")
    first = write_study(folder / "scans", 1, images=2, PatientName="Quillfeather^Ottoline^Maud")
    (first / "broken").write_bytes((first / "I000").read_bytes()[:-50])
    second = write_study(folder / "scans", 2, images=3, PatientID="4711", PatientName="Brackwater^Ivo")
    third = write_study(folder / "scans", 3, PatientName="Umberleigh^Ivo", AccessionNumber="A-3")
    build_stick(folder, "A", first, second)
    build_stick(folder, "B", second, third)
    return folder


def case_of(work: Path, patient_id: str) -> str:
    return next(row["case"] for row in crosswalk(work) if row["original_patient_id"] == patient_id)


def test_which_folder_is_a_case_on_the_second_stick(work):
    case = case_of(work, "4711")
    code, lines = who(work, case, "--stick", 2)
    assert code == 0
    assert [line.strip() for line in lines if "from " in line] == [f"from {work / 'scans' / 'p2s1'}"]
    assert [line for line in lines if "written on" in line] == [f"    written on {work / 'B'}"]
    assert "3 images (CT 3)" in "\n".join(lines)
    assert who(work, case, "--stick", work / "B")[1] == lines


def test_which_case_is_a_patient(work):
    code, lines = who(work, "4711")
    assert (code, lines[0]) == (0, case_of(work, "4711"))
    assert "patient 4711, Brackwater^Ivo, born 1953-04-18" in lines[1]
    assert [line.split(",")[0].strip() for line in lines if line.startswith("  Stick")] == ["Stick 1", "Stick 2"]
    assert case_of(work, "4711") in on_stick(work / "A").values()
    assert case_of(work, "4711") in on_stick(work / "B").values()


@pytest.mark.parametrize(
    ("asked", "patient"),
    [
        (["case-{}"], "4711"),
        (["ottoline", "QUILLFEATHER"], "MRN-1"),
        (["Umberleigh^Ivo"], "MRN-3"),
        (["1.2.3.1"], "MRN-3"),
        (["1.2.1.1.1.2"], "MRN-1"),
        (["A-3"], "MRN-3"),
        (["mrn-1"], "MRN-1"),
        (["{scans}/p3s1"], "MRN-3"),
        (["{scans}/p3s1/I000"], "MRN-3"),
        (["RN-3"], "MRN-3"),
    ],
)
def test_a_case_is_found_by_whatever_is_known_of_it(work, asked, patient):
    words = [word.format(case_of(work, patient).split("-")[1].lstrip("0"), scans=work / "scans") for word in asked]
    code, lines = who(work, *words)
    assert code == 0
    assert [line for line in lines if line.startswith("CASE-")] == [case_of(work, patient)]
    assert f"patient {patient}," in lines[1]


def test_what_several_cases_have_in_common_finds_them_all(work):
    _, lines = who(work, "Ivo")
    assert [line for line in lines if line.startswith("CASE-")] == sorted(
        [case_of(work, "4711"), case_of(work, "MRN-3")]
    )
    _, lines = who(work, work / "scans")
    assert len([line for line in lines if line.startswith("CASE-")]) == 3


def test_without_a_question_every_stick_is_listed(work):
    code, lines = who(work)
    assert code == 0
    assert [line.split(",")[0] for line in lines if line.startswith("Stick")] == ["Stick 1", "Stick 2"]
    assert f"  {work / 'A'}" in lines
    assert f"  2 cases: {', '.join(sorted(on_stick(work / 'B').values()))}" in lines


def test_a_file_that_was_not_taken_is_told_with_its_reason(work):
    code, lines = who(work, work / "scans" / "p1s1" / "broken")
    assert (code, lines[0]) == (0, str(work / "scans" / "p1s1" / "broken"))
    assert "not on stick 1: the pixel data are cut short" in lines[1]


def test_what_nobody_knows_is_said_and_where_it_is_else(work):
    assert who(work, "Thistlewood") == (1, ["Nothing is known of Thistlewood under this key."])
    code, lines = who(work, "MRN-1", "--stick", 2)
    assert (code, lines) == (1, ["Nothing is known of MRN-1 on stick 2 under this key.", "It is on stick 1."])
    with pytest.raises(Exception, match="There is no stick 7: the key has 1 to 2"):
        who(work, "4711", "--stick", 7)
    with pytest.raises(NoRegister, match="--key"):
        who(work, "4711", key=work / "elsewhere" / "study.key")


def test_a_removed_case_is_still_known(tmp_path):
    build_stick(tmp_path, "A", write_study(tmp_path, 1), write_study(tmp_path, 2))
    remove(tmp_path, "A", "CASE-002")
    _, lines = who(tmp_path, "CASE-002")
    assert [line for line in lines if line.endswith(": taken away again")]
    assert "  1 case: CASE-001" in who(tmp_path)[1]


def test_no_line_but_a_path_is_wider_than_a_terminal_and_no_character_of_a_name_moves_it(tmp_path):
    name = "Quillfeather-Umberleigh-Thistlewood^Ottoline Hesper Linnea\u202e^of the long names"
    build_stick(
        tmp_path, "A", write_study(tmp_path, 1, PatientName=name), *(write_study(tmp_path, k) for k in range(2, 20))
    )
    lines = who(tmp_path, "MRN-1")[1] + who(tmp_path)[1]
    assert max(len(line) for line in lines if str(tmp_path) not in line) <= 80
    assert all(line.isprintable() for line in lines)
    assert "Quillfeather-Umberleigh-Thistlewood^Ottoline" in "\n".join(lines)


def test_the_register_answers_also_where_the_key_is_lost(tmp_path):
    build_stick(tmp_path, "A", write_study(tmp_path, 1))
    key_of(tmp_path).unlink()
    assert who(tmp_path, "MRN-1")[1][0] == "CASE-001"


def test_an_old_key_folder_answers_as_well(tmp_path):
    build_stick(tmp_path, "A", write_study(tmp_path, 1))
    register_path(key_of(tmp_path)).unlink()
    code, lines = who(tmp_path, "MRN-1")
    assert (code, lines[0]) == (0, "CASE-001")
    assert "Earlier sticks" in "\n".join(lines)
    with (key_of(tmp_path).parent / "study.crosswalk.csv.old").open(newline="") as stream:
        assert [row["original_patient_id"] for row in csv.DictReader(stream)] == ["MRN-1"]
