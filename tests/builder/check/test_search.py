"""The search for originals: it finds planted identifiers wherever they are, and none that are not there."""

import base64
import bz2
from contextlib import closing
import gzip
from io import BytesIO
import lzma
from pathlib import Path
import re
import shutil
import sqlite3
import struct
import tracemalloc
import unicodedata
from zipfile import ZIP_DEFLATED, ZipFile
import zlib

from hypothesis import given
from hypothesis import strategies as st
import numpy as np
from pydicom import Dataset, dcmread
from pydicom.uid import ImplicitVRLittleEndian
import pytest

from builder.catalogue.cleaning import CleaningStated, Method
from builder.catalogue.template import languages, template_files
from builder.check import Original, Originals, inspect_bundle
from builder.check.originals.literals import Literals
from builder.check.originals.matcher import Lookup, Matcher
from builder.check.originals.places import searched_from
from builder.check.originals.spellings import Wanted
from builder.check.originals.streams import inflated
from builder.check.originals.views import views
from builder.dicom.byte_walker import Unsure, read_header
from builder.errors.build import NoOriginals
from builder.key.memory import open_register
from builder.key.originals import put_originals, read_originals
from builder.scan.identifiers import identifiers_of
from bundle.layout import INDEX, MANIFEST, MANUAL
from bundle.manifest import format_lines
from tests import scans
from tests.conftest import Built, build_bundle
from tests.manifests import bundle_files, digests_of

ORIGINALS = [
    Original("name", "PatientName", "Quillfeather^Ottoline"),
    Original("name", "PatientName", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
    Original("name", "PatientName", "Müller-Öß^Jürgen"),
    Original("id", "PatientID", "MRN-77310"),
    Original("id", "AccessionNumber", "48213377"),
    Original("phone", "PatientTelephoneNumbers", "+49 (30) 4455 6677"),
    Original("institution", "InstitutionName", "Royal Invented Infirmary"),
    Original("date", "PatientBirthDate", "19530418"),
    Original("uid", "StudyInstanceUID", "1.2.840.99999.4711.1"),
]


def found_anywhere(content: bytes) -> set[Original]:
    matcher = Matcher(Wanted(ORIGINALS))
    return set(matcher.find(content)).union(*(matcher.find(view) for _, view in views(content, program=False)))


@pytest.mark.parametrize(
    "text",
    [
        b"QUILLFEATHER^OTTOLINE", b"ottoline quillfeather", b"Ottoline_Quillfeather", b"x MRN-77310 y", b"a48213377b",
        b"born 18.04.1953", b"1953-04-18", b"19530418", b"uid 1.2.840.99999.4711.1;", "山田^太郎".encode("shift_jis"),
        "山田^太郎".encode("iso2022_jp"), "たろう".encode(), "Müller-Öß".encode("latin-1"), "Müller-Öß".encode(),
        "Quillfeather Ottoline".encode("utf-16-le"), "MRN-77310".encode("utf-16-le"), b"MUELLER, JUERGEN",
        b"Jurgen Muller", "MÜLLER^JÜRGEN".encode(), "jürgen müller".encode("cp437"),
        "Müller Jürgen".encode("utf-16-be"), unicodedata.normalize("NFD", "Müller, Jürgen").encode(),
        b"OttolineQuillfeather", b"yamada tarou", b"taro YAMADA", "Tarō Yamada".encode(), "たろう".encode("utf-16-le"),
        b"18 Apr 1953", b"April 18, 1953", b"18-APR-1953", b"18. April 1953", b"4/18/1953", b"18.4.1953", b"18.04.53",
        b"18041953", b"19530418123000", b"(030) 44 55 66 77", b"+49304455-6677", b"30/44556677",
        b"1.2.3.4.48213377.9", b"482-133-77", b"Royal Invented Infirmary", b"ROYAL_INVENTED_INFIRMARY",
        base64.b64encode(b"to Ottoline Quillfeather"), b"Quillfeather^Ottoline".hex().encode(),
        b"M&uuml;ller, J&#252;rgen", b'"M\\u00fcller J\\u00fcrgen"', b"M%C3%BCller+J%C3%BCrgen",
        "Quillfeather Ottoline".encode("utf-32-le"),
    ],
)  # fmt: skip
def test_an_original_is_found_in_every_spelling(text):
    assert found_anywhere(b"\x00\x01 " + text + b" \xff\x00")


@pytest.mark.parametrize(
    "text",
    [
        b"Ottoline alone",
        b"148213377",
        b"1.2.840.99999.4711.12",
        b"119530418",
        b"MRN-773101",
        b"REMOVED",
        b"feather",
        b"0.48213377",
        b"-12.48213377\\3",
        b"2.25.48213377",
        b"a" * 28 + b"48213377a" + b"b" * 27,
        b"18.04.1953.2",
        b"1.18.04.1953",
        b"royal infirmary",
        b"18.04.1954",
        b"M\xfcller",
        b"TM\x08\x0048213377",
    ],
)
def test_what_only_looks_like_an_original_is_not_taken_for_one(text):
    assert Matcher(Wanted(ORIGINALS)).find(b"( " + text + b" )") == {}


def test_a_day_to_which_a_date_moved_is_none_in_the_files_of_its_patient_alone():
    matcher = Matcher(Wanted(ORIGINALS))
    assert matcher.find(b" 19530418 ", Lookup(moved={"19530418"})) == {}
    assert matcher.find(b" 19530418 ", Lookup(moved={"19530419"}))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16-le"])
def test_one_family_name_of_several_people_hides_none_of_them(encoding):
    people = [Original("name", "PatientName", f"王^{given}") for given in ("小東", "大明", "美")]
    matcher = Matcher(Wanted(people))
    for person in people[:2]:
        for text in (person.text, person.text.replace("^", "")):
            assert matcher.find(b" x " + text.encode(encoding) + b" y ").keys() == {person}
    assert matcher.find(b" x " + "王".encode(encoding) + b" y ") == {}


@given(
    st.lists(st.binary(min_size=4, max_size=6), max_size=30), st.binary(max_size=200), st.integers(0, 30), st.booleans()
)
def test_many_byte_strings_are_found_as_one_by_one(literals, content, which, twice):
    if literals:
        content = content[:7] + literals[which % len(literals)] * (1 + twice) + content[7:]
    wanted = sorted(
        (literal, at) for literal in set(literals) for at in range(len(content)) if content.startswith(literal, at)
    )
    assert sorted(Literals(set(literals)).places(content)) == wanted


def test_a_family_name_alone_says_enough_where_all_else_are_words_of_the_standard():
    look = Lookup(lone_names=True)
    assert Matcher(Wanted(ORIGINALS)).find(b"CT of quillfeather", look)
    assert Matcher(Wanted(ORIGINALS, {"quillfeather"})).find(b"CT of quillfeather", look) == {}


SHORT = [Original("name", "PatientName", text) for text in ("Wu^Li", "Lê^Hà", "Do^To", "Ng^Ed^Jo")]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        (b"Wu^Li", "Wu^Li"), (b"LI_WU.dcm", "Wu^Li"), (b"x wu li y", "Wu^Li"), (b"li, wu", "Wu^Li"),
        (b"(Li,Wu)", "Wu^Li"), (b"of wu li", "Wu^Li"), ("Hà Lê".encode(), "Lê^Hà"), ("LÊ^HÀ".encode(), "Lê^Hà"),
        (b"Le Ha", "Lê^Hà"), ("Lê^Hà".encode("latin-1"), "Lê^Hà"), (b"Do^To", "Do^To"), (b"Ng^Jo", "Ng^Ed^Jo"),
        (b"ed ng", "Ng^Ed^Jo"), ("Wu Li".encode("utf-16-le"), "Wu^Li"), (b"wuli", ""), (b"wu: li", ""), (b"swu li", ""),
        (b"wu lid", ""), (b"to do", ""), (b"wu 7 li", ""), (b"wu\0li", ""), (b"4wu li", ""),
    ],
)  # fmt: skip
def test_a_name_of_words_of_two_letters_is_found_where_they_stand_side_by_side(text, who):
    matcher, content = Matcher(Wanted(SHORT, {"do", "to"})), b"( " + text + b" )"
    found = set(matcher.find(content)).union(*(matcher.find(view) for _, view in views(content, program=False)))
    assert {original.text for original in found} == ({who} if who else set())


def test_in_pictures_and_programs_two_short_words_say_less():
    matcher = Matcher(Wanted(SHORT))
    assert matcher.find(b" wu li Wu^Li ", Lookup(picture=True)) == {}
    assert matcher.find(b" wu li wu_li ", Lookup(program=True)) == {}
    assert matcher.find(b" wu, li ", Lookup(program=True)) and matcher.find(
        b" Wu^Li ", Lookup(program=True, known=True)
    )
    assert matcher.find(b" wu, li ", Lookup(program=True, known=True)) == {}


USUAL = [
    Original("name", "PatientName", "Head^May"),
    Original("name", "PatientName", "Bo^Ann"),
    Original("name", "PatientName", "Adler^Mark"),
    Original("name", "PatientName", "Pancreas"),
    Original("id", "PatientID", "P0001"),
    Original("id", "PatientID", "123456"),
    Original("institution", "InstitutionalDepartmentName", "Radiology Department"),
    Original("uid", "StudyInstanceUID", "1.2.3.4"),
    Original("date", "StudyDate", "20240117"),
]


def found_of_usual(text: bytes, **look: bool) -> set[str]:
    vocabulary = {"head", "may", "pancreas", "radiology", "department"}
    found = Matcher(Wanted(USUAL, vocabulary)).find(b"\0 " + text + b" \0", Lookup(**look))
    return {original.text for original in found}


def test_names_that_are_words_of_every_bundle_are_found_as_names_alone():
    for text in (b"the head may be", b"May, head", b"HEADMAY", b"the radiology department", b"PANCREAS"):
        assert found_of_usual(text) == set(), text
    for text in (b"Head^May", b"may^head"):
        assert found_of_usual(text) == {"Head^May"}, text


def test_in_a_picture_nothing_is_found_that_chance_writes_there():
    for text in (b"ann\x01\xfbbo", b"P0001", b"123456", b"Mark" + bytes(9) + b"Adler"[:4]):
        assert found_of_usual(text, picture=True) == set(), text
    assert found_of_usual(b"Bo, Ann P0001 123456") == {"Bo^Ann", "P0001", "123456"}
    assert found_of_usual(b"Adler, Mark", picture=True) == {"Adler^Mark"}


def test_what_a_viewer_held_before_any_patient_was_known_is_no_original():
    held = b"zlib 1.2.3.4 by Mark Adler, 20240117 123456 P0001"
    assert found_of_usual(held, program=True, known=True) == set()
    assert found_of_usual(held, program=True) == {"Adler^Mark", "123456", "20240117"}
    assert found_of_usual(b"Adler^Mark", program=True, known=True) == {"Adler^Mark"}


@pytest.mark.parametrize("seed", range(3))
def test_pictures_of_noise_hold_nobody(seed):
    generator = np.random.default_rng(seed)
    first, last = ("".join(generator.choice(list("abcdefghijklm"), 4)) for _ in range(2))
    originals = [Original("name", "PatientName", f"{first}{k:x}^{last}".replace("0", "a")) for k in range(16)]
    originals += [Original("id", "PatientID", f"{generator.integers(10**5, 10**6)}") for _ in range(500)]
    matcher = Matcher(Wanted(originals))
    for noise in (generator.integers(97, 110, 1 << 18), generator.integers(48, 58, 1 << 18)):
        content = noise.astype("<u1").tobytes()
        assert matcher.find(content, Lookup(picture=True)) == {}
    for bits in (8, 12, 16):
        content = generator.integers(0, 1 << bits, 1 << 18).astype("<u2").tobytes()
        for part in (content, *(view for _, view in views(content, program=False))):
            assert matcher.find(part, Lookup(picture=True)) == {}


def test_soft_tissue_reads_as_figures_and_is_no_number_of_anybody():
    generator = np.random.default_rng(5)
    texts = [f"{number}" for number in generator.integers(10**7, 10**8, 2000)]
    originals = [Original(kind, "PatientID", text) for kind in ("id", "phone") for text in texts]
    originals += [
        Original("date", "PatientBirthDate", f"19{k:02d}0{m}1{d}")
        for k in range(100)
        for m in range(1, 10)
        for d in range(10)
    ]
    matcher, look = Matcher(Wanted(originals)), Lookup(picture=True)
    tissue = np.clip(generator.normal(52, 4, 1 << 20), 48, 57)
    for kind in ("<u1", "<i2"):
        content = tissue.astype(kind).tobytes()
        for part in (content, *(view for _, view in views(content, program=False))):
            assert matcher.find(part, look) == {}, kind
    picture = generator.integers(0, 4096, 1 << 16).astype("<u2").tobytes()
    assert matcher.find(picture + f" {texts[7]} ".encode() + picture, look)
    wide = picture + f" no {texts[7]} ".encode("utf-16-le") + picture
    assert any(matcher.find(view, look) for _, view in views(wide, program=False))


def test_words_of_a_program_are_not_taken_for_a_lone_name():
    originals = [Original("id", "PatientID", "Windows"), Original("uid", "SOPInstanceUID", "1.2.840.99999.4711.1")]
    assert set(Matcher(Wanted(originals)).find(b"Windows 1.2.840.99999.4711.1", Lookup(program=True))) == {originals[1]}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Built:
    work = tmp_path_factory.mktemp("search")
    return build_bundle(work, scans.write_series(work / "scans", 3))


def found_in(drive: Path, key: Path) -> list[str]:
    originals = Originals.kept(read_originals(key))
    return [
        finding.subject
        for finding in inspect_bundle(drive, originals=originals).findings
        if finding.check == "identity.original"
    ]


def test_a_good_bundle_holds_no_original(built):
    assert found_in(built.drive, built.key) == []
    kinds = {kind for kind, _, _ in read_originals(built.key).identifiers}
    assert kinds == {"name", "id", "date", "uid", "maker"}


def packed(name: str, text: str | bytes) -> bytes:
    """A ZIP archive with one file."""
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as made:
        made.writestr(name, text)
    return archive.getvalue()


def png_text(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


IMAGE = "DICOM/PT000001/ST000001/SE000001/IM000002"
PLANTS = [
    (IMAGE, b"Quillfeather^Ottoline", "PatientName (name) at byte"),
    (IMAGE, b"CT Quillfeather 5", "PatientName (name) at byte"),
    (IMAGE, struct.pack("<d", 48213377), "AccessionNumber (id) in binary numbers"),
    (IMAGE, packed("a.zip", packed("b.txt", "MRN-77310 " * 9)), "PatientID (id) in a packed stream (ZIP)"),
    ("README.TXT", b"MRN-77310", "PatientID (id) at byte"),
    ("README.TXT", base64.b64encode(b"dear Ottoline Quillfeather"), "PatientName (name) in base64"),
    ("INDEX.HTM", b"18.04.1953", "PatientBirthDate (date) at byte"),
    ("INDEX.HTM", packed("notes.txt", "Quillfeather^Ottoline " * 3), "PatientName (name) in a packed stream (ZIP)"),
    ("INDEX.HTM", b"\x89PNG\r\n\x1a\n" + png_text(b"tEXt", b"Author\0Brackwater, Ivo"), "Physician"),
    ("INDEX.HTM", png_text(b"zTXt", b"Author\0\0" + zlib.compress(b"Brackwater, Ivo")), "packed stream (zlib)"),
    ("WEB/INDEX.JS", b'"name":"Chest of Quillfeather"', "PatientName (name) at byte"),
    ("WEB/INDEX.JS", b"\\u0051uillfeather^Ottoline", "PatientName (name) in JSON"),
    ("WEB/READER.JS", b"// MRN-77310", "PatientID (id) at byte"),
    ("VIEWER/WIN64/x.dll", "Ottoline Quillfeather".encode("utf-16-le"), "PatientName (name) in UTF-16 text"),
    ("VIEWER/WIN64/x.exe", b"build 48213377", "AccessionNumber (id) at byte"),
    ("VIEWER/WIN64/x.exe", b"18 Apr 1953", "PatientBirthDate (date) at byte"),
    ("VIEWER/WIN64/x.exe", zlib.compress(b"def quill(): return 'Quillfeather, Ottoline'  # " + bytes(200)), "(zlib)"),
    ("VIEWER/LINUX64/x.gz", gzip.compress(b"the patient was Quillfeather^Ottoline, born 1953"), "(gzip)"),
    ("VIEWER/LINUX64/x.bz2", bz2.compress(b"the patient was Quillfeather^Ottoline, born 1953"), "(bzip2)"),
    ("VIEWER/LINUX64/x.xz", lzma.compress(b"the patient was Quillfeather^Ottoline, " * 40), "(xz)"),
    ("notes of somebody.txt", b"tel. 030 44556677", "PatientTelephoneNumbers (phone) at byte"),
    ("a/deep/file", b"Royal Invented Infirmary", "InstitutionName (institution) at byte"),
    ("READINGS/Quillfeather, Ottoline.txt", b"", "PatientName (name) in its name"),
    ("uids.txt", b"1.2.3.4.99.1", "UID (uid) at byte"),
]  # fmt: skip


def with_more_to_find(dataset: Dataset, k: int) -> None:
    dataset.AccessionNumber, dataset.PatientTelephoneNumbers = "48213377", "+49 (30) 4455 6677"
    dataset.InstitutionName = "Royal Invented Infirmary"
    dataset.RequestAttributesSequence = [Dataset()]
    dataset.RequestAttributesSequence[0].ReferencedStudySequence = [Dataset()]
    dataset.RequestAttributesSequence[0].ReferencedStudySequence[0].ReferencedSOPInstanceUID = "1.2.3.4.99.1"


def test_what_options_retain_is_no_hit_but_for_the_identifiers_of_its_own_patient(tmp_path):
    def change(dataset: Dataset, k: int) -> None:
        with_more_to_find(dataset, k)
        dataset.Manufacturer, dataset.StationName, dataset.DeviceUID = "Marrowby Scanners", "INFIRMARY", "1.2.3.4.77.1"
        dataset.ManufacturerModelName, dataset.EthnicGroup = "Invented Scanner 7", "Invented"
        dataset.StudyID, dataset.OperatorsName = "Marrowby", "Scanners^Marrowby"

    source = scans.write_series(tmp_path / "scans", 3, change)
    options = {"device-identity", "institution-identity", "full-dates", "patient-characteristics"}
    built = build_bundle(tmp_path / "some", source, deidentify=frozenset(options))
    assert found_in(built.drive, built.key) == []
    image = built.drive / IMAGE
    kept = dcmread(image)
    assert (kept.StationName, kept.InstitutionName) == ("INFIRMARY", "Royal Invented Infirmary")
    assert (kept.ManufacturerModelName, kept.Manufacturer) == ("Invented Scanner 7", "")
    assert built.outcome.held == {"Manufacturer removed: held an own identifier": 3}
    content = image.read_bytes()
    for text in (b"born on 18.04.1953", b"Brackwater, Ivo   ", b"Marrowby          ", b"by Scanners Marrowby"[:18]):
        image.write_bytes(content.replace(b"Invented Scanner 7", text))
        assert found_in(built.drive, built.key) == [IMAGE]


@pytest.fixture(scope="module")
def rich(tmp_path_factory) -> Built:
    work = tmp_path_factory.mktemp("rich")
    return build_bundle(work, scans.write_series(work / "scans", 3, with_more_to_find))


@pytest.mark.parametrize(("path", "text", "said"), PLANTS)
def test_one_planted_original_is_one_finding_that_names_file_place_and_kind_but_not_the_text(
    rich, tmp_path, path, text, said
):
    drive = tmp_path / "stick"
    shutil.copytree(rich.drive, drive)
    (drive / path).parent.mkdir(parents=True, exist_ok=True)
    content = (drive / path).read_bytes() if (drive / path).exists() else b""
    if "binary" in said:  # as an element of its own, which is found where the header is walked
        at = content.index(b"\x28\0\x02\0US")
        content = content[:at] + b"\x20\0\x06\x91FD" + struct.pack("<H", len(text)) + text + content[at:]
    else:
        content += b"\0\0" + text + b"\0\0"
    (drive / path).write_bytes(content)
    (drive / MANIFEST).write_text(format_lines(digests_of(drive, bundle_files(drive))))
    originals = Originals.kept(read_originals(rich.key))
    found = [
        finding
        for finding in inspect_bundle(drive, originals=originals).findings
        if finding.check == "identity.original"
    ]
    assert [finding.subject for finding in found] == [path]
    assert said in found[0].message
    assert not any(word in found[0].message for word in ("Quill", "Brackw", "4821", "1953", "Infirmary"))


def test_the_list_of_originals_holds_what_stands_at_any_depth_in_any_group_of_a_name(tmp_path):
    def change(dataset: Dataset, k: int) -> None:
        with_more_to_find(dataset, k)
        dataset.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
        dataset.PatientName = "Yamada^Tarou=山田^太郎=やまだ^たろう"
        person = Dataset()
        person.PersonName, person.InstitutionAddress = "Deepname^Alma", "1 Nowhere Lane"
        dataset.RequestAttributesSequence[0].PersonIdentificationCodeSequence = [person]

    for implicit in (False, True):
        work = tmp_path / str(implicit)
        scans.write_series(work / "scans", 4, change)
        if implicit:
            for path in (work / "scans").iterdir():
                dataset = dcmread(path)
                dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
                dataset.save_as(path, implicit_vr=True, little_endian=True)
        kept = read_originals(build_bundle(work, work / "scans").key)
        texts = {text for _, _, text in kept.identifiers}
        assert {"Deepname^Alma", "1 Nowhere Lane", "1.2.3.4.99.1", "Yamada^Tarou=山田^太郎=やまだ^たろう"} <= texts
        assert {"+49 (30) 4455 6677", "48213377", "Brackwater^Ivo", "19530418", "20240229"} <= texts
        assert not any(text.startswith("1.2.840.10008.") for text in texts)


def test_whatever_parses_a_header_the_same_identifiers_are_found(many_scans):
    compared = 0
    for path in sorted(many_scans.rglob("*"))[::7]:
        try:
            header, _ = read_header(path)
        except (Unsure, OSError, struct.error):
            continue
        by_pydicom = frozenset().union(*identifiers_of(dcmread(path, stop_before_pixels=True)))
        by_bytes = frozenset().union(*identifiers_of(header))
        assert {element for element in by_pydicom if "(" not in element[1]} <= by_bytes, path
        compared += 1
    assert compared > 20


def test_a_large_file_is_searched_to_its_end_in_bounded_memory(built, tmp_path):
    drive = tmp_path / "stick"
    shutil.copytree(built.drive, drive)
    with (drive / "large").open("wb") as stream:
        stream.seek(150 << 20)
        stream.write(b"Quillfeather, Ottoline")
    originals = Originals.kept(read_originals(built.key))
    tracemalloc.start()
    found = [
        finding
        for finding in inspect_bundle(drive, originals=originals).findings
        if finding.check == "identity.original"
    ]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [finding.subject for finding in found] == ["large"]
    assert peak < 200 << 20


def test_a_deleted_row_that_stays_in_a_free_page_of_the_index_is_found(built, tmp_path):
    drive = tmp_path / "stick"
    shutil.copytree(built.drive, drive)
    with sqlite3.connect(drive / INDEX) as index:
        index.execute("PRAGMA secure_delete = OFF")
        index.execute("CREATE TABLE note (text TEXT)")
        index.execute("INSERT INTO note VALUES ('Quillfeather, Ottoline')")
        index.commit()
        index.execute("DROP TABLE note")
    assert found_in(drive, built.key) == [INDEX]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le"])
@pytest.mark.parametrize("value", [48213377, "Quillfeather, Ottoline"], ids=["a number", "a name over two pages"])
def test_no_view_hides_what_the_bytes_of_a_database_do_not_show(rich, tmp_path, value, encoding):
    """Whole numbers are packed, and a text that does not fit onto its page goes on elsewhere in the file."""
    drive = tmp_path / "stick"
    shutil.copytree(rich.drive, drive)
    notes = drive / "notes.db"
    for behind in range(400, 1000, 5):
        notes.unlink(missing_ok=True)
        with closing(sqlite3.connect(notes)) as made, made:
            made.executescript(f"PRAGMA encoding = '{encoding}'; PRAGMA page_size = 512; CREATE TABLE note (a, b)")
            made.execute("CREATE VIEW told AS SELECT a FROM note")
            text = "." * 20 + value + "." * behind if isinstance(value, str) else ""
            made.execute("INSERT INTO note VALUES (?, ?)", (text, value if isinstance(value, int) else 0))
        seen = notes.read_bytes().replace(b"\0", b"")
        if str(value).encode() not in seen:
            break
    else:
        pytest.fail("no page ends within the text")
    assert found_in(drive, rich.key) == ["notes.db"]


def test_real_scans_leave_no_original_on_the_medium(many_bundle):
    assert found_in(many_bundle.drive, many_bundle.key) == []


def test_a_list_of_originals_as_earlier_builds_kept_it_is_gone_on_with(tmp_path):
    key = tmp_path / "study.key"
    (tmp_path / "study.originals.json").write_text('[["name", "PatientName", "Rook^Ada"]]')
    assert read_originals(key).identifiers == {("name", "PatientName", "Rook^Ada")}
    with open_register(key, b"5" * 32, print) as register, register.change() as connection:
        put_originals(connection, [("id", "PatientID", "4711-A")], {"P-1": ["20200102"]})
    found = read_originals(key)
    assert found.identifiers == {("name", "PatientName", "Rook^Ada"), ("id", "PatientID", "4711-A")}
    assert found.moved == {"P-1": {"20200102"}}


def test_a_key_without_its_list_is_said(tmp_path):
    with pytest.raises(NoOriginals, match="originals"):
        read_originals(tmp_path / "study.key")


@given(st.binary(max_size=3000))
def test_any_bytes_can_be_looked_through_for_streams(content):
    assert all(len(stream.content) <= 1 << 24 for stream in inflated(content))


@given(st.binary(min_size=16, max_size=2000), st.binary(max_size=50), st.sampled_from([zlib.compress, gzip.compress]))
def test_a_stream_is_unpacked_wherever_it_begins(text, before, compress):
    before = before.replace(b"\x78", b"").replace(b"\x1f", b"").replace(b"P", b"")
    assert text in [stream.content for stream in inflated(before + compress(text) + b"rest")]


def test_a_bomb_takes_bounded_memory():
    assert next(len(stream.content) for stream in inflated(zlib.compress(bytes(1 << 27), 9), 1)) == 1 << 24


def test_numbers_of_our_own_paths_are_nobodys(tmp_path):
    """A scanner may be called 000001, and so is the first folder of every medium."""

    def named_as_folders(dataset: Dataset, _: int) -> None:
        dataset.PatientID, dataset.StationName, dataset.AccessionNumber = "000001", "000002", "PT000001"

    scans.write_series(tmp_path / "scans", change=named_as_folders)
    built = build_bundle(tmp_path, tmp_path / "scans", check=False)
    originals = Originals.kept(read_originals(built.key))
    numbers = [
        identifier for identifier in originals.identifiers if identifier.text in ("000001", "000002", "PT000001")
    ]
    assert len(numbers) == 3
    assert [finding.check for finding in inspect_bundle(built.drive, originals=originals).findings] == ["viewer.none"]
    matcher = Matcher(Wanted(numbers))
    assert {original.text for original in matcher.find(b"DICOM/PT000001/ST000001 000002 DICOM\\PT000001X")} >= {
        "000002"
    }
    assert {original.text for original in matcher.find(b"Patient 000001")} == {"000001"}


@pytest.mark.parametrize("language", languages())
def test_of_a_manual_only_what_was_added_is_searched_and_no_table_of_objects(language):
    """Its numbers of ten digits agree by chance with somebody's telephone number."""
    cleaning = CleaningStated(1, [Method("113100", "Quillfeather", 1)], {})
    manual = template_files([], ["win64"], version="1", language=language, cleaning=cleaning)[MANUAL]
    offsets = re.findall(rb"(\d{10}) 00000 n", manual)
    start, rest = searched_from(MANUAL, manual)
    assert len(offsets) > 10 and start > 200_000 and len(rest) == len(manual) - start
    assert b"Quillfeather" in rest and not any(offset in rest for offset in offsets)
    start, rest = searched_from(MANUAL, manual.replace(b"%PDF", b"0815"))  # it is not ours any more
    assert start == 0 and rest.startswith(b"0815") and not any(offset in rest for offset in offsets)
    assert searched_from("README.TXT", manual) == (0, manual)
