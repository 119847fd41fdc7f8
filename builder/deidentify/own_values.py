"""Encodes values that do not depend on the source: the instance's new identity, its numbers, and empty values."""

from collections.abc import Mapping
from functools import cache, lru_cache

from pydicom import DataElement, Sequence
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element

from builder.deidentify.clean import method_items
from builder.deidentify.policy import Policy
from builder.dicom.element import text as encode_text

# Beyond this many the cache starts anew.
_MOST_KEPT = 8_000
# These differ in each instance of a series.
_OWN = ("SOPInstanceUID", "InstanceNumber")
_BY_THE_SIGN = "US or SS"
# These values are the program's own texts, already short and sound.
_PLAIN_TEXTS = frozenset({"CS", "DA", "IS", "LO", "PN", "TM", "UI"})


def encode_element(element: DataElement) -> bytes:
    """An element in Explicit VR Little Endian."""
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, False
    write_data_element(buffer, element)
    return buffer.getvalue()


@cache
def tag_of(keyword: str) -> int:
    """The tag of a standard attribute."""
    tag = tag_for_keyword(keyword)
    assert tag is not None, keyword
    return tag


def put_values(kept: dict[int, bytes], values: Mapping[str, object]) -> None:
    """Set attributes in a data set of encoded elements, replacing any old value."""
    for keyword in _OWN:
        if keyword in values:
            kept[tag_of(keyword)] = own_value(keyword, values[keyword])
    kept.update(_values_of_a_series(tuple(item for item in values.items() if item[0] not in _OWN)))


@lru_cache(256)
def _values_of_a_series(values: tuple[tuple[str, object], ...]) -> dict[int, bytes]:
    signed = dict(values).get("PixelRepresentation") == 1
    return {tag_of(keyword): own_value(keyword, value, signed=signed) for keyword, value in values}


_values: dict[tuple[str, object, bool], bytes] = {}


def own_value(keyword: str, value: object, *, signed: bool = False) -> bytes:
    """An encoded element with one of the program's own values; `signed` is the sign of the pixels (PS3.5 A.1)."""
    encoded = _values.get((keyword, value, signed))
    if encoded is None:
        if len(_values) > _MOST_KEPT:
            _values.clear()
        tag = tag_of(keyword)
        vr = dictionary_VR(tag)
        if vr == _BY_THE_SIGN:
            vr = "SS" if signed else "US"
        plain = vr in _PLAIN_TEXTS and isinstance(value, str) and value.isascii()
        encoded = (
            encode_text(tag, vr.encode("ascii"), str(value)) if plain else encode_element(DataElement(tag, vr, value))
        )
        _values[keyword, value, signed] = encoded
    return encoded


@cache
def methods(policy: Policy) -> bytes:
    """De-identification Method Code Sequence (0012,0064), encoded."""
    return encode_element(DataElement(tag_of("DeidentificationMethodCodeSequence"), "SQ", method_items(policy)))


@cache
def empty(tag: int) -> bytes:
    """An encoded element without a value."""
    vr = dictionary_VR(tag)
    return encode_element(DataElement(tag, vr, Sequence() if vr == "SQ" else ""))
