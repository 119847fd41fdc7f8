"""The command line as a researcher meets it: real runs of the real program."""

import json
import os
from pathlib import Path
import signal
import subprocess
import sys
import time

import pytest

from tests import scans


def mkbundle(*arguments: object, check: int | None = 0, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ, **({"HOME": str(home), "XDG_DATA_HOME": str(home / "data")} if home else {}))
    command = [sys.executable, "-c", "from builder.cli.main import main; main()", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if check is not None:
        assert done.returncode == check, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def series(tmp_path: Path) -> Path:
    return scans.write_series(tmp_path / "scans", 3)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def test_a_build_says_what_was_taken_and_what_to_do_next(tmp_path, series, stick):
    done = mkbundle(series, stick, "--key", tmp_path / "k" / "study.key", "--viewer", "none")
    assert "3 images in 1 series, 1 study (cases), 1 patient" in done.stdout
    assert "Everything was read back, and no error was found." in done.stdout
    assert f"mkbundle check {stick}" in done.stdout
    mkbundle("check", stick)


def test_json_on_standard_output_stands_alone(tmp_path, series, stick):
    done = mkbundle(series, stick, "--key", tmp_path / "study.key", "--viewer", "none", "--json", "-")
    found = json.loads(done.stdout)
    assert (found["instances"], found["left_out"]) == (3, [])
    assert {image["path"] for image in found["written"]} == {
        f"DICOM/PT000001/ST000001/SE000001/IM00000{n}" for n in (1, 2, 3)
    }


@pytest.mark.parametrize(
    ("before", "usage"),
    [
        ("", "[OPTIONS] COMMAND [ARGS]..."),
        ("--add", "build [OPTIONS] SCANS... DRIVE"),
        ("--add --no-check", "build [OPTIONS] SCANS... DRIVE"),
        ("--key study.key", "build [OPTIONS] SCANS... DRIVE"),
        ("scans stick --add", "build [OPTIONS] SCANS... DRIVE"),
        ("build --add", "build [OPTIONS] SCANS... DRIVE"),
        ("check", "check [OPTIONS] DRIVE"),
    ],
)
@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_help_is_that_of_the_command_it_is_asked_of(before, usage, asked):
    first = mkbundle(*before.split(), asked).stdout.split("\n")[0]
    assert first.split(maxsplit=2)[2] == usage


def test_an_option_of_build_may_come_before_the_scans(tmp_path, series, stick):
    done = mkbundle("--dry-run", "--viewer", "none", "--key", tmp_path / "study.key", series, stick)
    assert "3 images in 1 series" in done.stdout
    told = mkbundle("--unknown", series, stick, check=2).stderr
    assert "No such option" in told and "--unknown" in told


def test_a_dry_run_writes_nothing_on_the_drive(tmp_path, series, stick):
    done = mkbundle(series, stick, "--key", tmp_path / "study.key", "--viewer", "none", "--dry-run")
    assert list(stick.iterdir()) == []
    assert "Would be written" in done.stdout


def test_a_damaged_file_ends_with_exit_code_one_and_its_name(tmp_path, series, stick):
    whole = (series / "I000").read_bytes()
    (series / "broken").write_bytes(whole[:-100])
    done = mkbundle(series, stick, "--key", tmp_path / "study.key", "--viewer", "none", check=1)
    assert "cut short" in done.stdout
    assert str(series / "broken") in done.stdout


def test_the_default_key_lies_in_the_home_folder(tmp_path, series, stick):
    mkbundle(series, stick, "--viewer", "none", home=tmp_path / "home")
    (key,) = (tmp_path / "home").rglob("study.key")
    assert key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["only-one"], 2, "Name at least one folder"),
        (["scans", "stick", "--viewer", "amiga"], 2, "There is no viewer for amiga"),
        (["nowhere", "stick"], 2, "does not exist or cannot be read"),
        (["scans", "nowhere"], 3, "does not exist. Plug it in"),
        (["scans", "scans"], 2, "one inside the other"),
        (["scans", "stick", "--key", "stick/study.key"], 2, "Keep it elsewhere"),
        (["empty", "stick"], 2, "the folders are empty"),
        (["check", "stick"], None, ""),
    ],
)
def test_each_mistake_has_its_message_and_exit_code(tmp_path, series, stick, arguments, code, words):
    (tmp_path / "empty").mkdir()
    paths = [
        str(tmp_path / a) if a in ("scans", "stick", "empty", "nowhere", "stick/study.key") else a for a in arguments
    ]
    done = mkbundle(*paths, check=code, home=tmp_path / "home")
    assert words in done.stderr
    assert done.returncode != 0
    assert list(stick.iterdir()) == []


def test_a_bad_key_is_refused(tmp_path, series, stick):
    (tmp_path / "study.key").write_text("not a key")
    done = mkbundle(series, stick, "--key", tmp_path / "study.key", check=2)
    assert "is not a study key" in done.stderr


def test_names_in_any_script_pass_through_a_terminal_that_cannot_show_them(tmp_path, stick):
    folder = scans.write_series(tmp_path / "Łódź 名前", 2)
    (folder / "кот").write_bytes((folder / "I000").read_bytes()[:-9])
    os.environ["PYTHONIOENCODING"] = "ascii:replace"
    try:
        mkbundle(folder, stick, "--key", tmp_path / "study.key", "--viewer", "none", check=1)
    finally:
        del os.environ["PYTHONIOENCODING"]


def test_file_names_that_are_no_text_or_hold_control_characters_are_reported_safely(tmp_path, series, stick):
    Path(os.fsdecode(bytes(series) + b"/\xff\xfe broken")).write_bytes((series / "I000").read_bytes()[:-9])
    (series / "x\x1b[31mred\nline").write_bytes((series / "I001").read_bytes()[:-9])
    key = tmp_path / "study.key"
    done = mkbundle(series, stick, "--key", key, "--viewer", "none", "--json", tmp_path / "r.json", check=1)
    assert "\x1b" not in done.stdout
    assert "x\ufffd[31mred\ufffdline" in done.stdout
    assert len(json.loads((tmp_path / "r.json").read_text())["left_out"]) == 2


def test_ctrl_c_in_the_middle_ends_with_one_message_and_no_complete_bundle(tmp_path, stick):
    folder = scans.write_series(tmp_path / "scans", 1500, size=32)
    # A run in the background has the signal switched off, and would hand that on.
    command = ["env", "--default-signal=INT", sys.executable, "-c", "from builder.cli.main import main; main()"]
    command += [folder, stick, "--viewer", "none"]
    running = subprocess.Popen(
        [*command, "--key", tmp_path / "study.key"], start_new_session=True, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not (stick / "BUNDLE/UNFINISH/DICOM").exists():
        assert running.poll() is None
        time.sleep(0.005)
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    assert running.returncode == 4, said
    assert "Traceback" not in said
    assert "--resume" in said
    assert not (stick / "BUNDLE/MANIFEST.TXT").exists()
    mkbundle(folder, stick, "--viewer", "none", "--key", tmp_path / "study.key", "--resume")


HANGING = '[[rule]]\nmodality = "CT"  # for Dr Quill\nwindow = "Bone"\n\n[[rule]]\nmodality = "PT"\n'


def test_a_hanging_rule_goes_onto_the_medium_without_its_comments(tmp_path, series, stick):
    (tmp_path / "rule.toml").write_text(HANGING)
    options = ["--key", tmp_path / "k" / "study.key", "--viewer", "none", "--hanging", tmp_path / "rule.toml"]
    done = mkbundle(series, stick, *options, check=1)  # somebody has to look at the rule that nothing fits
    assert "Hanging rule 2 fits no series" in done.stdout and "layout.hanging" not in done.stdout
    written = '[[rule]]\nmodality = "CT"\nwindow = [400, 1800]\n\n[[rule]]\nmodality = "PT"\n\n'
    assert (stick / "BUNDLE/HANGING.TXT").read_text() == written
    assert "BUNDLE/HANGING.TXT" in (stick / "BUNDLE/MANIFEST.TXT").read_text()


def test_a_rule_stays_where_scans_are_added_to_its_medium(tmp_path, series, stick):
    (tmp_path / "rule.toml").write_text('[[rule]]\nwindow = "Bone"\n')
    options = ["--key", tmp_path / "k" / "study.key"]
    mkbundle(series, stick, *options, "--viewer", "none", "--hanging", tmp_path / "rule.toml")

    def another(dataset, k):
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "2.25.77", "2.25.78"
        dataset.SOPInstanceUID = f"2.25.79{k}"

    more = scans.write_series(tmp_path / "more", 2, another)
    mkbundle(more, stick, *options, "--add", check=None)
    assert (stick / "BUNDLE/HANGING.TXT").read_text() == "[[rule]]\nwindow = [400, 1800]\n\n"
    mkbundle("check", stick)


def test_a_mistaken_hanging_rule_stops_everything_before_it_begins(tmp_path, series, stick):
    (tmp_path / "rule.toml").write_text("[[rule]]\nwindow = 'Kidney'\n")
    options = ["--key", tmp_path / "study.key", "--viewer", "none", "--hanging", tmp_path / "rule.toml"]
    assert "line 2" in mkbundle(series, stick, *options, check=2).stderr
    assert not list(stick.iterdir()) and not (tmp_path / "study.key").exists()
    assert "line 2" in mkbundle("hanging", tmp_path / "rule.toml", check=2).stderr


def test_a_hanging_rule_is_said_in_plain_words(tmp_path):
    (tmp_path / "rule.toml").write_text(HANGING)
    said = mkbundle("hanging", tmp_path / "rule.toml").stdout
    assert "1. CT series\n      opens in one pane, window Bone, center 400, width 1800" in said


def test_an_option_that_cannot_be_used_is_refused_before_a_scan_is_read(series, tmp_path):
    (tmp_path / "out").mkdir()
    study = tmp_path / "study.toml"
    study.write_text('options = ["clean-graphics"]', encoding="utf-8")
    for wanted in (["--option", "clean-graphics"], ["--policy", study]):
        done = mkbundle(series, tmp_path / "out", "--key", tmp_path / "study.key", *wanted, check=2)
        assert done.stderr.startswith("mkbundle: The de-identification option clean-graphics cannot be used"), (
            done.stderr
        )
    assert not any((tmp_path / "out").iterdir())
