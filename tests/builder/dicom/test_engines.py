"""The byte walker and pydicom make equal bytes wherever the walker is sure: of real, generated and damaged files."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path
import struct
import warnings

from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
import numpy as np
import pydicom.data
from pydicom.datadict import DicomDictionary
from pydicom.dataset import FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element, write_file_meta_info
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian
import pytest

from builder.dicom import byte_walker
from builder.dicom.source_file import NotTaken
from builder.pipeline.cleaner import Cleaner
from builder.plan import InstanceUids, ScannedFile, TimeShift, WriteJob
from builder.reasons import Reason
from builder.scan.scan import examine
from builder.write import write
from tests import scans

OPTIONS = [
    {"modified-dates"},
    {"full-dates", "patient-characteristics"},
    {"modified-dates", "device-identity", "institution-identity", "clean-descriptors"},
    {"uids", "modified-dates"},
    {"no-dates", "patient-characteristics", "device-identity", "institution-identity", "uids", "clean-descriptors"},
]  # fmt: skip


def outcome(engine, path, options):
    """The bytes that one engine makes of a file, or why it does not."""
    uids = InstanceUids("2.25.1", "2.25.2", "2.25.3")
    job = WriteJob(
        str(path), path.stat().st_size, path.stat().st_mtime_ns, str(path.parent), "DICOM/IM000001", uids, "P-A",
        TimeShift(-40_000_000, b"fractions"), b"secret", 3, 4, frozenset(options),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return engine(job, Cleaner())
        except NotTaken as refusal:
            return refusal.reason
        except (byte_walker.Unsure, struct.error):  # which `_encoded` takes for the same
            raise byte_walker.Unsure from None
        except Exception:  # as in `write_and_look`: no file comes of it
            return Reason.UNREADABLE


def by_bytes(job, cleaner):
    """The walker's result for a file; raises Unsure."""
    with ExitStack() as open_files:
        begun = write._begin(job, cleaner, open_files)
        if begun is None:
            raise byte_walker.Unsure
        return write._spliced(job, begun, cleaner)


def compare(path, options) -> bool:
    """Whether the walker was sure; then both must agree."""
    try:
        quick = outcome(by_bytes, path, options)
    except byte_walker.Unsure:
        return False
    thorough = outcome(write._parsed, path, options)
    # A file with several faults may be refused for any of them.
    assert quick == thorough or (isinstance(quick, Reason) and isinstance(thorough, Reason))
    return True


@pytest.mark.parametrize("options", OPTIONS, ids=",".join)
def test_both_engines_make_the_same_of_every_real_file(many_scans, options):
    files = [path for path in sorted(many_scans.rglob("*")) if isinstance(examine(str(path), many_scans), ScannedFile)]
    sure = sum(compare(path, options) for path in files)
    assert sure > len(files) / 2


def test_both_engines_make_the_same_of_pydicoms_own_files():
    folder = Path(pydicom.data.__file__).parent / "test_files"
    files = [path for path in sorted(folder.glob("*.dcm")) if isinstance(examine(str(path), path.parent), ScannedFile)]
    assert sum(compare(path, OPTIONS[0]) for path in files) >= 5


# Generated files

_LETTERS = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=12)
_TEXTS = {
    "AS": ["034Y", "101Y", "007M", "x"],
    "CS": ["HFS", "AXIAL", "QUILLFEATHER", "", "YES", "NO", "ORIGINAL\\PRIMARY\\TIFFIN", "OUT OF SORTS AND TOO LONG"],
    "DA": ["20240229", "1953", "19530418", "2024.02.29", "", "20241399"],
    "DS": ["", "nan", " 1.5", "-7", "+3", "1e400", "0.123456789012345678", "1\\2\\3", "4711471147", "1e5", "x", "1\\"],
    "DT": ["20240229081530.123456+0100", "2024", "", "20240229", "2024\\2025"],
    "IS": ["", "1.0", " 12", "-3", "x", "99999999", "1\\2", "012", "+5 "],
    "TM": ["081530", "08", "081530.5", "", "2530", "08:15:30", "081530\\091530"],
    "UI": ["1.2.840.10008.5.1.4.1.1.2", "1.2.3.4", "1.2.840.10008.1.2", "", "x", "1.2.3\\1.2.4"],
}
_WIDTHS = {"US": 2, "SS": 2, "UL": 4, "SL": 4, "FL": 4, "FD": 8, "AT": 4, "OW": 2, "OF": 4, "OD": 8}
# Not those that say how the file is encoded, or what it shows: they would end most examples early.
_FIXED = {0x00080005, 0x00080016, 0x00280002, 0x00280004, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102,
          0x00280103, 0x00281199, 0x00283000}  # fmt: skip
_STANDARD = [tag for tag in DicomDictionary if 0x00080000 < tag < 0x7FE00000 and tag & 0xFFFF and tag not in _FIXED]
_PRIVATE = [0x00090010, 0x00091010, 0x00190010, 0x00291020, 0x00310101]
_LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "UC", "UN", "UR", "UT", "SV", "UV"}


def values(vr):
    """Encoded values of one VR, valid and invalid."""
    if vr in _TEXTS:
        return st.sampled_from(_TEXTS[vr]).map(str.encode)
    if vr in _WIDTHS:
        width = _WIDTHS[vr]
        whole = st.binary(min_size=width, max_size=width)
        small = st.integers(0, 300).map(lambda number: number.to_bytes(width, "little"))
        return st.one_of(small, whole, st.integers(0, 3).flatmap(lambda count: st.just(bytes([65, 0]) * width * count)))
    return st.one_of(_LETTERS.map(lambda text: text.encode("latin-1")), st.binary(max_size=8))


@st.composite
def elements(draw, implicit, depth=0):
    """Encoded elements in order: standard ones and private ones, nested up to three deep, of any kind of length."""
    made = {}
    tags = st.sampled_from(_STANDARD) | st.sampled_from(_PRIVATE)
    for tag in draw(st.lists(tags, max_size=6 if depth else 30, unique=True)):
        vr = DicomDictionary[tag][0].split(" ")[0] if tag in DicomDictionary else "UN"
        if vr != "SQ":
            value = draw(values(vr))
            made[tag] = encoded(tag, vr, value + b" " * (len(value) % 2), implicit)
        elif depth < 3:
            items = b"".join(item(draw(elements(implicit, depth + 1)), draw(st.booleans())) for _ in range(depth, 2))
            made[tag] = encoded(tag, vr, items, implicit, undefined=draw(st.booleans()))
    return made if depth == 0 else b"".join(made[tag] for tag in sorted(made))


def item(content, undefined):
    if undefined:
        return b"\xfe\xff\x00\xe0\xff\xff\xff\xff" + content + b"\xfe\xff\x0d\xe0\0\0\0\0"
    return b"\xfe\xff\x00\xe0" + struct.pack("<L", len(content)) + content


def encoded(tag, vr, value, implicit, undefined=False):
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    length = 0xFFFFFFFF if undefined else len(value)
    if implicit:
        head += struct.pack("<L", length)
    elif vr in _LONG:
        head += vr.encode() + struct.pack("<HL", 0, length)
    else:
        head += vr.encode() + struct.pack("<H", length)
    return head + value + (b"\xfe\xff\xdd\xe0\0\0\0\0" if undefined else b"")


def save(path, implicit, more=None):
    """A small picture with `more` encoded elements, as a PS3.10 file."""
    picture = scans.ct_slice(np.arange(16).reshape(4, 4), (0, 0, 0), 1, SpecificCharacterSet="ISO_IR 100")
    picture["PixelData"].VR = "OW"
    parts = dict(more or {})
    for element in picture:
        buffer = DicomBytesIO()
        buffer.is_little_endian, buffer.is_implicit_VR = True, implicit
        write_data_element(buffer, element, encodings=["latin-1"])
        if element.tag in _FIXED or element.tag not in parts:
            parts[int(element.tag)] = buffer.getvalue()
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = CTImageStorage, "1.2.3.4.5.6"
    start = DicomBytesIO()
    start.is_little_endian, start.is_implicit_VR = True, False
    start.write(bytes(128) + b"DICM")
    write_file_meta_info(start, meta, enforce_standard=True)
    path.write_bytes(start.getvalue() + b"".join(parts[tag] for tag in sorted(parts)))
    return path


def test_the_walker_is_sure_of_a_usual_file(tmp_path):
    assert compare(save(tmp_path / "source", implicit=False), OPTIONS[0])
    assert compare(save(tmp_path / "source", implicit=True), OPTIONS[0])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), implicit=st.booleans(), options=st.sampled_from(OPTIONS))
def test_both_engines_make_the_same_of_generated_files(tmp_path, data, implicit, options):
    event(f"sure: {compare(save(tmp_path / 'source', implicit, data.draw(elements(implicit))), options)}")


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    changes=st.lists(st.tuples(st.integers(132, 1200), st.binary(min_size=1, max_size=6)), min_size=1, max_size=3),
    implicit=st.booleans(),
)
@example(changes=[(150, b"\xff\xff\xff\xff")], implicit=False)
@example(changes=[(306, b"\0")], implicit=False)
@example(changes=[(306, b"\0")], implicit=True)
def test_both_engines_make_the_same_of_damaged_headers(tmp_path, changes, implicit):
    path = save(tmp_path / "source", implicit)
    content = bytearray(path.read_bytes())
    for at, new in changes:
        content[at : at + len(new)] = new
    path.write_bytes(content)
    event(f"sure: {compare(path, OPTIONS[0])}")


# The walk by itself


def walked(content: bytes, *, implicit=False):
    return partial(byte_walker.walk, content, 0, implicit=implicit)


def test_an_element_that_comes_twice_or_out_of_order_is_left_to_pydicom():
    row, column = b"\x28\0\x10\0US\2\0\4\0", b"\x28\0\x11\0US\2\0\4\0"
    assert list(walked(row + column)().elements) == [0x00280010, 0x00280011]
    for content in (column + row, row + row):
        with pytest.raises(byte_walker.Unsure):
            walked(content)()


def test_a_value_that_ends_behind_the_file_is_left_to_pydicom():
    with pytest.raises((byte_walker.Unsure, struct.error)):
        walked(b"\x28\0\x10\0US\x02\0\4")()


def test_sequences_nested_too_deep_are_left_to_pydicom():
    opening = b"\x40\0\x00\xa7SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    assert list(walked(opening * 3 + closing * 3)().elements) == [0x0040A700]
    with pytest.raises(byte_walker.Unsure):
        walked(opening * 1000 + closing * 1000)()


def test_a_header_answers_like_a_data_set_of_pydicom(tmp_path):
    name = encoded(0x00100010, "PN", "Bräckwater^Ivo".encode("latin-1"), implicit=False)
    path = save(tmp_path / "source", implicit=False, more={0x00100010: name})
    header, _ = byte_walker.read_header(path)
    assert str(header.get("PatientName")) == "Bräckwater^Ivo"
    assert header.get("Rows") == 4
    assert [float(value) for value in header.get("ImagePositionPatient")] == [0, 0, 0]
    assert header.get("WindowCenter") is None
    assert "WindowCenter" not in header
