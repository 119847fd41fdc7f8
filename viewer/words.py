"""Every text that a person reads goes through tr(), so that a translation is one function away."""

from collections.abc import Callable

_translate: list[Callable[[str], str]] = []


def tr(text: str) -> str:
    """The text in the reader's language; the text itself as long as no translator is installed."""
    return _translate[-1](text) if _translate else text


def install_translator(translate: Callable[[str], str]) -> None:
    """From now on `tr` asks `translate`; without Qt there is none, and the texts are English."""
    _translate.append(translate)
