"""A table of a form with its place in the text: takes values by type, and notes mistakes with their lines."""

from difflib import get_close_matches
from typing import Any

from bundle.mistakes import Mistake
from bundle.toml_lines import TomlLines


class Table:
    """One table of the form with its place in the text: takes values by type, and notes mistakes."""

    def __init__(
        self, content: dict[str, Any], lines: TomlLines, name: str, place: int = 0, *, is_old: bool = False
    ) -> None:
        self.content, self.mistakes = content, list[Mistake]()
        self._lines, self._name, self._place = lines, name, place
        self.question, self.is_old = "", is_old

    def wrong(self, key: str, text: str) -> None:
        """Note a mistake at a key."""
        self.mistakes.append(Mistake(self._lines.find(self._name, self._place, key), self.question, text))

    def newly_wrong(self, key: str, text: str) -> None:
        """Note what earlier versions let pass; a form that people have answered already stays readable."""
        if not self.is_old:
            self.wrong(key, text)

    def only(self, known: tuple[str, ...]) -> None:
        """Note every key that a form does not have, with the similar key that may be meant."""
        for key in self.content.keys() - set(known):
            near = get_close_matches(key, known, 1)
            self.wrong(key, f"'{key}' is not known" + (f"; is '{near[0]}' meant?" if near else ""))

    def text(self, key: str, default: str = "") -> str:
        """A text without blanks around it."""
        value = self._take(key, str, default, "a text in quotes")
        return str(value).strip()

    def flag(self, key: str) -> bool:
        """true or false."""
        return bool(self._take(key, bool, False, "true or false"))

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number within limits."""
        value = self._take(key, int, default, "a whole number")
        if not low <= value <= high:
            self.wrong(key, f"'{key}' must be from {low} to {high}")
            return default
        return int(value)

    def number(self, key: str) -> float | None:
        """A number, if there is one."""
        value = self._take(key, (int, float), None, "a number")
        if isinstance(value, float) and not -1e300 < value < 1e300:
            self.wrong(key, f"'{key}' must be a finite number")
            return None
        return value if value is None or isinstance(value, int) else float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of different texts."""
        values = self._take(key, list, [], "a list of texts")
        if not all(isinstance(value, str) and value.strip() for value in values):
            self.wrong(key, f"'{key}' must be a list of texts in quotes")
            return ()
        stripped = tuple(value.strip() for value in values)
        for double in sorted({value for value in stripped if stripped.count(value) > 1}):
            self.wrong(key, f"'{double}' stands twice in '{key}'")
        return stripped

    def _take(self, key: str, kind: type | tuple[type, ...], default: Any, name: str) -> Any:
        value = self.content.get(key, default)
        if key in self.content and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
            self.wrong(key, f"'{key}' must be {name}")
            return default
        return value
