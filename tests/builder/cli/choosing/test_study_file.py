"""A study file holds the options of a build; found beside the scans, it may not weaken anything."""

import json
from pathlib import Path

import pytest

from builder.cli.build_command import build_command
from builder.cli.choosing.study_file import HARMLESS, WEAKENING, _options
from builder.cli.main import cli
from tests.builder.choose.test_selection import write
from tests.builder.cli.test_cli import mkbundle
from tests.builder.cli.test_commands import COMMANDS


@pytest.fixture
def seen(monkeypatch):
    """The values that reach the build, without building."""
    values: dict[str, object] = {}
    monkeypatch.setattr(COMMANDS["build"], "callback", lambda **given: values.update(given))
    return values


def study(folder: Path, text: str, name: str = "study.toml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def test_every_option_of_a_build_is_weighed():
    """Whoever adds an option decides whether a file that came with the scans may set it."""
    assert set(_options(build_command)) == WEAKENING | HARMLESS
    assert not WEAKENING & HARMLESS


def test_it_sets_options_of_every_kind_and_the_command_line_wins(tmp_path, seen):
    file = study(tmp_path / "a", """
        key = "keys/study.key"
        modality = ["CT", "MR"]
        max-thickness = 2
        min-slices = 20
        no-localizers = true
        form = "default"
        json = "-"
        span = "700MB"
        option = ["modified-dates"]
    """)  # fmt: skip
    cli(["scans", "E:/", "--study", str(file), "--min-slices", "5", "--modality", "PT"], standalone_mode=False)
    assert (seen["key"], seen["form_file"], seen["json_file"]) == (
        tmp_path / "a" / "keys" / "study.key",
        "default",
        "-",
    )
    assert (seen["modality"], seen["min_slices"], seen["max_thickness"]) == (("PT",), 5, 2.0)
    assert (seen["no_localizers"], seen["span"], seen["option_names"]) == (True, 700_000_000, ("modified-dates",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("min-slice = 3", "line 1: there is no option 'min-slice'; is 'min-slices' meant?"),
        ("\nmax_thickness = 3", "line 2: there is no option 'max_thickness'; is 'max-thickness' meant?"),
        ("[build]\nmask = true", "line 1: there is no option 'build'; known are"),
        ("study = 'x'", "there is no option 'study'"),
        ("mask = 'yes'", "line 1: 'mask' must be true or false"),
        ("modality = 'CT'", "line 1: 'modality' must be a list of texts"),
        ("min-slices = 2.5", "line 1: 'min-slices' must be a whole number"),
        ("max-thickness = true", "line 1: 'max-thickness' must be a number"),
        ("key = 3", "line 1: 'key' must be a text in quotes"),
        ("modality = ['XA']", "modality: 'XA' is not one of"),
        ("span = 'much'", "span: 'much' is not a size"),
        ("mask = ", "line 1: this is not TOML"),
        ("a.a.a.a.a.a.a.a.a.a.a.a.a = 1", "this is not TOML"),
    ],
)
def test_a_mistake_names_its_line_and_the_nearest_right_name(tmp_path, text, words):
    file = study(tmp_path / "a", text)
    told = " ".join(mkbundle(tmp_path, tmp_path, "--study", file, check=2).stderr.split())
    assert words in told and str(file) in told and "Nothing was written." in told and "?." not in told


def test_a_study_file_that_is_not_there_is_named(tmp_path):
    told = mkbundle(tmp_path, tmp_path, "--study", tmp_path / "none.toml", check=2).stderr
    assert "none.toml" in told and "No such file" in told


@pytest.mark.parametrize("beside", [True, False])
def test_a_file_beside_or_in_the_scans_is_found_and_said(tmp_path, beside):
    folder = write(tmp_path / "scans", 1, 3)
    write(tmp_path / "scans" / "two", 2, 2)
    file = study(tmp_path if beside else folder, "min-slices = 3\nmask = false", "mkbundle.toml")
    (tmp_path / "stick").mkdir()
    command = (folder, tmp_path / "stick", "--dry-run", "--viewer", "none", "--key", tmp_path / "study.key")
    said = mkbundle(*command).stdout
    assert f"  Options from {file}, found beside the scans: min-slices, mask" in said
    assert "2  in a series of fewer slices than --min-slices" in said
    found = json.loads(mkbundle(*command, "--json", "-").stdout)
    assert found["options_from"].startswith(str(file)) and found["files_taken"] == 3


@pytest.mark.parametrize("name", sorted(WEAKENING))
def test_what_is_found_may_not_weaken_and_what_is_named_may(tmp_path, seen, name):
    option = _options(build_command)[name]
    value = "true" if option.is_flag else '["uids"]' if option.multiple else '"x.csv"'
    for place in ("decide", "policy"):
        (tmp_path / "x.csv").write_text(place)
    file = study(tmp_path, f"\n{name} = {value}", "mkbundle.toml")
    told = mkbundle(tmp_path / "scans", tmp_path / "stick", check=2).stderr
    assert f"line 2: '{name}' may weaken de-identification" in told and f"--study {file}" in told
    cli([str(tmp_path / "scans"), "E:/", "--study", str(file)], standalone_mode=False)
    assert seen[str(option.name)]


def test_a_usual_value_weakens_nothing(tmp_path, seen):
    study(tmp_path, "no-picture-search = false\noption = ['modified-dates']", "mkbundle.toml")
    cli([str(tmp_path / "scans"), "E:/"], standalone_mode=False)
    assert (seen["no_picture_search"], seen["option_names"]) == (False, ("modified-dates",))


def test_two_that_are_found_must_be_told_apart(tmp_path):
    for name in ("a", "b"):
        study(tmp_path / name, "", "mkbundle.toml")
    told = mkbundle(tmp_path / "a", tmp_path / "b", tmp_path / "stick", check=2).stderr
    assert "There are several study files" in told and "--study FILE" in " ".join(told.split())


def test_help_needs_no_sound_file(tmp_path):
    file = study(tmp_path, "nonsense = 1")
    assert "--study" in mkbundle("build", "--study", file, "--help").stdout


@pytest.mark.parametrize("command", ["build", "explain"])
def test_a_policy_refuses_what_it_does_not_know(tmp_path, command):
    file = study(tmp_path, "\noptoins = ['full-dates']", "policy.toml")
    paths = (tmp_path, tmp_path) if command == "build" else ()
    told = " ".join(mkbundle(command, *paths, "--policy", file, check=2).stderr.split())
    assert f"{file}, line 2: a policy has no 'optoins'; is 'options' meant?" in told
