"""Every text for a person goes through tr(), so that a translation is one function away."""

from collections.abc import Callable
import re

from bundle.errors import BundleError

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_translate: list[Callable[[str, int], str]] = []


def tr(text: str, n: int = -1) -> str:
    """The text in the reader's language; the text itself as long as no translator is installed.

    `n` replaces %n, and chooses between the singular and plural forms of the language.
    """
    return _translate[-1](text, n) if _translate else text.replace("%n", str(n))


def tr_remark(text: str) -> str:
    """A remark of the index in the reader's language: the lookup has {} in place of each number."""
    if "{" in text or "}" in text:  # the builder never writes this
        return text
    found, numbers = tr(_NUMBER.sub("{}", text)), _NUMBER.findall(text)
    return found.format(*numbers) if found.count("{}") == len(numbers) else text


def tr_error(error: BundleError, **instead: str) -> str:
    """The message of an error in the reader's language; its details stay as they are, except those given `instead`."""
    return tr(error.text).format(**(error.details | instead)) if error.details else tr(str(error))


def install_translator(translate: Callable[[str, int], str]) -> None:
    """From now on `tr` asks `translate`; without Qt there is none, and the texts are English."""
    _translate[:] = [translate]
