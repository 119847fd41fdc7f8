"""Prints what was measured, beside the yardstick and the goal."""

from collections.abc import Mapping, Sequence
from statistics import median

from bench.startup.start import Start

# (row, figure, how it is written, goal)
Row = tuple[str, str, str, float | None]
GOALS_LINUX: Sequence[Row] = (
    ("first picture (ours: the index's preview), cold", "first", "{:.2f} s", None),
    ("first slice out of its file on screen, cold", "slice", "{:.2f} s", 1.5),
    ("scrolling and windowing answer, cold", "answers", "{:.2f} s", 4.0),
    ("read until the first picture", "bytes_first", "{:.0f} MB", None),
    ("read until they answer, without the series", "bytes_answers", "{:.0f} MB", 45.0),
    ("first slice out of its file on screen, warm", "warm", "{:.2f} s", 0.5),
    ("pack on the stick", "size", "{:.0f} MB", 220.0),
    ("files of the pack", "files", "{:.0f}", None),
)
GOALS_WINDOWS: Sequence[Row] = (
    ("pack on the stick", "size", "{:.0f} MB", 130.0),
    ("files of the pack", "files", "{:.0f}", 80.0),
    ("files opened before the first picture", "opened", "{:.0f}", 150.0),
    ("their size: what a virus scanner reads", "opened_bytes", "{:.0f} MB", 70.0),
    ("read before the first picture", "bytes_first", "{:.0f} MB", 70.0),
)
_NAMES = {"linux": "Linux", "windows": "Windows (under Wine)"}


def print_table(system: str, figures: Mapping[str, Mapping[str, float]], rows: Sequence[Row]) -> None:
    """A Markdown table; a goal that is missed says by how much."""
    print(f"\n| {_NAMES[system]} | plain freeze | this commit | ratio | goal |\n|---|---|---|---|---|")
    viewer, plain = figures["viewer"], figures.get("plain", {})
    for text, key, form, goal in rows:
        mine, yardstick = viewer[key], plain.get(key)
        before = form.format(yardstick) if yardstick is not None else ""
        ratio = f"{mine / yardstick:.2f}" if yardstick else ""
        print(f"| {text} | {before} | {form.format(mine)} | {ratio} | {_goal(mine, goal, form)} |")


def _goal(mine: float, goal: float | None, form: str) -> str:
    if goal is None:
        return ""
    missed = "" if mine <= goal else f", missed by {mine / goal - 1:.0%}"
    return form.format(goal) + missed


def print_phases(starts: Mapping[str, Sequence[Start]]) -> None:
    """The medians of all phases of the start, for whoever makes it faster."""
    print("\n| phase of the start, Linux | cold | warm |\n|---|---|---|")
    for phase in starts["cold"][0].phases:
        cells = [_median(starts[kind], phase) for kind in ("cold", "warm")]
        print(f"| {phase} | {' | '.join(cells)} |")


def _median(starts: Sequence[Start], phase: str) -> str:
    found = [start.phases[phase] for start in starts if phase in start.phases]
    return f"{median(found):.2f} s" if found else ""
