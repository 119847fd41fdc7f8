"""Writes the order of a plan into a reading form, so that the form on the medium says all of it."""

from collections.abc import Sequence
from pathlib import Path

from builder.errors.choosing import PlanMistaken
from bundle.bounded import read_toml
from bundle.reading.form import Form
from bundle.reading.form_file import read_form
from bundle.toml_lines import toml_lines


def arranged(form: Form, file: Path, cases: Sequence[str], training: Sequence[str]) -> Form:
    """The form with these cases in the reader's order, and those for training, as far as there are any.

    Raises PlanMistaken if the form says otherwise.
    """
    said = {"cases": list(cases), "training": list(training)}
    added = [f"{key} = {_toml(listed)}" for key, listed in said.items() if listed]
    if not added:
        return form
    _check(form, file, said)
    lines = form.text.rstrip().split("\n")
    place = toml_lines(form.text).tables.get(("order", 0))
    if place is None:
        lines += ["", "[order]"]
        place = len(lines)
    lines[place:place] = ["# Written by mkbundle from the plan:", *added]
    return read_form("\n".join(lines) + "\n", "form")


def _check(form: Form, file: Path, said: dict[str, list[str]]) -> None:
    for key, listed in said.items():
        if listed and getattr(form.order, key):
            raise PlanMistaken(file, 0, f"the form names '{key}' of [order] itself; say it in the form or in the plan")
    if said["cases"] and form.order.shuffle:
        raise PlanMistaken(file, 0, "the plan sets an order, but the form shuffles cases; write shuffle = false there")
    if "order" in read_toml(form.text) and ("order", 0) not in toml_lines(form.text).tables:
        raise PlanMistaken(file, 0, "write [order] on a line of its own in the form, and its settings below")


def _toml(cases: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{case}"' for case in cases) + "]"
