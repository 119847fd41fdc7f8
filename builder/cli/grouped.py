"""Options that belong together reach a command as one value."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
import json
from pathlib import Path
from typing import Any

import click

from builder.key.private_files import write_private

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
            click.echo("\n".join(lines))

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
