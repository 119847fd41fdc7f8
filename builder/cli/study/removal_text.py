"""The report of `mkbundle DRIVE --remove CASE`."""

from typing import TYPE_CHECKING

from builder.cli.report import count, finding_lines, notice_lines

if TYPE_CHECKING:  # only a removal needs this, and loading it takes longer than checking a stick
    from builder.pipeline.change import Removal


def removal_lines(removal: "Removal", *, checked: bool) -> list[str]:
    """The removed cases, the rest of the bundle, and whether the study's register has the removal."""
    left = f"{count(removal.cases_left, 'case')}, {count(removal.images_left, 'image')}"
    text = ["", f"Removed from {removal.drive}: {', '.join(removal.cases)}", f"  Left: {left}, unchanged"]
    text += [*_in_register(removal), *notice_lines(removal.notices)]
    return [*text, "", "Check", *finding_lines(removal.findings)] if checked else text


def _in_register(removal: "Removal") -> list[str]:
    if removal.stick is None:
        return [
            "  No register knows this stick, so none notes it, and the stick was not searched for",
            "  originals: --key FILE names the key.",
        ]
    return [f"  Noted in the register as taken off stick {removal.stick}; no case gets their numbers"]
