"""Judges a password by how long guessing takes, and proposes one of five words."""

from functools import cache
from importlib import resources
from itertools import pairwise
import math
import secrets

from builder.errors.sealing import WeakPassword

WORDS = 5
# A letter of a word that people choose tells about two bits, a digit three, a change between kinds three more.
_LETTER, _DIGIT, _SIGN, _CHANGE = 2.0, 3.3, 4.0, 3.0
# Below the first a password is refused; from the second on it is good.
LEAST, GOOD = 40.0, 50.0
_SHORTEST = 12


@cache
def word_list() -> tuple[str, ...]:
    """Short English words, each different from all others."""
    return tuple(resources.files("builder.cli.sealing").joinpath("words.txt").read_text("ascii").split())


def proposal() -> str:
    """Five words, chosen by the system's random numbers."""
    return " ".join(secrets.choice(word_list()) for _ in range(WORDS))


def proposal_bits() -> float:
    """How many bits a proposal has, for somebody who knows the list."""
    return WORDS * math.log2(len(word_list()))


def bits_of(password: str) -> float:
    """How many bits guessing takes, at a cautious estimate; repeats and rows such as 1234 count once."""
    words = password.split()
    if words and all(word in word_list() for word in words):
        return len(set(words)) * math.log2(len(word_list()))
    kept = [
        sign for sign, before in zip(password, " " + password, strict=False) if not sign.isspace() and sign != before
    ]
    told = [sign for at, sign in enumerate(kept) if at == 0 or ord(sign) - ord(kept[at - 1]) not in (1, -1)]
    changes = sum(_kind(sign) != _kind(following) for sign, following in pairwise(told))
    return sum(_BITS[_kind(sign)] for sign in told) + _CHANGE * changes


_BITS = {"letter": _LETTER, "digit": _DIGIT, "sign": _SIGN}


def _kind(sign: str) -> str:
    return "letter" if sign.isalpha() else "digit" if sign.isdigit() else "sign"


def check_strength(password: str) -> str:
    """'good' or 'fair'; raises WeakPassword."""
    if len("".join(password.split())) < _SHORTEST:
        raise WeakPassword(f"it has fewer than {_SHORTEST} characters")
    bits = bits_of(password)
    if bits < LEAST:
        raise WeakPassword("it repeats itself, or is made of too few words or signs")
    return "good" if bits >= GOOD else "fair"
