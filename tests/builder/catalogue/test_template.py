"""The texts that go onto the medium, and the start script for Linux."""

from dataclasses import replace
from html.parser import HTMLParser
import os
from pathlib import Path
import pty
import re
import shutil
import signal
import subprocess
import time
from xml.etree import ElementTree

import pytest

from builder.catalogue.cleaning import CleaningStated, Method
from builder.catalogue.template import (
    CaseLine,
    default_form,
    language_of,
    languages,
    sealed_papers,
    template_files,
)
from bundle.layout import READER_PACKS
from bundle.reading.form_file import read_form
from bundle.reading.questions import Question
import bundle_template

CASES = [CaseLine("CASE-001", "P-AAAA", 2, 1200), CaseLine("CASE-002", "P-BBBB", 1, 1)]
BOTH = ("win64", "linux64")
CLEANED = CleaningStated(
    1201, [Method("113100", "Basic Application Confidentiality Profile", 1201)], {"identity": 1201}
)


def text(name: str, platforms=BOTH, **options: str) -> str:
    files = template_files(CASES, platforms, version="9.8.7", cleaning=CLEANED, **options)
    return files[name].decode("utf-8-sig")


@pytest.mark.parametrize("language", languages())
def test_the_texts_are_those_that_pdi_asks_for_and_the_start_script(language):
    assert set(template_files(CASES, BOTH, version="1", language=language)) == {
        "README.TXT",
        "INDEX.HTM",
        "MANUAL.PDF",
        "viewer.sh",
    }


def test_there_is_no_start_script_without_its_viewer_and_never_an_autorun_file():
    assert set(template_files(CASES, ["win64"], version="1")) == {"README.TXT", "INDEX.HTM", "MANUAL.PDF"}
    assert not [name for name in template_files(CASES, BOTH, version="1") if "autorun" in name.lower()]


@pytest.mark.parametrize("language", languages())
def test_no_placeholder_and_no_mark_is_left(language):
    for platforms in (BOTH, ("win64",), ("linux64",), ()):
        for name in ("README.TXT", "INDEX.HTM"):
            filled = text(name, platforms, language=language)
            assert "$" not in filled
            assert "[win64]" not in filled and "[linux64]" not in filled and "[none]" not in filled


def test_the_readme_is_plain_and_every_editor_shows_its_lines():
    content = template_files(CASES, BOTH, version="1")["README.TXT"]
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r") > 50
    assert max(map(len, content.splitlines())) <= 79


@pytest.mark.parametrize(
    "words",
    [
        "viewer.exe", "viewer.sh", "DICOMDIR", "INDEX.HTM", "Windows protected your PC", "mkbundle 9.8.7", "4 GB",
        "10 or later, 64 bit", "2 cases with 3 series and 1,201 images", "113100", "not a medical", "de-identified",
        "publisher's signature", "READINGS", "sha256sum -c BUNDLE/MANIFEST.TXT",
    ],
)  # fmt: skip
def test_the_readme_says(words):
    assert words in text("README.TXT")


def test_the_readme_speaks_only_of_the_viewers_that_are_there():
    assert "viewer.sh" not in text("README.TXT", ["win64"])
    assert "viewer.exe" not in text("README.TXT", ["linux64"])
    without = text("README.TXT", [])
    assert "MANUAL.PDF" not in without and "MANUAL.PDF" not in text("INDEX.HTM", [])
    assert "MANUAL.PDF" not in template_files(CASES, [], version="1")
    assert "viewer.exe" not in without and "viewer.sh" not in without
    assert "There is no viewer on this medium but the one in a browser." in without


def test_the_readme_and_the_page_lead_to_the_reader_in_a_browser():
    said = " ".join(text("README.TXT", ["win64"]).split())
    click = 'open INDEX.HTM and click "Open the scans in this browser"'
    assert f"On a Mac, or where viewer.exe may not run: {click}" in said
    assert f"In a browser: {click}" in " ".join(text("README.TXT", ["linux64"]).split())
    assert '<a class="web" href="WEB/READER.HTM">Open the scans in this browser' in text("INDEX.HTM", ["win64"])
    assert "Chrome and Edge save the answers on this medium" in said
    assert "written with the viewer program" not in said + text("INDEX.HTM", ["win64"])


def test_the_readme_says_whether_the_page_asks_for_a_folder():
    asks, shows = "The page asks for the folder of this medium", "The page shows the pictures at once."
    assert asks in text("README.TXT") and shows not in text("README.TXT")
    full = template_files(CASES, BOTH, version="1", for_browsers=True)["README.TXT"].decode("utf-8-sig")
    assert shows in full and asks not in full


def test_a_contact_is_named_and_its_absence_leaves_no_gap():
    assert "Contact         Study office, ext. 12" in text("README.TXT", contact="Study office,\n ext. 12")
    assert "Contact         whoever gave you this medium" in text("README.TXT")


def test_a_contact_in_another_script_is_written_as_utf_8_that_editors_recognise():
    content = template_files(CASES, BOTH, version="1", contact="Büro für Studien")["README.TXT"]
    assert content.startswith(b"\xef\xbb\xbf") and "Büro für Studien" in content.decode("utf-8-sig")


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        self.links += [value for name, value in attributes if name in ("href", "src")]


def test_the_page_is_well_formed_and_needs_no_script_and_no_network():
    page = text("INDEX.HTM")
    root = ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>"))
    assert root.tag == "{http://www.w3.org/1999/xhtml}html"
    tags = Tags()
    tags.feed(page)
    assert "script" not in tags.names
    assert tags.links == ["WEB/READER.HTM", "MANUAL.PDF", "README.TXT"]
    assert "url(" not in page and "@import" not in page


def test_the_page_lists_every_case_with_its_numbers():
    page = ElementTree.fromstring(text("INDEX.HTM").removeprefix("<!DOCTYPE html>"))
    space = "{http://www.w3.org/1999/xhtml}"
    rows = [[cell.text for cell in row] for row in page.iter(f"{space}tr")]
    assert rows[1:] == [["CASE-001", "P-AAAA", "2", "1,200"], ["CASE-002", "P-BBBB", "1", "1"]]


def test_markup_in_a_value_stays_text():
    files = template_files([CaseLine("<b>&", "<script>", 1, 1)], BOTH, version="1", contact="a<i>b")
    page = files["INDEX.HTM"].decode()
    assert "&lt;script&gt;" in page and "<script" not in page and "a&lt;i&gt;b" in page


# viewer.sh


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A medium with blanks and a foreign letter in its path, and a viewer that prints its arguments."""
    folder = tmp_path / "my stick ä"
    (folder / "VIEWER/LINUX64").mkdir(parents=True)
    (folder / "viewer.sh").write_bytes(template_files(CASES, BOTH, version="1")["viewer.sh"])
    viewer = folder / "VIEWER/LINUX64/viewer"
    viewer.write_text('#!/bin/sh\nprintf "%s|" "$0" "$@"\nexit 7\n')
    viewer.chmod(0o755)
    return folder


# Without a display nothing opens a window that waits for somebody.
HIDDEN = {"DISPLAY", "WAYLAND_DISPLAY", "LC_ALL", "LC_MESSAGES", "LANG"}
UNSEEN = {name: value for name, value in os.environ.items() if name not in HIDDEN}


def start(
    script: Path, *arguments: str, shell: str = "sh", folder: Path = Path("/"), **variables: str
) -> subprocess.CompletedProcess:
    command, seen = [shell, str(script), *arguments], UNSEEN | variables
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=seen, check=False)


SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_starts_the_viewer_beside_it_and_passes_arguments_and_exit_code_on(stick, shell):
    arguments = ["sh", str(stick / "viewer.sh")] if shell == "busybox" else [str(stick / "viewer.sh")]
    ran = start(Path(arguments[0]), *arguments[1:], "--case", "CASE 1", shell=shell)
    assert ran.stdout == f"{stick}/VIEWER/LINUX64/viewer|--case|CASE 1|"
    assert ran.returncode == 7


def test_the_script_works_from_its_own_folder_and_through_a_link(stick, tmp_path):
    assert start(Path("viewer.sh"), folder=stick).stdout.startswith(f"{stick}/VIEWER")
    link = tmp_path / "on the desktop"
    link.symlink_to(stick / "viewer.sh")
    assert start(link).stdout.startswith(f"{stick}/VIEWER")


def test_the_script_says_what_to_do_where_programs_may_not_run(stick):
    shutil.copy("/bin/true", stick / "VIEWER/LINUX64/viewer")
    script = 'mount --bind "$1" "$1" && mount -o remount,bind,noexec "$1" && sh "$1/viewer.sh"'
    ran = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", stick], capture_output=True, text=True, check=False, env=UNSEEN
    )
    assert ran.returncode == 3
    assert "noexec" in ran.stderr and "sh ~/scans/viewer.sh" in ran.stderr and "DICOMDIR" in ran.stderr


def test_the_script_says_that_the_viewer_is_missing(stick):
    shutil.rmtree(stick / "VIEWER")
    ran = start(stick / "viewer.sh")
    assert ran.returncode == 3
    assert "The viewer is missing" in ran.stderr


def test_the_script_starts_a_viewer_that_lost_the_right_to_run(stick):
    # Desktops mount FAT so that only Windows programs have it.
    viewer = stick / "VIEWER/LINUX64/viewer"
    shutil.copy("/usr/bin/printf", viewer)
    viewer.chmod(0o644)
    ran = start(stick / "viewer.sh", "%s-", "a b", "c")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "a b-c-", "")


def test_the_script_says_what_fell_and_which_libraries_are_missing(stick):
    viewer = stick / "VIEWER/LINUX64/viewer"
    viewer.write_text("#!/bin/sh\necho some words of Qt >&2\nkill -ABRT $$\n")
    ran = start(stick / "viewer.sh")
    assert ran.returncode == 3
    assert "cannot start on this computer" in ran.stderr and "some words of Qt" in ran.stderr
    assert "134" in ran.stderr and "DICOMDIR" in ran.stderr and "missing on this computer" not in ran.stderr
    folder = stick / "VIEWER/LINUX64/lib"
    folder.mkdir()
    library = folder / "libqxcb.so"
    command = ["ld", "-shared", "-soname", "libnowhere.so.1", "-o", folder / "libnowhere.so", "-"]
    source = subprocess.run(["as", "-o", folder / "empty.o", "-"], input=b"", check=True, capture_output=True)
    assert source.returncode == 0
    subprocess.run([*command[:-1], folder / "empty.o"], check=True)
    subprocess.run(["ld", "-shared", "-o", library, folder / "empty.o", folder / "libnowhere.so"], check=True)
    assert "libnowhere.so.1" in start(stick / "viewer.sh").stderr


def test_the_words_of_a_viewer_that_cannot_start_are_said_once(stick):
    viewer = stick / "VIEWER/LINUX64/viewer"
    viewer.write_text("#!/bin/sh\necho The viewer cannot start. >&2\nexit 69\n")
    ran = start(stick / "viewer.sh")
    assert (ran.returncode, ran.stderr) == (3, "viewer.sh: The viewer cannot start.\n")


def test_of_a_viewer_that_says_much_no_more_than_the_last_words_are_kept(stick):
    viewer = stick / "VIEWER/LINUX64/viewer"
    viewer.write_text("#!/bin/sh\nyes a line of words | head -n 1000000 >&2\nprintf 'the last one' >&2\nexit 7\n")
    ran = start(stick / "viewer.sh")
    assert ran.returncode == 7
    assert ran.stderr.endswith("a line of words\nthe last one\n") and len(ran.stderr) < 5000


GERMAN = {"LANG": "de_DE.UTF-8"}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "The viewer is missing"),
        (GERMAN, "Der Viewer fehlt"),
        ({"LANG": "de"}, "Der Viewer fehlt"),
        ({"LANG": "de@euro"}, "Der Viewer fehlt"),
        ({"LANG": "den_CA"}, "The viewer is missing"),
        ({"LANG": "fr_FR.UTF-8"}, "The viewer is missing"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "de_CH.UTF-8"}, "Der Viewer fehlt"),
        (GERMAN | {"LC_MESSAGES": "C"}, "The viewer is missing"),
        ({"LC_ALL": "de_AT.UTF-8", "LC_MESSAGES": "C", "LANG": "C"}, "Der Viewer fehlt"),
        (GERMAN | {"LC_ALL": "C.UTF-8"}, "The viewer is missing"),
    ],
)
def test_the_script_speaks_the_language_of_the_pc(stick, shell, variables, said):
    shutil.rmtree(stick / "VIEWER")
    arguments = ["sh", str(stick / "viewer.sh")] if shell == "busybox" else [str(stick / "viewer.sh")]
    ran = start(Path(arguments[0]), *arguments[1:], shell=shell, **variables)
    assert ran.returncode == 3
    # Before it, bash warns of a locale that the system does not have.
    assert f"viewer.sh: {said}: " in ran.stderr
    assert ("Jeder andere DICOM-Viewer kann die Datei DICOMDIR in" in ran.stderr) == (said == "Der Viewer fehlt")


def test_on_a_german_pc_every_message_of_the_script_is_german(stick, tmp_path):
    viewer = stick / "VIEWER/LINUX64/viewer"
    viewer.write_text("#!/bin/sh\necho some words of Qt >&2\nkill -ABRT $$\n")
    fallen = start(stick / "viewer.sh", **GERMAN).stderr
    assert (
        "kann auf diesem Computer nicht starten" in fallen and "Für den technischen Support: Exit-Status 134" in fallen
    )
    assert "some words of Qt\n" in fallen
    viewer.write_text("#!/nowhere\n")
    viewer.chmod(0o644)
    (tmp_path / "uname").write_text("#!/bin/sh\necho riscv64\n")
    (tmp_path / "uname").chmod(0o755)
    other = start(stick / "viewer.sh", PATH=f"{tmp_path}:{os.environ['PATH']}", **GERMAN).stderr
    assert "mit einem x86-64-Prozessor; dieser Computer hat riscv64." in other
    # With the loader, a file without the right to run fails in another way; without it, as on a medium with 'noexec'.
    script = stick / "viewer.sh"
    script.write_text(script.read_text("utf-8").replace("/lib64/ld-linux-x86-64.so.2", "/nowhere"), "utf-8")
    not_run = start(script, **GERMAN).stderr
    assert "führt keine Programme von diesem Datenträger aus" in not_run and "  sh ~/scans/viewer.sh\n" in not_run
    for said in (fallen, other, not_run):
        assert "Jeder andere DICOM-Viewer" in said
        assert not re.search(r"\b(the|this|other|medium|needs|on)\b", said)


def in_a_terminal(script: Path) -> tuple[int, int]:
    """The process of the script, and the terminal that it has."""
    process, terminal = pty.fork()
    if process == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell ignores it for what it starts in the background
        os.execvpe("sh", ["sh", str(script)], UNSEEN)
    return process, terminal


def read_until(terminal: int, words: bytes) -> None:
    seen, until = b"", time.monotonic() + 20
    while words not in seen:
        assert time.monotonic() < until
        seen += os.read(terminal, 1000)


def test_in_a_terminal_it_is_said_at_once_and_ctrl_c_ends_both(stick):
    viewer = stick / "VIEWER/LINUX64/viewer"
    viewer.write_text(f"#!/bin/sh\necho $$ > '{stick}/process'\necho it is here >&2\nexec sleep 60\n")
    script, terminal = in_a_terminal(stick / "viewer.sh")
    read_until(terminal, b"it is here")
    os.write(terminal, b"\x03")
    _, status = os.waitpid(script, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) in (-signal.SIGINT, 128 + signal.SIGINT)
    with pytest.raises(ProcessLookupError):
        os.kill(int((stick / "process").read_text()), 0)


def test_nothing_but_the_viewer_waits_for_a_hand_where_nobody_looks(stick, tmp_path):
    shutil.rmtree(stick / "VIEWER")
    window = tmp_path / "bin" / "zenity"
    window.parent.mkdir()
    window.write_text(f"#!/bin/sh\ncat > '{tmp_path}/seen'\n")
    window.chmod(0o755)
    seen = {"PATH": f"{window.parent}:/usr/bin:/bin", "DISPLAY": ":9"}
    for arguments, shown in ((["--self-test", "report.json"], False), ([], True)):
        command = ["sh", stick / "viewer.sh", *arguments]
        assert subprocess.run(command, env=seen, check=False, capture_output=True).returncode == 3
        assert (tmp_path / "seen").exists() == shown
    assert "The viewer is missing" in (tmp_path / "seen").read_text()


def test_the_texts_say_how_many_images_of_which_case_were_left_out_and_masked():
    cases = [replace(CASES[0], left_out=1200, masked=2), replace(CASES[1], kept=1), CaseLine("CASE-003", "P-C", 1, 1)]
    files = template_files(cases, BOTH, version="1")
    readme, page = files["README.TXT"].decode(), files["INDEX.HTM"].decode()
    assert "\r\n  CASE-001: 1,200 left out, 2 masked\r\n  CASE-002: 1 kept with text\r\n\r\n" in readme
    assert "CASE-003" not in readme and max(map(len, readme.splitlines())) <= 79
    assert "<td>1,200 left out, 2 masked</td></tr>" in page and "<td>1 kept with text</td></tr>" in page
    assert ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>")).tag.endswith("html")
    assert "not altered." not in readme + page
    for name, content in template_files(CASES, BOTH, version="1").items():
        assert b"left out" not in content or name not in ("README.TXT", "INDEX.HTM")
    assert "not chosen" not in readme + page and "did not choose" not in readme + page


NOT_CHOSEN = {
    "en": ("1,200 not chosen", "5 left out, 7 not chosen", "did not choose them", "may have contained, text"),
    "de": ("1.200 nicht ausgewählt", "5 weggelassen, 7 nicht ausgewählt", "nicht ausgewählt wurden", "enthielten Text"),
}


@pytest.mark.parametrize("language", languages())
def test_the_texts_say_how_many_images_of_which_case_were_not_chosen(language):
    alone, beside, why, of_text = NOT_CHOSEN[language]
    for left_out in (5, 0):
        cases = [replace(CASES[0], not_chosen=1200), replace(CASES[1], left_out=left_out, not_chosen=7)]
        files = template_files(cases, BOTH, version="1", language=language)
        readme, page = files["README.TXT"].decode("utf-8-sig"), files["INDEX.HTM"].decode("utf-8-sig")
        said = beside if left_out else beside.partition(", ")[2]
        assert f"\r\n  CASE-001: {alone}\r\n  CASE-002: {said}\r\n\r\n" in readme
        assert f"<td>{alone}</td></tr>" in page and f"<td>{said}</td></tr>" in page
        flat = " ".join(readme.split())
        assert why in flat and (of_text in flat) == bool(left_out)
        assert ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>")).tag.endswith("html")
        assert max(map(len, readme.splitlines())) <= 79


@pytest.mark.parametrize(
    ("language", "said", "why"),
    [
        ("en", "3 could not be read", "their files were damaged"),
        ("de", "3 nicht lesbar", "Ihre Dateien waren beschädigt"),
    ],
)
def test_the_texts_say_how_many_images_of_which_case_could_not_be_read(language, said, why):
    cases = [replace(CASES[0], unreadable=3), CASES[1]]
    files = template_files(cases, BOTH, version="1", language=language)
    readme, page = files["README.TXT"].decode("utf-8-sig"), files["INDEX.HTM"].decode("utf-8-sig")
    assert f"\r\n  CASE-001: {said}\r\n\r\n" in readme and f"<td>{said}</td></tr>" in page
    assert why in " ".join(readme.split()) and why.lower() in page.lower()
    assert max(map(len, readme.splitlines())) <= 79


# Languages


def test_there_is_german_in_the_texts_and_in_the_viewer_alike():
    assert languages() == ("en", "de")


def conditions_and_values(name: str, language: str) -> list[str]:
    """The marks and values of a template, each as often as it occurs, unless the lines of a block differ."""
    folder = Path(bundle_template.__file__).parent
    content = (folder / name if language == "en" else folder / language / name).read_text("utf-8")
    marks = {line.split("]")[0] for line in content.split("\n") if line.startswith("[")}
    return [*sorted(marks), *re.findall(r"\$[a-z]+", content), *re.findall(r"<[^>]*>", content.partition("<body>")[2])]


@pytest.mark.parametrize("language", languages()[1:])
@pytest.mark.parametrize("name", ["README.TXT", "INDEX.HTM"])
def test_a_text_in_another_language_has_all_that_the_english_one_has(name, language):
    assert conditions_and_values(name, language) == conditions_and_values(name, "en")


@pytest.mark.parametrize("language", languages()[1:])
def test_every_paragraph_of_the_readme_is_there_in_its_language(language):
    english, other = text("README.TXT"), text("README.TXT", language=language)
    assert len(blocks(other)) == len(blocks(english))
    same = {line for line in english.split("\r\n") if len(line) > 30} & set(other.split("\r\n"))
    assert same == {
        "  Format          DICOM PS3.10 File-set, Explicit VR Little Endian",
        "  113100 Basic Application Confidentiality Profile",  # the standard's own name
    }


def test_the_default_form_asks_what_the_readme_says():
    form = read_form(default_form())
    assert [(question.id, question.required) for question in form.questions] == [
        ("diagnosis", True), ("confidence", True), ("quality", False), ("remarks", False),
    ]  # fmt: skip


@pytest.mark.parametrize("language", languages()[1:])
def test_the_default_form_gives_the_same_table_in_every_language(language):
    english, other = read_form(default_form()), read_form(default_form(language))
    assert [columns(question) for question in other.questions] == [columns(question) for question in english.questions]
    assert other.title != english.title and other.introduction != english.introduction
    texts = [{question.text for question in form.questions} for form in (english, other)]
    assert texts[0] & texts[1] == set()


def columns(question: Question) -> tuple[object, ...]:
    values = [option.value for option in question.options]
    return question.id, question.kind, question.required, values, question.minimum, question.maximum


def blocks(content: str) -> list[str]:
    return content.split("\r\n\r\n")


@pytest.mark.parametrize("language", languages()[1:])
def test_a_readme_with_other_letters_is_marked_as_utf_8_and_fits_every_editor(language):
    content = template_files(CASES, BOTH, version="1", language=language)["README.TXT"]
    said = content.decode("utf-8-sig")
    assert content.startswith(b"\xef\xbb\xbf") and not said.isascii()
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r") > 50
    assert max(map(len, said.splitlines())) <= 79


@pytest.mark.parametrize(
    "said",
    ["2 Fälle, 3 Serien, 1.201 Bilder.", "viewer.exe", "Kein", "die Stelle, von der Sie", "pseudonymisiert"],
)
def test_the_german_readme_says(said):
    assert said.lower() in text("README.TXT", language="de").lower()


def test_the_german_page_lists_the_cases_and_says_what_was_left_out():
    cases = [replace(CASES[0], left_out=1200, masked=2), replace(CASES[1], kept=1)]
    files = template_files(cases, BOTH, version="1", language="de")
    readme, page = files["README.TXT"].decode("utf-8-sig"), files["INDEX.HTM"].decode("utf-8-sig")
    assert "\r\n  CASE-001: 1.200 weggelassen, 2 überdeckt\r\n  CASE-002: 1 mit Text behalten\r\n\r\n" in readme
    assert "<td>1.200 weggelassen, 2 überdeckt</td></tr>" in page
    assert ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>")).get("lang") == "de"
    assert max(map(len, readme.splitlines())) <= 79


@pytest.mark.parametrize("language", languages())
def test_the_language_of_a_page_is_known_again(language):
    assert language_of(template_files(CASES, (), version="1", language=language)["INDEX.HTM"]) == language


def test_a_page_of_any_other_language_is_taken_for_english():
    assert language_of(b'<html lang="fr">') == language_of(b"") == "en"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("platforms", [BOTH, ("win64",), ("linux64",), ()])
def test_the_papers_of_an_encrypted_medium_fit_and_tell_nothing_of_its_content(language, platforms):
    papers = sealed_papers(platforms, version="9.8.7", language=language)
    said, page = papers["README.TXT"].decode("utf-8-sig"), papers["INDEX.HTM"].decode("utf-8-sig")
    assert said.count("\n") == said.count("\r\n") > 40
    assert max(map(len, said.splitlines())) <= 79
    assert "$" not in said and "[" not in said and "mkbundle 9.8.7" in said
    for name, pack in READER_PACKS.items():
        assert (pack.start in said) == (pack.start in page) == (name in platforms)
    assert "DICOMDIR" not in said and "INDEX.HTM" in said
    (root,) = [ElementTree.fromstring(page.removeprefix("<!DOCTYPE html>"))]
    links = [link.get("href") for link in root.iter("{http://www.w3.org/1999/xhtml}a")]
    assert links == ["WEB/READER.HTM", "README.TXT"] and "<script" not in page and "$" not in page
    # The button's words are those that README.TXT tells to click.
    button = " ".join(next(root.iter("{http://www.w3.org/1999/xhtml}a")).text.split())
    assert f'"{button}"' in " ".join(said.split())
    assert language_of(papers["INDEX.HTM"]) == language
