"""Writes DICOM files byte by byte, so that a test can put into them what no library would write."""

from dataclasses import dataclass
import random
import struct
import zlib

from pydicom.datadict import dictionary_VR, tag_for_keyword

IMPLICIT, EXPLICIT, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
DEFLATED, RLE, JPEG_2000 = "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.90"
SYNTAXES = (IMPLICIT, EXPLICIT, BIG, DEFLATED, RLE, JPEG_2000)

# VR -> how one of its values is packed.
PACKED = {
    "US": "H", "SS": "h", "UL": "L", "SL": "l", "UV": "Q", "SV": "q", "FL": "f", "FD": "d", "AT": "HH",
}  # fmt: skip
_LONG = frozenset(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"])
_PADDED_WITH_NUL = frozenset(["UI", "OB", "OW", "OF", "OD", "OL", "OV", "UN"])
_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD

Numbers = tuple[int | float, ...]


@dataclass(frozen=True)
class Element:
    """One attribute: its value as bytes, as numbers to be packed, or as the items of a sequence."""

    tag: int
    vr: str
    value: "bytes | Numbers | list[Elements]"
    undefined_length: bool = False


Elements = list[Element]


def element(keyword: str, value: object, codec: str = "ascii", vr: str = "") -> Element:
    """An attribute with the VR of the dictionary (or another): text, number, list of them, bytes, or items."""
    tag = tag_for_keyword(keyword)
    assert tag is not None, keyword
    vr = vr or dictionary_VR(tag)
    vr = "US" if vr == "US or SS" else vr
    if isinstance(value, bytes) or vr == "SQ":
        return Element(tag, vr, value)  # type: ignore[arg-type]
    values = value if isinstance(value, list) else [value]
    if vr in PACKED:
        return Element(tag, vr, tuple(values))
    return Element(tag, vr, "\\".join(map(str, values)).encode(codec))


@dataclass(frozen=True)
class Encoding:
    """How a data set is laid out; `shuffle` decides which sequences have an undefined length."""

    implicit: bool
    order: str
    shuffle: random.Random

    def data_set(self, elements: Elements) -> bytes:
        """The bytes of a data set or item, in the order of tags; what stands twice stays twice."""
        return b"".join(self._element(element) for element in sorted(elements, key=lambda element: element.tag))

    def _element(self, element: Element) -> bytes:
        if isinstance(element.value, list):
            return self._sequence(element)
        value = self._packed(element) if isinstance(element.value, tuple) else element.value
        if element.undefined_length:
            return self._head(element.tag, element.vr, _UNDEFINED) + value
        if len(value) % 2:
            value += b"\0" if element.vr in _PADDED_WITH_NUL else b" "
        return self._head(element.tag, element.vr, len(value)) + value

    def _packed(self, element: Element) -> bytes:
        assert isinstance(element.value, tuple)
        units = PACKED[element.vr]
        return struct.pack(f"{self.order}{units * (len(element.value) // len(units))}", *element.value)

    def _sequence(self, element: Element) -> bytes:
        assert isinstance(element.value, list)
        # PS3.5 6.2.2: the items of an element of unknown VR are in implicit little endian.
        inner = Encoding(True, "<", self.shuffle) if element.vr == "UN" else self
        items = b"".join(inner._item(item) for item in element.value)
        if element.vr == "UN" or self.shuffle.random() < 0.5:
            return self._head(element.tag, element.vr, _UNDEFINED) + items + inner._mark(_SEQUENCE_END, 0)
        return self._head(element.tag, element.vr, len(items)) + items

    def _item(self, elements: Elements) -> bytes:
        content = self.data_set(elements)
        if self.shuffle.random() < 0.5:
            return self._mark(_ITEM, _UNDEFINED) + content + self._mark(_ITEM_END, 0)
        return self._mark(_ITEM, len(content)) + content

    def _mark(self, tag: int, length: int) -> bytes:
        return struct.pack(f"{self.order}HHL", tag >> 16, tag & 0xFFFF, length)

    def _head(self, tag: int, vr: str, length: int) -> bytes:
        if self.implicit:
            return self._mark(tag, length)
        start = struct.pack(f"{self.order}HH2s", tag >> 16, tag & 0xFFFF, vr.encode())
        return start + struct.pack(f"{self.order}HL" if vr in _LONG else f"{self.order}H", *_length(vr, length))


def _length(vr: str, length: int) -> tuple[int, ...]:
    return (0, length) if vr in _LONG else (length,)


def part_10(
    syntax: str, preamble: bytes, meta: Elements, data_set: Elements, tail: bytes, shuffle: random.Random
) -> bytes:
    """A whole file; `tail` follows the data set."""
    encoding = Encoding(syntax == IMPLICIT, ">" if syntax == BIG else "<", shuffle)
    body = encoding.data_set(data_set) + tail
    if syntax == DEFLATED:
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        body = packer.compress(body) + packer.flush()
        body += b"\0" * (len(body) % 2)
    head = Encoding(False, "<", shuffle)
    in_meta = head.data_set([element("TransferSyntaxUID", syntax), *meta])
    length = head.data_set([Element(0x00020000, "UL", (len(in_meta),))])
    return preamble.ljust(128, b"\0")[:128] + b"DICM" + length + in_meta + body
