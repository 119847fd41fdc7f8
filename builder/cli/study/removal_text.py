"""The report of `mkbundle DRIVE --remove CASE`."""

from typing import TYPE_CHECKING

from builder.cli.report import count, finding_lines, notice_lines

if TYPE_CHECKING:  # what only a removal needs takes longer to load than a stick to check
    from builder.pipeline.change import Removal


def removal_lines(removal: "Removal", *, checked: bool) -> list[str]:
    """What was taken away, what is left, and whether the study's register knows."""
    left = f"{count(removal.cases_left, 'case')}, {count(removal.images_left, 'image')}"
    text = ["", f"Removed from {removal.drive}: {', '.join(removal.cases)}", f"  Left: {left}, as they were"]
    text += [*_in_register(removal), *notice_lines(removal.notices)]
    return [*text, "", "Check", *finding_lines(removal.findings)] if checked else text


def _in_register(removal: "Removal") -> list[str]:
    if removal.stick is None:
        return ["  No register knows this stick, so none notes it: --key FILE names the key."]
    return [f"  Noted in the register as taken off stick {removal.stick}; no case gets their numbers"]
