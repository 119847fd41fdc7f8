"""Options that belong together reach a command as one value; one of these is how a command prints its report."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
import json
import os
from pathlib import Path
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from typing import Any

import click

from builder.key.private_files import write_private

_LABEL = re.compile(r" *(?:\S+(?: \S+)* {2,})?")
Command = Callable[..., int]
Decorator = Callable[[Command], Command]


def grouped(name: str, kind: type, *options: Decorator) -> Decorator:
    """Give a command these options; it gets their values as keyword `name`, a `kind` with a field for each option."""
    own = [field.name for field in fields(kind)]

    def decorate(command: Command) -> Command:
        @wraps(command)
        def call(**given: Any) -> int:
            values = {field: given.pop(field) for field in own}
            return command(**given, **{name: kind(**values)})

        made: Command = call
        for option in reversed(options):
            made = option(made)
        return made

    return decorate


def fitted(lines: Sequence[str]) -> list[str]:
    """The lines as they fit a terminal: broken between words, and indented further; elsewhere as they are."""
    if not sys.stdout.isatty():
        return list(lines)
    width = shutil.get_terminal_size().columns
    return [part for line in lines for part in _broken(line, width)]


def counted(lines: Iterable[str]) -> list[str]:
    """Each line once, with the number of times if there are several."""
    return [f"{line}  ({times:,} times)" if times > 1 else line for line, times in Counter(lines).items()]


def command_line(*words: object) -> str:
    """A command as it can be copied into the shell of this system."""
    parts = list(map(str, words))
    return subprocess.list2cmdline(parts) if os.name == "nt" else shlex.join(parts)


def _broken(line: str, width: int) -> list[str]:
    """The rest goes below the text of a line, whose label or number stands in front of two blanks or more.

    A path or command of which a part stood on another line could not be copied.
    """
    if line.lstrip().startswith("mkbundle "):
        return [line]
    label = _LABEL.match(line)
    start = min(label.end(), width // 3) if label else 0
    return textwrap.wrap(
        line[start:], width, initial_indent=line[:start], subsequent_indent=" " * start,
        break_long_words=False, break_on_hyphens=False,
    ) or [line]  # fmt: skip


NO_PROGRESS = click.option("--no-progress", is_flag=True, help="Show no progress bars.")


@dataclass(frozen=True, slots=True)
class Output:
    """How a command reports its progress and its result."""

    json_file: str | None
    no_progress: bool

    @property
    def file(self) -> Path | None:
        """Where the JSON goes; None for standard output, and if no JSON is requested."""
        return None if self.json_file in (None, "-") else Path(str(self.json_file))

    def say(self, lines: list[str]) -> None:
        """Print a report, unless JSON replaces it."""
        if self.json_file != "-":
            click.echo("\n".join(fitted(lines)))

    def write_json(self, content: object) -> None:
        """Write the report as JSON, if requested."""
        if self.json_file is None:
            return
        text = json.dumps(content, indent=2, ensure_ascii=False)
        if self.file is None:
            click.echo(text)
        else:
            write_private(self.file, text + "\n")


TOLD = grouped(
    "told",
    Output,
    click.option("--json", "json_file", metavar="FILE", help="Also write the report as JSON; - for standard output."),
    NO_PROGRESS,
)
