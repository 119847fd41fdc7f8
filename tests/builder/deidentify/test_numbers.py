"""Numbers are written anew from their value, whichever way the source wrote them, and kernels stay by their forms."""

from decimal import Decimal
import math

from hypothesis import assume, given
from hypothesis import strategies as st
from pydicom import DataElement, Dataset
import pytest

from builder.deidentify.allowlist import TEXTS
from builder.deidentify.numbers import number_text
from builder.deidentify.retained import WORDS, clean_descriptor
from builder.deidentify.rules import RULES, Action
from builder.deidentify.shortcuts import SHORT_WAYS
from tests.builder.deidentify.test_deidentify import identity

SLICE_THICKNESS, EXPOSURE = 0x00180050, 0x00181152


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0e47110815", "0"), ("1e-47110815", "0"), ("+0012.500", "12.5"), ("-0.000", "0.0"), ("120.000", "120.0"),
        ("1.5E3", "1.5e3"),
        ("0015000.0e-1", "1.5e3"),
        ("47110815e-6", "4.7110815e1"), (".123456789012345", ".123456789012345"), ("5.", "5.0"), ("1e9999", None),
        ("47110815", None), ("4711-0815", None), ("0x12", None), ("1_000", None), ("NaN", None), ("", None),
    ],
)  # fmt: skip
def test_a_number_is_written_anew(written, kept):
    assert number_text(written, "DS", "SliceThickness") == kept


_VALUES = st.decimals(-99999, 99999, places=6).filter(lambda value: len(f"{value.normalize():f}") <= 16)


@given(_VALUES, st.integers(0, 5), st.integers(-4, 4), st.booleans())
def test_every_spelling_of_a_value_gives_the_same_text(value, zeros, shift, signed):
    sign = "-" if value < 0 else "+" if signed else ""
    with_point = {
        number_text(spelled, "DS", "SliceThickness")
        for spelled in (f"{value:f}", f"{sign}{'0' * zeros}{abs(value):f}", f"{value:f}{'0' * zeros}")
    }
    scaled = {number_text(f"{value.scaleb(-k):f}e{k}", "DS", "SliceThickness") for k in (shift, shift + 1, 0)}
    assert len(with_point) == len(scaled) == 1, (with_point, scaled)
    (text,) = with_point
    assert text is not None and Decimal(text) == value and len(text) <= 16


@given(st.from_regex(r"[+-]?\d{1,4}(\.\d{0,9})?([eE][+-]?\d{1,9})?", fullmatch=True))
def test_what_stays_of_a_number_is_its_value(written):
    kept = number_text(written, "DS", "SliceThickness")
    assume(kept is not None)
    assert math.isclose(float(kept), float(written), rel_tol=1e-9, abs_tol=1e-300)


@given(st.lists(st.from_regex(r"[+-]?\d{1,6}(\.\d{0,9})?", fullmatch=True), min_size=1, max_size=2))
def test_the_short_way_writes_numbers_like_the_rule(parts):
    assume(all(len(part) <= 16 for part in parts))
    tag, vr, vm = (SLICE_THICKNESS, b"DS", 1) if "." in "".join(parts) else (EXPOSURE, b"IS", 1)
    value = "\\".join(parts)
    short = SHORT_WAYS[Action.NUMBER]((tag, vr, value.encode()), identity())
    element = RULES[Action.NUMBER](DataElement(tag, vr.decode(), value), identity()) if len(parts) == vm else None
    expected = b"" if element is None else _text_of(element)
    assert short is None or short[8:].rstrip(b" ") == expected


def _text_of(element: DataElement) -> bytes:
    value = element.value
    return str(getattr(value, "original_string", value)).encode()


@pytest.mark.parametrize(
    ("text", "kept"),
    [("Thorax 5.0 mm", "Thorax 5.0 mm"), ("Thorax 007 mm", "Thorax 7 mm"), ("Thorax 00.5 mm", "Thorax 0.5 mm")],
)
def test_numbers_in_a_description_are_written_anew_too(text, kept):
    assert {"thorax", "mm"} <= WORDS | {"mm"}
    assert clean_descriptor(text) == kept


@pytest.mark.parametrize(
    "kernel",
    ["B30f", "I70h", "T20s", "U90u", "Br40d", "Hr32f", "Qr59", "FC08", "FL03", "STANDARD", "BONEPLUS", "UB", "YA", "L",
     "XCB", "B_VSOFT_B"],
)  # fmt: skip
def test_a_kernel_of_a_known_form_stays(kernel):
    assert TEXTS["ConvolutionKernel"].fullmatch(kernel)


@pytest.mark.parametrize("kernel", ["Jo53", "Q47b", "Wu12", "MRN7", "47110815", "B30f4711", "Ottoline", "O_SOFT_B", ""])
def test_what_has_no_form_of_a_kernel_goes(kernel):
    assert not TEXTS["ConvolutionKernel"].fullmatch(kernel)
    assert "ConvolutionKernel" not in _cleaned(kernel)


def _cleaned(kernel: str) -> Dataset:
    from builder.deidentify import clean

    source = Dataset()
    source.ConvolutionKernel = kernel
    return clean(source, identity())
