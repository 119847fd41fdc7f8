"""Teaches pydicom two character sets of PS3.3 C.12.1.1.2: one that it does not know, one that it half decodes."""

from pydicom import charset

# Latin alphabet No. 9, with its escape sequence ESC 02/13 06/02 (PS3.3 Table C.12-3).
_LATIN_9, _LATIN_9_TERMS, _LATIN_9_ESCAPE = "iso8859_15", ("ISO_IR 203", "ISO 2022 IR 203"), b"\x1b-b"
# Simplified Chinese by code extensions: Python's codec leaves the escape sequence in the text.
_CHINESE = "iso_ir_58"


def teach_pydicom() -> None:
    """From now on, pydicom decodes texts in both; otherwise, names in them have other letters than they have."""
    charset.python_encoding.update(dict.fromkeys(_LATIN_9_TERMS, _LATIN_9))
    charset.CODES_TO_ENCODINGS[_LATIN_9_ESCAPE] = _LATIN_9
    handled = tuple(name for name in charset.handled_encodings if name != _CHINESE)
    charset.handled_encodings = handled  # type: ignore[assignment]  # of three names, says pydicom
