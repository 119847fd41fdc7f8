"""A plan on the command line: read for a build, written by a dry run."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.key.private_files import write_private

if TYPE_CHECKING:  # a build's own modules take longer to load than a check of a stick
    from builder.choose.planned import Plan
    from builder.pipeline.outcome import Outcome
    from bundle.reading.form import Form


def plan_to_build_with(file: Path | None, form: "Form | None", *, dry_run: bool) -> "Plan | None":
    """The plan in a file; None for a dry run that has yet to write it. Raises PlanMissing, PlanMistaken."""
    from builder.choose.plan_file import read_plan

    if file is None or (dry_run and not file.exists()):
        return None
    plan = read_plan(file)
    if plan.arrangement.needs_form and form is None:
        raise click.UsageError(f"{file} sets an order or training cases, which only a reading form has: add --form.")
    return plan


def write_plan(file: Path | None, outcome: "Outcome") -> Sequence[str]:
    """Write the plan of a dry run, unless it came from the file; returns lines for the report."""
    from builder.choose.plan_table import plan_lines

    if outcome.forecast is None:
        return []
    if file is None:
        return ["", "To choose series one by one, add --plan FILE.csv: it writes a table to fill in."]
    if outcome.options.plan is not None:
        return ["", f"This is what {file} makes of the scans."]
    write_private(file, plan_lines(outcome.forecast.rows))
    return ["", f"Plan: {file}", "  Fill it in, and give the same command without --dry-run."]
