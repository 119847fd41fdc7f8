"""The commands about forms and hanging rules: `mkbundle form` and `mkbundle hanging`."""

from pathlib import Path

import click

from builder.catalogue.template import ENGLISH, default_form, languages
from builder.cli.form_text import form_text
from builder.cli.hanging_text import hanging_lines
from bundle.errors import EXIT_DONE
from bundle.hanging_file import decode_hanging
from bundle.hanging_protocol import Hanging
from bundle.mistakes import Mistake
from bundle.reading.form import Form
from bundle.reading.form_file import FormMistaken, decode_form, read_form
from bundle.toml_lines import toml_lines


def read_form_file(name: str | None, language: str = ENGLISH) -> Form | None:
    """The reading form in a file, or the default one in a language; raises FormMistaken."""
    if name is None:
        return None
    if name == "default":
        return read_form(default_form(language), "default")
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise click.BadParameter(f"{name}: {error.strerror}", param_hint="--form") from None
    return decode_form(content, name)


def form_to_build_with(name: str | None, language: str | None) -> Form | None:
    """The same for a new bundle: it must not be a form from one of several media; raises FormMistaken."""
    form = read_form_file(name, language or ENGLISH)
    if form is not None and form.media is not None:
        line = toml_lines(form.text).find("media", 0)
        raise FormMistaken(str(name), [Mistake(line, "", "only mkbundle --span writes [media]; remove it")])
    return form


def read_hanging_file(name: str | None) -> Hanging | None:
    """The hanging rule in a file; raises HangingMistaken."""
    if name is None:
        return None
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        raise click.BadParameter(f"{name}: {error.strerror}", param_hint="--hanging") from None
    return decode_hanging(content, name)


@click.command("hanging")
@click.argument("hanging_file", metavar="RULE.toml")
def hanging_command(hanging_file: str) -> int:
    """Check a hanging rule and explain in plain words how cases will open."""
    hanging = read_hanging_file(hanging_file)
    assert hanging is not None
    click.echo("\n".join(hanging_lines(hanging)))
    return EXIT_DONE


@click.command("form")
@click.argument("form_file", metavar="FORM.toml")
@click.option("--language", type=click.Choice(languages()), default=ENGLISH, help="The language of the default form.")
def form_command(form_file: str, language: str) -> int:
    """Check a reading form and show its questions as the surgeon will see them. 'default' shows the default form."""
    form = read_form_file(form_file, language)
    assert form is not None
    click.echo(form_text(form))
    return EXIT_DONE
