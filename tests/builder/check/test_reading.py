"""How the checker reads headers: recognised pieces of earlier files mean the same as those read anew."""

import hashlib
from io import BytesIO
from pathlib import Path

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.filereader import read_dataset
from pydicom.sequence import Sequence
import pytest

from builder.check.medium import contents
from builder.check.medium.file_checks import examine
from builder.check.medium.parsed_header import HeaderReader
from builder.check.medium.plain_values import plain_value
from builder.check.png import unfiltered
from builder.check.stacks import preview
from tests.builder.check.damaging import first_image


@pytest.fixture
def written(small_bundle) -> Path:
    return first_image(small_bundle.drive)


def encoded(dataset: Dataset) -> bytes:
    buffer = BytesIO()
    dataset.save_as(buffer)
    return buffer.getvalue()


def altered(path: Path) -> list[bytes]:
    """A written file, and the same with changes of each kind: other values, more elements, fewer, another script."""
    changes = (
        {}, {"InstanceNumber": 12345}, {"AccessionNumber": "4711"}, {"PatientName": "Ferndale^Una"},
        {"SpecificCharacterSet": "ISO_IR 192", "StudyDescription": "Schädel"},
        {"SpecificCharacterSet": "ISO_IR 100", "StudyDescription": "Schädel"}, {"StudyDescription": "Kopf"},
        {"SpecificCharacterSet": "ISO_IR 100", "SeriesDescription": "Kopf"}, {"InstitutionName": "St. Elsewhere"},
        {"ImagePositionPatient": [1, 2, 3.5]}, {"PatientIdentityRemoved": "NO"}, {"Rows": 0}, {},
    )  # fmt: skip
    files = []
    for change in changes:
        dataset = dcmread(path)
        for keyword, value in change.items():
            setattr(dataset, keyword, value)
        files.append(encoded(dataset))
    dataset = dcmread(path)
    del dataset.Modality, dataset.SeriesInstanceUID
    dataset.add_new(0x00091001, "LO", "private")
    return [*files, encoded(dataset), files[0][:-100], files[0][:900], files[4], files[0]]


def test_a_reader_that_knows_other_files_finds_the_same_as_one_that_begins(written):
    reader = HeaderReader()
    findings = 0
    for content in altered(written):
        anew = examine("DICOM/A", content, len(content), HeaderReader())
        assert examine("DICOM/A", content, len(content), reader) == anew
        findings += len(anew[1])
    assert findings >= 8


def test_what_stands_in_another_script_is_read_by_the_script_of_its_own_file(written):
    in_utf8, in_latin = (altered(written)[number] for number in (4, 5))
    # The same bytes, named as another set: right in one file, wrong in the next.
    swapped = in_latin.replace(b"ISO_IR 100", b"ISO_IR 192")
    reader = HeaderReader()
    checks = [
        [finding.check for finding in examine("DICOM/A", content, len(content), reader)[1]]
        for content in (in_utf8, in_latin, swapped, in_latin)
    ]
    assert ["dicom.character_set" in names for names in checks] == [False, False, True, False]


@pytest.mark.parametrize(
    ("vr", "value"),
    [
        ("DS", b"1.5 "), ("DS", b"-3"), ("DS", b"1\\0\\0\\0\\1\\0 "), ("DS", b"-12.50\\+3e-2\\7 "),
        ("IS", b"12"), ("IS", b"-7 "), ("IS", b"007 "), ("UI", b"1.2.840.10008.1.2.1\0"), ("UI", b"1.22"),
        ("DA", b"20240229"), ("TM", b"081530"), ("TM", b"081530.123 "), ("CS", b"ORIGINAL\\PRIMARY"), ("CS", b"CT"),
        ("CS", b"YES "), ("US", b"\x00\x02"), ("UL", b"\x5c\x0a\x0d\x00"),
    ],
)  # fmt: skip
def test_a_plain_value_is_what_pydicom_makes_of_it(vr, value):
    tags = {"DS": 0x00200032, "IS": 0x00200013, "UI": 0x00080018, "DA": 0x00080020, "TM": 0x00080030, "CS": 0x00080008,
            "US": 0x00280010, "UL": 0x00041400}  # fmt: skip
    tag = tags[vr]
    head = (tag >> 16).to_bytes(2, "little") + (tag & 0xFFFF).to_bytes(2, "little") + vr.encode()
    (element,) = read_dataset(BytesIO(head + len(value).to_bytes(2, "little") + value), False, True)
    read = plain_value(vr, value)
    assert read is not None
    assert read == (list(element.value) if element.VM > 1 else element.value)


@pytest.mark.parametrize(
    ("vr", "value"),
    [
        ("DS", b""), ("DS", b"1,5 "), ("DS", b"nan "), ("DS", b"1\\"), ("IS", b"1.5 "), ("IS", b"1\\2 "),
        ("UI", b"1.2\\1.3 "), ("DA", b"2024.02.29"), ("TM", b"0815"), ("CS", b"lower "), ("CS", b"\xc4"),
        ("US", b"\1\0\2\0"), ("LO", b"text"), ("SQ", b""),
    ],
)  # fmt: skip
def test_a_value_that_leaves_any_doubt_is_left_to_pydicom(vr, value):
    assert plain_value(vr, value) is None


def test_pixels_of_an_icon_are_not_taken_for_those_of_the_image(tmp_path, written):
    dataset, icon = dcmread(written), Dataset()
    icon.Rows = icon.Columns = 4
    icon.add_new(0x7FE00010, "OB", bytes(16))
    dataset.IconImageSequence = Sequence([icon])
    path = tmp_path / "IM000001"
    path.write_bytes(encoded(dataset))
    size, digest, head = contents.read_whole(path, contents.HEADER, to_pixels=True)
    assert head.endswith(b"\xe0\x7f\x10\0OB\0\0\x10\0\0\0") and len(head) < size
    # What is cut off at the icon cannot be read, and the whole beginning can.
    assert examine("DICOM/A", head, size, HeaderReader())[0] is None
    whole = contents.beginning(path, contents.HEADER)
    file, _ = examine("DICOM/A", whole, size, HeaderReader())
    assert file is not None and file.pixel_offset == size - file.pixel_length
    assert digest == contents.read_whole(path, contents.HEADER)[1]


def png_lines(filter_of_row: bytes, picture: np.ndarray) -> np.ndarray:
    """The rows of a PNG, filtered pixel by pixel by the PNG specification, 9.2."""
    lines = np.zeros((picture.shape[0], picture.shape[1] + 1), np.uint8)
    for row in range(picture.shape[0]):
        lines[row, 0] = filter_of_row[row]
        for column in range(picture.shape[1]):
            left = int(picture[row, column - 1]) if column else 0
            up = int(picture[row - 1, column]) if row else 0
            corner = int(picture[row - 1, column - 1]) if row and column else 0
            nearest = min((abs(up - corner), left), (abs(left - corner), up), key=lambda move: move[0])
            paeth = nearest[1] if nearest[0] <= abs(left + up - 2 * corner) else corner
            guess = (0, left, up, (left + up) // 2, paeth)[filter_of_row[row]]
            lines[row, column + 1] = (int(picture[row, column]) - guess) & 255
    return lines


def test_a_preview_is_compared_as_it_is_packed_by_every_filter():
    chance = np.random.default_rng(5)
    picture = chance.integers(0, 256, (25, 19)).astype(np.uint8)
    lines = png_lines(bytes(k % 5 for k in range(25)), picture)
    assert np.array_equal(unfiltered(lines), picture)
    assert preview._packs(lines, picture.astype(float) + 0.3)
    for row in range(25):
        other = picture.astype(float)
        other[row, row % 19] = (other[row, row % 19] + 1) % 256
        assert not preview._packs(lines, other)
    lines[24, 0] = 5
    assert not preview._packs(lines, picture)


@pytest.mark.parametrize("size", [0, 100, 132, 5_000_000])
def test_no_more_is_kept_of_a_file_that_is_no_dicom_than_tells_so(tmp_path, size):
    path = tmp_path / "FILE"
    path.write_bytes(b"x" * size)
    read = contents.read_whole(path, contents.HEADER, to_pixels=True)
    assert read == (size, hashlib.sha256(b"x" * size).hexdigest(), b"x" * min(size, contents.MAGIC))


@pytest.mark.parametrize("before", [1000, (1 << 20) - 3, 3 << 20])
def test_the_pixels_are_found_wherever_they_begin(tmp_path, before):
    """Even if their tag lies across two blocks: then more is kept than necessary, and nothing is missed."""
    start = bytes(128) + b"DICM" + bytes(before - 132)
    content = start + b"\xe0\x7f\x10\0OW\0\0\x04\0\0\0" + b"pixl" * 100_000
    path = tmp_path / "FILE"
    path.write_bytes(content)
    size, digest, head = contents.read_whole(path, contents.HEADER, to_pixels=True)
    assert (size, digest) == (len(content), hashlib.sha256(content).hexdigest())
    assert content.startswith(head) and len(head) >= before + 12
    assert len(head) == before + 12 or before == (1 << 20) - 3
