"""The documents describe exactly the commands and options of the program, and none is missing."""

from pathlib import Path
import re

import click
import pytest

from builder.cli.main import cli

ROOT = Path(__file__).parents[3]
PAPERS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# Options of `mkbundle` itself.
OWN = {"--help", "-h", "--version"}
COMMANDS = dict(cli.commands)


def options_of(command: click.Command) -> set[str]:
    options = [param for param in command.params if isinstance(param, click.Option)]
    return {name for option in options for name in (*option.opts, *option.secondary_opts)}


def called(words: list[str]) -> str:
    """The command that a line calls: the one that it names first, or else build."""
    return words[0] if words and words[0] in COMMANDS else "build"


def calls(text: str) -> list[list[str]]:
    """The words behind each `mkbundle` in code: in blocks and between backquotes."""
    blocks = re.findall(r"^(?: {4}|```\n)(mkbundle .*)$", text, re.MULTILINE)
    inline = re.findall(r"`(mkbundle [^`]*)`", text)
    return [re.split(r"  +", line)[0].split()[1:] for line in (*blocks, *inline)]


def first_block_of_readme() -> list[list[str]]:
    """The list of commands: their calls, without their purpose."""
    text = (ROOT / "README.md").read_text().split("## What it is for")[1].split("\n## ")[0]
    return calls(text)


def test_the_readme_lists_every_command():
    assert {called(words) for words in first_block_of_readme()} == set(COMMANDS)


def test_the_help_lists_every_command():
    assert cli.help is not None
    words = [line.split()[1:] for line in cli.help.splitlines() if line.strip().startswith("mkbundle ")]
    assert {called(line) for line in words} == set(COMMANDS)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_papers_call_only_what_there_is(paper):
    for words in calls(paper.read_text(encoding="utf-8")):
        known = options_of(COMMANDS[called(words)]) | OWN
        unknown = [word for word in words if word.startswith("-") and word.rstrip(",;.") not in known]
        assert unknown == [], words
        first = words[0] if words else ""
        assert not (len(words) == 1 and first.islower() and first.isalpha()) or first in COMMANDS, words


def sections() -> dict[str, str]:
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    return {
        found[1]: found[2] for found in re.finditer(r"^## `mkbundle (\w+)[^\n]*`$(.*?)(?=^## |\Z)", text, re.M | re.S)
    }


def test_the_page_of_commands_has_every_command():
    assert list(sections()) and set(sections()) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_page_of_commands_has_exactly_the_options_of_each(name):
    rows = re.findall(r"^\| (`-.*?) \|", sections()[name], re.MULTILINE)
    told = {option for row in rows for option in re.findall(r"`(-[\w-]+)", row)}
    assert told == options_of(COMMANDS[name])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_an_argument_is_called_on_the_page_as_in_the_help(name):
    heading = re.search(rf"^## `mkbundle {name}(.*)`$", (ROOT / "docs/commands.md").read_text(), re.MULTILINE)
    assert heading is not None
    context = click.Context(COMMANDS[name], info_name=name)
    usage = COMMANDS[name].collect_usage_pieces(context)
    assert heading[1].split() == [word for piece in usage[1:] for word in piece.split()]


def test_options_without_a_command_are_those_of_build(tmp_path, monkeypatch):
    """Before and after the folders; options that the group does not know must reach the command in order."""
    seen = {}
    monkeypatch.setattr(COMMANDS["build"], "callback", lambda **given: seen.update(given))
    cli(["--add", "--span", "700MB", str(tmp_path), "--workers", "3", "E:/"], standalone_mode=False)
    assert (seen["add"], seen["span"], seen["workers"]) == (True, 700_000_000, 3)
    assert seen["paths"] == (tmp_path, Path("E:/"))
