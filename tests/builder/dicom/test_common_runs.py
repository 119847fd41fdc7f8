"""Runs that headers share are parsed and cleaned once, with the same result as for each header by itself."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
import pytest

from builder.deidentify import ByteEngine, Identity, Policy
from builder.dicom import byte_walker
from builder.dicom.common_runs import Runs, new_memory
from builder.dicom.element import element, element_head, file_start
from builder.dicom.memo import by_values
from builder.dicom.source_file import text
from builder.plan import TimeShift

SHIFT = TimeShift(-40_000_000, b"fractions")

TAGS = {
    0x00080018: b"UI", 0x00080020: b"DA", 0x00080031: b"TM", 0x00080060: b"CS", 0x00080070: b"LO", 0x00100010: b"PN",
    0x00180050: b"DS", 0x00180060: b"DS", 0x00181150: b"IS", 0x00200013: b"IS", 0x00200032: b"DS", 0x00280010: b"US",
    0x00281050: b"DS",
}  # fmt: skip
PIXELS = element_head(byte_walker.PIXEL_DATA, b"OW", 8) + bytes(8)
# Few values, so that headers share some and not others; some are shorter, some are empty, one looks like an element.
VALUES = st.sampled_from([b"1.2", b"1.25", b"20240229", b"120", b"7", b"", b"\x20\x00\x13\x00IS\x02\x003 "])
HEADERS = st.lists(st.dictionaries(st.sampled_from(sorted(TAGS)), VALUES), min_size=1, max_size=12)


def encoded(values: dict[int, bytes]) -> bytes:
    elements = [element(tag, TAGS[tag], b"\4\0" if TAGS[tag] == b"US" else values[tag]) for tag in sorted(values)]
    return b"".join(elements) + PIXELS


def alike(one: byte_walker.WalkedHeader, other: byte_walker.WalkedHeader) -> bool:
    places = (one.pixel_offset, one.pixel_length) == (other.pixel_offset, other.pixel_length)
    return places and list(one.elements.items()) == list(other.elements.items())


@settings(max_examples=300, deadline=None)
@given(HEADERS)
def test_a_walk_that_remembers_finds_what_one_without_memory_finds(headers):
    runs = Runs()
    for values in headers:
        data = encoded(values)
        found = byte_walker.walk(data, 0, implicit=False, runs=runs)
        assert alike(found, byte_walker.walk(data, 0, implicit=False))
        taken = [tag for run in found.runs for tag in run.elements] + found.singles
        assert sorted(taken) == sorted(found.elements) == sorted(values)


def test_what_stays_the_same_in_a_series_is_taken_in_runs():
    runs, same = Runs(), dict.fromkeys(TAGS, b"1.2")
    headers = [encoded(same | {0x00200013: str(number).encode()}) for number in range(4)]
    found = [byte_walker.walk(data, 0, implicit=False, runs=runs) for data in headers]
    assert [len(header.runs) for header in found] == [0, 0, 2, 2]
    assert found[3].singles == [0x00200013]


def test_another_series_is_learnt_anew():
    runs = Runs()
    for patient in (b"1.2", b"20240229", b"7"):
        same = dict.fromkeys(TAGS, patient)
        for number in range(3):
            last = byte_walker.walk(encoded(same | {0x00200013: str(number).encode()}), 0, implicit=False, runs=runs)
        assert last.singles == [0x00200013]


@settings(max_examples=150, deadline=None)
@given(HEADERS)
def test_an_engine_that_remembers_cleans_as_a_new_one(headers):
    policy = Policy.of(frozenset({"modified-dates"}))
    identity = Identity("P-A", "2.25.1", "2.25.2", "2.25.3", SHIFT, b"secret", policy)
    memory, engine = new_memory(), ByteEngine(policy, SHIFT, b"secret")
    start = file_start("1.2.840.10008.5.1.4.1.1.2", "2.25.9", ("2.25.8", "X"))
    for values in headers:
        data = start + encoded(values)
        try:
            wanted = ByteEngine(policy, SHIFT, b"secret").clean(
                byte_walker.parse_file(data, new_memory()), identity, {"Rows": 4}
            )
        except byte_walker.Unsure:
            with pytest.raises(byte_walker.Unsure):
                engine.clean(byte_walker.parse_file(data, memory), identity, {"Rows": 4})
            continue
        assert engine.clean(byte_walker.parse_file(data, memory), identity, {"Rows": 4}) == wanted


# Functions that remember


def test_a_function_that_remembers_sees_only_what_it_named():
    asked = []

    @by_values("Modality", "Manufacturer")
    def describe(values, more):
        asked.append(1)
        return text(values, "Modality"), text(values, "Manufacturer"), text(values, "PatientName"), more

    def header(name, modality=b"CT"):
        return byte_walker.walk(encoded({0x00080060: modality, 0x00100010: name}), 0, implicit=False)

    assert describe(header(b"Brackwater"), 1) == describe(header(b"Ferndale"), 1) == ("CT", "", "", 1)
    assert len(asked) == 1
    assert describe(header(b"Ferndale", b"MR"), 1) == ("MR", "", "", 1)
    assert describe(header(b"Ferndale"), 2) == ("CT", "", "", 2)
    assert len(asked) == 3


def test_a_function_that_remembers_reads_a_text_in_the_character_set_of_its_header(tmp_path):
    describe = by_values("PatientName")(lambda values: text(values, "PatientName"))
    for number, name in enumerate(("Bräckwater", "Бракуотер")):
        dataset = Dataset()
        dataset.SpecificCharacterSet, dataset.PatientName = ("ISO_IR 100", "ISO_IR 144")[number], name
        path = tmp_path / str(number)
        dataset.save_as(path, implicit_vr=False, little_endian=True)
        header = byte_walker.walk(path.read_bytes(), 0, implicit=False)
        assert describe(header) == name == str(dcmread(path, force=True).PatientName)
    assert describe(dataset) == "Бракуотер"
