"""A hanging rule in plain words, for the researcher to verify before it goes onto a medium."""

from collections.abc import Iterator

from bundle.hanging_protocol import Hanging, HangingProtocol
from bundle.presets import CT_PRESETS

_SHOWN = {
    "single": "in one pane", "two": "in two panes", "four": "in four panes", "six": "in six panes",
    "mpr": "as planes (MPR)", "3d": "in 3D",
}  # fmt: skip


def hanging_lines(hanging: Hanging) -> Iterator[str]:
    """One sentence for each rule, and the behaviour if none fits."""
    yield "When a case opens, the first rule that one of its series fits counts:"
    for number, rule in enumerate(hanging.rules, start=1):
        yield f"{number:>4}. {_what(rule)}"
        yield f"      opens {_how(rule)}"
    yield "If none fits, the case opens in its own window, and the panes stay the same."
    yield "Of several series, CT comes before others, axial before others, thin before thick."


def _what(rule: HangingProtocol) -> str:
    parts = [rule.plane, rule.modality]
    parts.append("series" if any(parts) else "any series")
    parts.append(_spacing(rule))
    words = [f'"{word}"' for word in rule.words]
    parts.append(f"whose description has {' and '.join(words)}" if words else "")
    return " ".join(filter(None, parts))


def _spacing(rule: HangingProtocol) -> str:
    low, high = rule.spacing_from, rule.spacing_to
    if low is not None and high is not None:
        return f"with slices {low:g} to {high:g} mm apart"
    if low is not None:
        return f"with slices at least {low:g} mm apart"
    return f"with slices at most {high:g} mm apart" if high is not None else ""


def _how(rule: HangingProtocol) -> str:
    prior = ", with the patient's previous study beside it" if rule.prior else ""
    return f"{_SHOWN[rule.layout]}, {_window(rule)}{prior}"


def _window(rule: HangingProtocol) -> str:
    if rule.window is None:
        return "in its own window"
    center, width = rule.window
    name = next((f"{preset.name}, " for preset in CT_PRESETS if preset.window == rule.window), "")
    return f"window {name}center {center:g}, width {width:g}"
