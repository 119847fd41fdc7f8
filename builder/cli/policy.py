"""The options of the command line for a policy of de-identification, and `mkbundle explain`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.choosing.study_file import nearest
from builder.cli.grouped import fitted
from builder.errors.choosing import StudyFileMistaken
from bundle.bounded import MAX_TOML, read_file, read_toml
from bundle.errors import EXIT_DONE
from bundle.toml_lines import toml_lines

if TYPE_CHECKING:
    from builder.decide.decisions import Decisions
    from builder.deidentify import Policy
    from builder.deidentify.explain import Row

_OPTIONS = "options"
OPTION = click.option(
    "--option", "option_names", multiple=True, metavar="NAME",
    help="De-identification option, see 'mkbundle explain'; may be repeated. Default: modified-dates.",
)  # fmt: skip
POLICY = click.option(
    "--policy", "policy_file", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File (TOML) with a line such as: options = ['modified-dates', 'patient-characteristics']",
)  # fmt: skip


def names_of_options(names: tuple[str, ...], policy_file: Path | None) -> frozenset[str]:
    """The options of the command line and those of the study file, combined."""
    from builder.deidentify import Policy

    wanted = frozenset(names) | _listed_in(policy_file)
    Policy.of(wanted)  # it refuses unsupported options, before the first scan is read
    return wanted


def decisions_to_build_with(file: Path | None, *, no_picture_search: bool) -> "Decisions | None":
    """The decisions in a table on pictures that may show text; raises DecisionsMistaken."""
    from builder.decide.decisions import read_decisions

    if file is not None and no_picture_search:
        raise click.UsageError("--decide is about text that was found in pictures: leave out --no-picture-search.")
    return None if file is None else read_decisions(file)


def _listed_in(policy_file: Path | None) -> frozenset[str]:
    if policy_file is None:
        return frozenset()
    try:
        text = read_file(policy_file, MAX_TOML).decode()
        content = read_toml(text)
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{policy_file} is not a TOML file: {error}") from None
    for name in content:
        if name != _OPTIONS:
            line = toml_lines(text).find("", 0, name)
            raise StudyFileMistaken(policy_file, line, f"a policy has no '{name}'{nearest(name, [_OPTIONS])}")
    listed = content.get(_OPTIONS, [])
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise click.UsageError(f"{policy_file}: 'options' must be a list of names, such as ['modified-dates'].")
    return frozenset(listed)


@click.command("explain")
@OPTION
@POLICY
@click.option("--removed", is_flag=True, help="Also list the attributes of Table E.1-1 that are removed.")
def explain_command(option_names: tuple[str, ...], policy_file: Path | None, removed: bool) -> int:
    """Print the de-identification policy: the action on each attribute."""
    from builder.deidentify import Policy
    from builder.deidentify.explain import explain

    policy = Policy.of(names_of_options(option_names, policy_file))
    click.echo("\n".join(fitted([*_option_lines(policy), *_policy_lines(policy, explain(policy), removed=removed)])))
    return EXIT_DONE


def _option_lines(policy: "Policy") -> list[str]:
    """Every option, whether it is in force, and what it does."""
    from builder.deidentify.explain import OPTIONS

    width = max(map(len, OPTIONS))
    listed = [f"  {'*' if name in policy.names else ' '} {name:<{width}}  {does}" for name, does in OPTIONS.items()]
    return ["Options (--option NAME); those with * are in force:", "", *listed, ""]


def _policy_lines(policy: "Policy", rows: Sequence["Row"], *, removed: bool) -> list[str]:
    """The policy as a table: attributes that are kept in some form; removed ones only on request."""
    from builder.deidentify.policy import Option

    shown = [row for row in rows if removed or row.done != "removed"]
    text = ["De-identification: " + "; ".join(f"{meaning} ({code})" for code, meaning in policy.methods), ""]
    text += ["Attribute    Table E.1-1  What is done", ""]
    text += [f"{row.tag}  {row.table or '-':<11}  {row.keyword}: {row.done}" for row in shown]
    hidden = len(rows) - len(shown)
    more = f" ({hidden} of them in Table E.1-1: --removed lists them)" if hidden else ""
    private = "private but for the reviewed list" if Option.SAFE_PRIVATE in policy.options else "private"
    return [*text, "", f"Everything else is removed, at every depth: {private}, retired, unknown, unlisted{more}."]
