"""Reads hanging rules from TOML and writes them; reports all mistakes at once, each with its line."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any

from bundle.bounded import read_toml
from bundle.errors import EXIT_USAGE, BundleError, PathLeavesBundle
from bundle.hanging_protocol import LAYOUTS, MODALITIES, PLANES, Hanging, HangingProtocol
from bundle.layout import HANGING
from bundle.medium.plain import as_medium
from bundle.medium.port import BundleMedium
from bundle.mistakes import Mistake, as_list, encoding_mistake, syntax_mistake
from bundle.presets import CT_PRESETS, Window
from bundle.reading.form_table import Table
from bundle.toml_lines import TomlLines, toml_lines

MAX_RULES = 50
MAX_BYTES = 64_000
_MAX_WORDS = 8
_WORD = re.compile(r"(?=.{1,64}$)[^\W_]+(?:[ -][^\W_]+)*")
_MAX_MM = 1000.0
_KEYS = ("modality", "plane", "spacing_from", "spacing_to", "words", "window", "layout", "prior")
_NAMED = {preset.name.casefold(): (float(preset.window[0]), float(preset.window[1])) for preset in CT_PRESETS}


class HangingMistaken(BundleError):
    """The hanging rule cannot be used."""

    exit_code = EXIT_USAGE

    def __init__(self, name: str, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__(
            "The hanging rule {name} cannot be used:\n{listed}\n"
            "Correct this and try again; 'mkbundle hanging' checks it without building anything.",
            name=name,
            listed=as_list(mistakes),
        )


def read_hanging(text: str, name: str = "hanging") -> Hanging:
    """The rules in a TOML text; raises HangingMistaken with all mistakes. Messages call the text `name`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        content = read_toml(text)
    except ValueError as error:
        raise HangingMistaken(name, [syntax_mistake(str(error))]) from None
    lines = toml_lines(text)
    top = Table(content, lines, "")
    top.only(("rule",))
    tables = [Table(table, lines, "rule", place) for place, table in enumerate(_listed(top))]
    hanging = Hanging(tuple(_rule(table, lines, place) for place, table in enumerate(tables)))
    mistakes = sorted(mistake for table in (top, *tables) for mistake in table.mistakes)
    if mistakes:
        raise HangingMistaken(name, mistakes)
    return hanging


def decode_hanging(content: bytes, name: str = "hanging") -> Hanging:
    """The rules in the bytes of a file; raises HangingMistaken."""
    if len(content) > MAX_BYTES:
        raise HangingMistaken(name, [Mistake(1, "", f"the file is larger than {MAX_BYTES:,} bytes")])
    try:
        return read_hanging(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise HangingMistaken(name, [encoding_mistake(error)]) from None


def hanging_on(place: Path | BundleMedium) -> Hanging:
    """The rules of a medium; no rules if they are missing or unreadable, since the scans matter more than the rules."""
    try:
        return decode_hanging(as_medium(place).read(HANGING, MAX_BYTES))
    except (OSError, HangingMistaken, PathLeavesBundle):
        return Hanging()


def hanging_text(hanging: Hanging) -> str:
    """The rules as TOML: only the rules go onto a medium, neither comments nor other words of their author."""
    return "".join("[[rule]]\n" + "".join(f"{line}\n" for line in _lines(rule)) + "\n" for rule in hanging.rules)


def _lines(rule: HangingProtocol) -> Iterator[str]:
    for key in _KEYS:
        value = getattr(rule, key)
        if value != getattr(HangingProtocol(), key):
            yield f"{key} = {_as_toml(value)}"


def _as_toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_as_toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return f'"{value}"' if isinstance(value, str) else f"{value!r}"


def _listed(top: Table) -> list[dict[str, Any]]:
    listed = top.content.get("rule", [])
    if not isinstance(listed, list) or not all(isinstance(table, dict) for table in listed):
        top.wrong("rule", "rules are written as [[rule]], each with its lines below")
        return []
    if not listed:
        top.wrong("rule", "there is no rule; write [[rule]] and below it what a series must be and how it is shown")
    if len(listed) > MAX_RULES:
        top.wrong("rule", f"there are more than {MAX_RULES} rules")
    return listed[:MAX_RULES]


def _rule(table: Table, lines: TomlLines, place: int) -> HangingProtocol:
    table.only(_KEYS)
    low, high = _millimetres(table, "spacing_from"), _millimetres(table, "spacing_to")
    if low is not None and high is not None and low > high:
        table.wrong("spacing_to", "'spacing_to' is less than 'spacing_from', so that no series fits")
    rule = HangingProtocol(
        modality=_one_of(table, "modality", MODALITIES),
        plane=_one_of(table, "plane", PLANES),
        spacing_from=low,
        spacing_to=high,
        words=_words(table),
        window=_window(table),
        layout=_one_of(table, "layout", tuple(LAYOUTS)) or "single",
        prior=table.flag("prior"),
    )
    if rule.prior and rule.panes == 1:
        table.wrong("prior", '\'prior\' needs a second pane: write layout = "two", "four" or "six"')
    return rule


def _one_of(table: Table, key: str, known: tuple[str, ...]) -> str:
    value = table.text(key)
    if value and value not in known:
        table.wrong(key, f"'{key}' must be one of {', '.join(known)}")
        return ""
    return value


def _millimetres(table: Table, key: str) -> float | None:
    value = table.number(key)
    if value is not None and not 0 <= value <= _MAX_MM:
        table.wrong(key, f"'{key}' must be from 0 to {_MAX_MM:g} mm")
        return None
    return value


def _words(table: Table) -> tuple[str, ...]:
    words = table.texts("words")
    if not all(map(_WORD.fullmatch, words)):
        table.wrong("words", "each of 'words' has letters and digits, with single blanks or hyphens between, up to 64")
        return ()
    if len(words) > _MAX_WORDS:
        table.wrong("words", f"'words' has more than {_MAX_WORDS} words")
    return words


def _window(table: Table) -> Window | None:
    value = table.content.get("window")
    if value is None:
        return None
    if isinstance(value, str) and value.strip().casefold() in _NAMED:
        return _NAMED[value.strip().casefold()]
    if isinstance(value, list) and len(value) == 2 and all(_is_number(number) for number in value) and value[1] >= 1:
        return float(value[0]), float(value[1])
    names = ", ".join(preset.name for preset in CT_PRESETS)
    table.wrong("window", f"'window' must be [center, width], or one of {names}")
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
