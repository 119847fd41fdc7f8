"""docs/dicom-conformance.md says what the code does, and the commands of docs/privacy-officer.md answer as it says."""

from pathlib import Path
import re
import shutil
import struct
import subprocess

from pydicom import dcmread
from pydicom._uid_dict import UID_dictionary
from pydicom.charset import python_encoding
from pydicom.datadict import dictionary_description
from pydicom.fileset import FileSet
from pydicom.uid import UID, ExplicitVRLittleEndian
import pytest

from builder.catalogue.dicomdir import FILE_SET_ID
from builder.check import RULES
from builder.content import LABEL_MAP, ContentKind
from builder.deidentify import Option
from builder.deidentify.policy import BASIC, REFUSED
from builder.dicom import source_file
from builder.dicom.pixels import can_decode
from builder.write.write import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from tests import scans

ROOT = Path(__file__).parents[1]
STATEMENT = (ROOT / "docs/dicom-conformance.md").read_text("utf-8")
OFFICER = (ROOT / "docs/privacy-officer.md").read_text("utf-8")


# Than pydicom's dictionary (PS3.4 B.5).
_NEWER = {LABEL_MAP: "Label Map Segmentation Storage"}


def table(head: str) -> list[list[str]]:
    """The rows of the table whose first line is `head`."""
    rows = STATEMENT.split(f"{head}\n|", 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_sop_classes_are_those_that_are_taken():
    taken = {uid: modality for kind in ContentKind for uid, modality in kind.value.modalities.items()}
    rows = table("| SOP Class | UID | Modality as written |")
    assert {uid: modality for _, uid, modality in rows} == taken and len(rows) == len(taken)
    assert all(_NEWER.get(uid, UID(uid).name) == name for name, uid, _ in rows)


def test_the_transfer_syntaxes_are_those_that_are_read():
    known = {uid for uid, (_, kind, *_) in UID_dictionary.items() if kind == "Transfer Syntax"}
    rows = table("| Transfer Syntax | UID |")
    assert {uid for _, uid in rows} == {uid for uid in known if can_decode(UID(uid))}
    assert all(UID(uid).name == name for name, uid in rows)


def test_the_methods_are_those_of_the_policy():
    rows = {code: (meaning, label) for code, meaning, label in table("| code (CID 7050) | method | `--option` |")}
    expected = {option.code or "-": (option.meaning, f"`{option.label}`") for option in Option}
    assert rows.pop(BASIC[0])[0] == BASIC[1]
    assert {code: (meaning, label.removesuffix(" (default)")) for code, (meaning, label) in rows.items()} == expected
    assert [label for _, label in rows.values() if "default" in label] == ["`modified-dates` (default)"]
    assert {"clean-graphics", "clean-structured-content"} == set(REFUSED)
    assert "113103" in STATEMENT and "113104" in STATEMENT


def test_what_is_written_is_what_the_statement_says(many_bundle):
    images = [dcmread(path, stop_before_pixels=True) for path in (many_bundle.drive / "DICOM").rglob("IM*")]
    assert {image.file_meta.TransferSyntaxUID for image in images} == {ExplicitVRLittleEndian}
    assert ExplicitVRLittleEndian in STATEMENT and FILE_SET_ID in STATEMENT
    assert {image.file_meta.ImplementationClassUID for image in images} == {IMPLEMENTATION_CLASS_UID}
    assert IMPLEMENTATION_CLASS_UID in STATEMENT and f"`{IMPLEMENTATION_VERSION_NAME}`" in STATEMENT
    assert not any("SourceApplicationEntityTitle" in image.file_meta for image in images)
    assert {image.get("SpecificCharacterSet", "ISO_IR 6") for image in images} <= {"ISO_IR 6", "ISO_IR 192"}
    assert {"ISO_IR 6", "ISO_IR 192"} <= set(python_encoding)


# A name in each character set, and how it is encoded (PS3.5 6.1.2.5.3 for the escape sequences).
SAMPLES = {
    "ASCII": ("Quill^Ada", "ascii", b""), "Latin alphabet No. 1": ("Müller^Zoë", "latin_1", b"\x1b-A"),
    "Latin alphabet No. 2": ("Łoś^Ćma", "iso8859_2", b"\x1b-B"),
    "Latin alphabet No. 3": ("Ħal^Ġorġ", "iso8859_3", b"\x1b-C"),
    "Latin alphabet No. 4": ("Āda^Ķin", "iso8859_4", b"\x1b-D"),
    "Latin alphabet No. 5": ("Şen^Ğız", "iso8859_9", b"\x1b-M"),
    "Latin alphabet No. 9": ("Œuvre^Žoë", "iso8859_15", b"\x1b-b"), "Cyrillic": ("Люкс^Ян", "iso8859_5", b"\x1b-L"),
    "Arabic": ("قباني^نزار", "iso8859_6", b"\x1b-G"), "Greek": ("Διον^Ωμ", "iso8859_7", b"\x1b-F"),
    "Hebrew": ("שרון^דבורה", "iso8859_8", b"\x1b-H"), "Thai": ("นาม^กข", "iso8859_11", b"\x1b-T"),
    "Japanese, katakana": ("ﾔﾏﾀﾞ^ﾀﾛｳ", "shift_jis", b"\x1b)I"), "Japanese, kanji": ("山田^太郎", "iso2022_jp", b""),
    "Japanese, supplementary kanji": ("丂丄^丅丌", "iso2022_jp_2", b""),
    "Korean": ("김희중^이박", "euc_kr", b"\x1b$)C"), "Unicode in UTF-8": ("αβγ^Ž山", "utf8", b""),
    "Chinese": ("王小东^李", "gb18030", b""),
}  # fmt: skip


def _read_back(folder: Path, term: str, encoded: bytes) -> str:
    """The name that the builder finds in a file with it."""
    path = scans.write_series(folder, 1, whole=True) / "I000"
    content = path.read_bytes()
    value = encoded + b" " * (len(encoded) % 2)
    named = term.encode() + b" " * (len(term) % 2)
    head = b"\x08\0\x05\0CS" + struct.pack("<H", len(named)) + named if term else b""
    start = 144 + int.from_bytes(content[140:144], "little")
    at = content.index(b"\x10\0\x10\0PN", start)
    end = at + 8 + int.from_bytes(content[at + 6 : at + 8], "little")
    name = b"\x10\0\x10\0PN" + struct.pack("<H", len(value)) + value
    path.write_bytes(content[:start] + head + content[start:at] + name + content[end:])
    return str(source_file.read_header(path)[0].get("PatientName"))


def _encoded(name: str, encoding: str, escape: bytes) -> bytes:
    """PS3.5 6.1.2.5.3: each component of a name begins in the first character set."""
    return b"^".join(escape + part.encode(encoding) for part in name.split("^"))


def test_a_name_is_read_in_every_character_set_of_the_statement(tmp_path):
    rows = table("| without code extensions | with code extensions | letters |")
    assert len(rows) == 20
    for number, (plain, extended, letters) in enumerate(rows):
        name, encoding, escape = SAMPLES["Chinese" if "Chinese" in letters else letters]
        encoding, escape = ("gb2312", b"\x1b$)A") if extended == "ISO 2022 IR 58" else (encoding, escape)
        if plain != "-":
            term = plain.removeprefix("none, ").replace("ISO_IR 6", "") if letters == "ASCII" else plain
            found = _read_back(tmp_path / f"p{number}", term, _encoded(name, encoding, b""))
            assert found == name, (plain, found)
        if extended != "-":
            found = _read_back(tmp_path / f"e{number}", f"\\{extended}", _encoded(name, encoding, escape))
            assert found == name, (extended, found)


def test_the_directory_has_the_records_and_keys_of_the_statement(many_bundle):
    told = dict(table("| record | keys |"))
    links = {"OffsetOfTheNextDirectoryRecord", "RecordInUseFlag", "OffsetOfReferencedLowerLevelDirectoryEntity"}
    links |= {"DirectoryRecordType"}
    directory = dcmread(many_bundle.drive / "DICOMDIR")
    found: dict[str, set[str]] = {}
    for record in directory.DirectoryRecordSequence:
        names = {dictionary_description(element.tag) for element in record if element.keyword not in links}
        found.setdefault(record.DirectoryRecordType, set()).update(names)
    plain = {record: re.sub(r" \(empty\)|: both the pseudonym", "", keys) for record, keys in told.items()}
    as_in_files = {record: {name.replace(" in File", "") for name in names} for record, names in found.items()}
    assert {record: set(keys.split(", ")) for record, keys in plain.items()} == as_in_files
    assert told.keys() == found.keys() and FileSet(directory).ID == FILE_SET_ID


def test_every_check_that_the_integration_statement_names_exists():
    integration = STATEMENT.split("# IHE Integration Statement")[1]
    named = re.findall(r"`((?:directory|files|dicom|pdi|layout|drive)\.[a-z_*]+)`", integration)
    assert len(named) > 6
    for name in named:
        assert any(rule == name or (name.endswith(".*") and rule.startswith(name[:-1])) for rule in RULES), name


# The privacy officer


def commands() -> list[str]:
    return re.findall(r"^    (.*)$", OFFICER, re.MULTILINE)


def run(command: str, root: Path) -> subprocess.CompletedProcess:
    return subprocess.run(["sh", "-c", command], cwd=root, capture_output=True, text=True, check=False, timeout=300)


def test_the_page_for_the_privacy_officer_has_two_pages():
    assert 600 < len(OFFICER.split()) < 1300


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.split()[0])
def test_the_commands_of_other_programs_answer_as_the_page_says(small_bundle, command):
    """On a good stick, in which nobody is called as the page supposes."""
    programs = set(re.findall(r"\b(dcmdump|exiftool|sqlite3|xxd|dcmj2pnm|sha256sum)\b", command))
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{missing} is not installed")
    done = run(command.replace("| less", ""), small_bundle.drive)
    assert not re.search("not found|syntax error|unterminated|illegal", done.stderr), done.stderr
    if "# no line" in command or "UTF-16LE" in command:
        assert done.stdout == ""
    elif "# 0:" in command:
        assert done.stdout.strip() == "0"
    elif "dcmj2pnm" not in command:
        assert done.stdout.strip()
    if "0010,0010" in command:
        assert "P-" in done.stdout and "Quillfeather" not in done.stdout


def test_the_searches_of_the_page_find_what_they_look_for(small_bundle, tmp_path):
    root = Path(shutil.copytree(small_bundle.drive, tmp_path / "stick"))
    (root / "one.txt").write_text("for Ottoline Quillfeather")
    (root / "two.bin").write_bytes(b"\x01" + "quillfeather".encode("utf-16-le"))
    plain, wide = (next(line for line in commands() if word in line) for word in ("grep -rliaE", "UTF-16LE"))
    assert run(plain, root).stdout.split() == ["./one.txt"]
    if shutil.which("xxd"):
        assert run(wide, root).stdout.split() == ["./two.bin"]
