"""A study file: the options of a build in TOML, named by --study or found beside the scans."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import click

from builder.errors.choosing import StudyFileMistaken, StudyFileWeakens
from bundle.bounded import MAX_TOML, read_file, read_toml
from bundle.mistakes import syntax_mistake
from bundle.toml_lines import TomlLines, toml_lines

NAME = "mkbundle.toml"
STUDY_USED = "mkbundle.study"
# Options that keep more of a patient, search less, trust an unknown key or policy, or write or send data elsewhere.
WEAKENING = frozenset({
    "option", "policy", "no-picture-search", "mask", "decide", "no-check", "key", "scheduler", "json", "remove", "iso",
    "plan", "passphrase-file", "password-file", "segmentation", "of",
})  # fmt: skip
HARMLESS = frozenset({
    "viewer", "dry-run", "resume", "add", "modality", "min-slices", "max-thickness", "exclude", "no-localizers",
    "deface", "form", "hanging", "language", "web", "span", "workers", "no-progress",
    "lock", "encrypt",
})  # fmt: skip
# What is done anyway.
_USUAL = {"option": (["modified-dates"],)}
# Values of paths that are none.
_NO_PATHS = {"form": "default", "json": "-"}
_PATHS = frozenset(
    {"key", "passphrase-file", "password-file", "plan", "decide", "form", "hanging", "iso", "policy", "json"}
)


class StudyUsed(NamedTuple):
    """A study file in use, and the options that it sets."""

    file: Path
    is_named: bool
    names: tuple[str, ...]

    def __str__(self) -> str:
        how = "" if self.is_named else ", found beside the scans"
        return f"{self.file}{how}: {', '.join(self.names) or 'it sets none'}"


class StudyCommand(click.Command):
    """A command whose options may also come from a study file; the command line wins."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Look for the file first: its values are the defaults of this call."""
        given, _, _ = self.make_parser(ctx).parse_args(list(args))
        file, is_named = _file_for(given)
        if file is not None and not set(args) & set(ctx.help_option_names):
            values = _values(self, file, is_named=is_named)
            ctx.default_map = values
            known = {str(param.name): name for name, param in _options(self).items()}
            ctx.meta[STUDY_USED] = StudyUsed(file, is_named, tuple(known[name] for name in values))
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            if file is not None and error.param is not None and _is_from_file(ctx, error.param, given):
                raise StudyFileMistaken(file, 0, f"{error.param.opts[0].lstrip('-')}: {error.message}") from None
            raise


def _is_from_file(ctx: click.Context, param: click.Parameter, given: Mapping[str, Any]) -> bool:
    is_given = isinstance(given.get(str(param.name)), str | bool | tuple | list)
    return param.name in (ctx.default_map or {}) and not is_given


def _file_for(given: Mapping[str, Any]) -> tuple[Path | None, bool]:
    named = given.get("study_file")
    if isinstance(named, str):
        return Path(named), True
    paths = given.get("paths")  # a mark of click's own if there are none
    scans = [Path(str(path)) for path in paths[:-1]] if isinstance(paths, tuple | list) else []
    places = dict.fromkeys(place / NAME for path in scans for place in (path, path.absolute().parent))
    found = {place.resolve(): place for place in places if place.is_file()}
    if len(found) > 1:
        told = " and ".join(map(str, found.values()))
        raise click.UsageError(f"There are several study files: {told}. Name the one that counts: --study FILE.")
    return next(iter(found.values()), None), False


def _options(command: click.Command) -> dict[str, click.Option]:
    """Every option that a study file can set, by its long name."""
    named = {
        name.removeprefix("--"): param
        for param in command.params if isinstance(param, click.Option)
        for name in param.opts if name.startswith("--")
    }  # fmt: skip
    return {name: param for name, param in named.items() if name != "study"}


def _values(command: click.Command, file: Path, *, is_named: bool) -> dict[str, Any]:
    """Parameter -> value; raises StudyFileMistaken, StudyFileWeakens."""
    content, lines = _read(file)
    known = _options(command)
    values: dict[str, Any] = {}
    for name, value in content.items():
        line = lines.find("", 0, name)
        if name not in known:
            raise StudyFileMistaken(file, line, f"there is no option '{name}'{nearest(name, list(known))}")
        problem = _problem(known[name], value)
        if problem:
            raise StudyFileMistaken(file, line, f"'{name}' must be {problem}")
        if not is_named and name in WEAKENING and value and value not in _USUAL.get(name, ()):
            raise StudyFileWeakens(file, line, name)
        values[str(known[name].name)] = _placed(name, value, file)
    return values


def _read(file: Path) -> tuple[dict[str, Any], TomlLines]:
    try:
        text = read_file(file, MAX_TOML).decode("utf-8-sig")
        content = read_toml(text)
    except OSError as error:
        raise StudyFileMistaken(file, 0, f"it cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise StudyFileMistaken(file, 0, "it is not UTF-8 text; save it as UTF-8") from None
    except ValueError as error:
        mistake = syntax_mistake(str(error))
        raise StudyFileMistaken(file, mistake.line, mistake.text) from None
    return content, toml_lines(text)


def _problem(option: click.Option, value: Any) -> str:
    """The kind of value that an option takes; empty if it has one."""
    if option.is_flag:
        return "" if isinstance(value, bool) else "true or false"
    if option.multiple:
        fits = isinstance(value, list) and all(isinstance(entry, str) for entry in value)
        return "" if fits else "a list of texts, such as ['CT']"
    if isinstance(option.type, click.types.IntParamType):
        return "" if type(value) is int else "a whole number"
    if isinstance(option.type, click.types.FloatParamType):
        return "" if type(value) in (int, float) else "a number"
    return "" if isinstance(value, str) else "a text in quotes"


def _placed(name: str, value: Any, file: Path) -> Any:
    """A relative path means a place beside the study file, wherever mkbundle is called."""
    return str(file.parent / value) if name in _PATHS and value != _NO_PATHS.get(name) else value


def nearest(word: str, known: Sequence[str]) -> str:
    """The name that may be meant, for a message."""
    near = get_close_matches(word, known, 1)
    return f"; is '{near[0]}' meant?" if near else f"; known are {', '.join(sorted(known))}"


STUDY = click.option(
    "--study", "study_file", type=click.Path(path_type=Path, dir_okay=False, exists=True), expose_value=False,
    metavar="FILE.toml", help=f"Take options from a study file; by default from {NAME} beside SCANS, if there is one.",
)  # fmt: skip
