"""Every text that a person reads goes through tr(), so that a translation is one function away."""

from collections.abc import Callable
import re

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_translate: list[Callable[[str], str]] = []


def tr(text: str) -> str:
    """The text in the reader's language; the text itself as long as no translator is installed."""
    return _translate[-1](text) if _translate else text


def tr_remark(text: str) -> str:
    """A remark of the index in the reader's language: it is looked up with {} in the place of each number."""
    if "{" in text or "}" in text:  # nothing that the builder writes
        return text
    found, numbers = tr(_NUMBER.sub("{}", text)), _NUMBER.findall(text)
    return found.format(*numbers) if found.count("{}") == len(numbers) else text


def install_translator(translate: Callable[[str], str]) -> None:
    """From now on `tr` asks `translate`; without Qt there is none, and the texts are English."""
    _translate.append(translate)
