"""The reports of `mkbundle DRIVE --remove CASE` and `mkbundle upgrade`."""

from typing import TYPE_CHECKING

from builder.cli.report import finding_lines, notice_lines
from builder.cli.reports.words import count, platform_name
from bundle.layout import FORMAT_VERSION

if TYPE_CHECKING:  # only a change needs this, and loading it takes longer than checking a stick
    from builder.pipeline.change import Change


def removal_lines(change: "Change", *, checked: bool) -> list[str]:
    """The removed cases, the rest of the bundle, and whether the study's register has the removal."""
    text = ["", f"Removed from {change.drive}: {', '.join(change.removed)}", f"  Left: {_rest(change)}, unchanged"]
    return [*text, *_renewed(change), *_removal_in_register(change), *_end(change, checked=checked)]


def upgrade_lines(change: "Change", *, checked: bool) -> list[str]:
    """What was renewed, what stayed, and whether the study's register has the change."""
    text = ["", f"Renewed on {change.drive}: index, DICOMDIR, README.TXT and INDEX.HTM, made from the images on it"]
    known = [f"  Noted in the register for stick {change.stick}"]
    register = ["  No register knows this stick: --key FILE names the key."] if change.stick is None else known
    kept = f"  Unchanged: {_rest(change)}, form and readings; dates are shifted as they were"
    return [*text, *_renewed(change), kept, *register, *_end(change, checked=checked)]


def _rest(change: "Change") -> str:
    return f"{count(change.cases_left, 'case')}, {count(change.images_left, 'image')}"


def _renewed(change: "Change") -> list[str]:
    text = []
    if change.format_before < FORMAT_VERSION:
        text.append(f"  Format {change.format_before} became format {FORMAT_VERSION}")
    return [*text, *(f"  New viewer for {platform_name(platform)}" for platform in change.platforms)]


def _removal_in_register(change: "Change") -> list[str]:
    if change.stick is None:
        return [
            "  No register knows this stick, so none notes it, and the stick was not searched for",
            "  originals: --key FILE names the key.",
        ]
    return [f"  Noted in the register as taken off stick {change.stick}; no case gets their numbers"]


def _end(change: "Change", *, checked: bool) -> list[str]:
    text = notice_lines(change.notices)
    return [*text, "", "Check", *finding_lines(change.findings)] if checked else text
