"""Shortcuts for the values that differ from slice to slice; None if the rule itself must decide."""

from collections.abc import Callable
from functools import cache
import re

from pydicom.datadict import dictionary_VM, dictionary_VR, keyword_for_tag

from builder.deidentify import allowlist, dates
from builder.deidentify.numbers import number_text
from builder.deidentify.policy import Action
from builder.deidentify.rules import Identity, replace_uid
from builder.dicom.element import element as encode

# The tag, VR and value of an element.
Key = tuple[int, bytes, bytes]

_DECIMAL = re.compile(rb"[+-]?\d{1,9}(?:\.\d{1,9})?")
_WHOLE = re.compile(rb"[+-]?\d{1,9}")
# Values of which `number_text` keeps every number, without zeros at its end.
_COUNT = rb"-?(?:0|[1-9]\d{0,4})"
_MEASURED = _COUNT + rb"(?:\.\d{1,9})?"
_SURE_NUMBERS = {
    vr: re.compile(rb"%b(?:\\%b)* ?" % (pattern, pattern)) for vr, pattern in ((b"DS", _MEASURED), (b"IS", _COUNT))
}
# No -0, and no zero at the end of a fraction, except the one of `.0`.
_ONE = rb"(?:-?\d+\.\d*[1-9]|(?:0|-?[1-9]\d*)(?:\.0)?)"
_SHORTEST = re.compile(rb"%b(?:\\%b)*" % (_ONE, _ONE))
_UID = re.compile(rb"[0-9.]{1,64}\0?")
_CLOCK = re.compile(rb"[0-9.]+ ?")


def _short_number(key: Key, _: Identity) -> bytes | None:
    tag, vr, value = key
    standard, multiplicity, keyword = _facts(tag)
    form = {b"DS": _DECIMAL, b"IS": _WHOLE}.get(vr)
    if form is None or vr != standard:
        return None
    if _SURE_NUMBERS[vr].fullmatch(value):
        fits = allowlist.fits(multiplicity, value.count(b"\\") + 1)
        return encode(tag, vr, _anew(value.rstrip(b" "))) if fits else b""
    parts = [part.strip(b" ") for part in value.split(b"\\")]
    if not all(form.fullmatch(part) and len(part) <= 16 for part in parts):
        return None
    if not allowlist.fits(multiplicity, len(parts)):
        return b""
    kept = [number_text(part.decode("ascii"), standard.decode("ascii"), keyword) for part in parts]
    return b"" if None in kept else encode(tag, vr, "\\".join(map(str, kept)).encode("ascii"))


def _anew(value: bytes) -> bytes:
    """Numbers without the zeros that they do not need."""
    return value if _SHORTEST.fullmatch(value) else b"\\".join(map(_shortest, value.split(b"\\")))


def _shortest(number: bytes) -> bytes:
    short = number.rstrip(b"0") if b"." in number else number
    short += b"0" * short.endswith(b".")
    return short.lstrip(b"-") if short in (b"-0", b"-0.0") else short


def _short_uid(key: Key, identity: Identity) -> bytes | None:
    tag, vr, value = key
    if vr != b"UI" or not _UID.fullmatch(value):
        return None
    new = replace_uid(value.rstrip(b"\0").decode("ascii"), _facts(tag)[2], identity)
    return encode(tag, vr, new.encode("ascii"))


def _short_time(key: Key, identity: Identity) -> bytes | None:
    tag, vr, value = key
    shifted = {b"TM": dates.shift_time, b"DT": dates.shift_datetime}.get(vr)
    if shifted is None or vr != _facts(tag)[0] or not _CLOCK.fullmatch(value):
        return None
    moved = shifted(value.decode("ascii").rstrip(" "), identity.shift)
    return encode(tag, vr, moved.encode("ascii")) if moved else b""


SHORT_WAYS: dict[Action, Callable[[Key, Identity], bytes | None]] = {
    Action.NUMBER: _short_number,
    Action.UID: _short_uid,
    Action.MOVED: _short_time,
}


@cache
def _facts(tag: int) -> tuple[bytes, str, str]:
    """Standard VR, value multiplicity, and keyword."""
    return dictionary_VR(tag).encode("ascii"), dictionary_VM(tag), keyword_for_tag(tag)
