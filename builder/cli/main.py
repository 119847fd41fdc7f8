"""mkbundle: its commands, and the handling of errors; `cli` is the only room that prints."""

from collections.abc import Sequence
import gc
import sys

import click
from click_default_group import DefaultGroup

from builder.cli import report
from builder.cli.build_command import build_command
from builder.cli.check_command import check_command
from builder.cli.collect import collect_command
from builder.cli.make import demo_command, freeze_command
from builder.cli.media import image_command
from builder.cli.policy import explain_command
from builder.cli.reading import form_command, hanging_command
from builder.cli.sealing.commands import password_command, unlock_command
from builder.cli.study.copy import copy_command
from builder.cli.study.key import key_command
from builder.cli.study.upgrade import upgrade_command
from builder.cli.study.who import who_command
from builder.plan import SkippedFile
from bundle import __version__
from bundle.errors import EXIT_DONE, EXIT_USAGE, BundleError

# There are thousands of records but hardly any cycles: garbage collection at the usual rate takes a tenth of the time.
_FEWER_COLLECTIONS = 100_000


class _BuildByDefault(DefaultGroup):  # type: ignore[misc]  # the library has no types
    """`mkbundle SCANS DRIVE` is short for `mkbundle build SCANS DRIVE`, even if an option of build comes first."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Otherwise the group would skip such an option, and treat a --help after it as its own."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0].startswith("-") and args[0] not in own:
            args = [self.default_cmd_name, *args]
        rest: list[str] = super().parse_args(ctx, args)
        return rest


def main() -> None:
    """The console script: a failure that a user can meet becomes a message and an exit code, never a traceback."""
    _speak_utf8()
    gc.set_threshold(_FEWER_COLLECTIONS)
    try:
        code = cli(standalone_mode=False)
    except BundleError as error:
        _print_skipped(getattr(error, "skipped", ()))
        click.echo(f"mkbundle: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("mkbundle: stopped. Nothing that existed before was changed.", err=True)
        sys.exit(4)
    sys.exit(code if isinstance(code, int) else EXIT_DONE)


def _speak_utf8() -> None:
    """Names in any script must not end the run if the terminal cannot show them."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _print_skipped(skipped: Sequence[SkippedFile]) -> None:
    if skipped:
        click.echo("\n".join(["Left out:", *report.skipped_lines(skipped, whole=False)]), err=True)


@click.group(
    cls=_BuildByDefault,
    default="build",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="* The default command.",
)
@click.version_option(__version__, prog_name="mkbundle")
def cli() -> None:
    """Put de-identified CT, MR and PET scans on a stick, with a viewer that opens with a double-click.

    \b
    mkbundle SCANS... DRIVE      build a bundle from folders of scans
    mkbundle SCANS... DRIVE --add
                                 add scans to a bundle
    mkbundle DRIVE --remove CASE-007
                                 remove a case from a bundle
    mkbundle check DRIVE         read a bundle back and check everything
    mkbundle upgrade DRIVE       bring a bundle of an earlier version up to date
    mkbundle copy DRIVE OTHER... make identical sticks
    mkbundle image DRIVE FILE    write a bundle as the image of a disc
    mkbundle password add DRIVE NAME
                                 let somebody open an encrypted stick; also list, change, remove
    mkbundle unlock DRIVE FOLDER write the plain bundle of an encrypted stick
    mkbundle demo FOLDER         write sample scans for a trial
    mkbundle form FORM.toml      check a reading form, and show it
    mkbundle hanging RULE.toml   check a hanging rule, and explain how cases will open
    mkbundle collect DRIVE...    combine the readings in one table
    mkbundle who WHAT            say which case is who, from which folder, on which stick
    mkbundle key copy FOLDER     copy the study for safe keeping; also restore, export
    mkbundle freeze              make the viewers beforehand
    mkbundle explain             list what de-identification does
    """


for _command in (
    build_command, check_command, collect_command, demo_command, freeze_command, explain_command, form_command,
    hanging_command, image_command, who_command, key_command, copy_command, upgrade_command, password_command,
    unlock_command,
):  # fmt: skip
    cli.add_command(_command)
