"""Packs are really frozen here, for Linux and under Wine, and the frozen programs are really run."""

from collections.abc import Iterator
from dataclasses import replace
import json
import os
from pathlib import Path
import shutil
import subprocess
import sys
import threading

import pytest

from builder import freeze
from builder.freeze import Pack, Program, cache, errors, native, packs, private, pyinstaller, windows
from builder.freeze.libraries import compiling
from tests import emblem, wine

TINY = Program(module="tinyprogram", packages=("tinyprogram",), needs=())
STICK = "Zoë Müller’s sticks/второй диск"
MAIN = """\
from importlib import resources
import json
import sys
from pathlib import Path
from . import words
report = {
    "said": words.HELLO, "executable": sys.executable, "home": sys._MEIPASS, "arguments": sys.argv[2:],
    "data": (resources.files(__package__) / "note.txt").read_text("utf-8"), "code": words.where.__code__.co_filename,
}
Path(sys.argv[1]).write_text(json.dumps(report), encoding="utf-8")
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="packs for two systems are made on Linux")
both_platforms = pytest.mark.parametrize("platform", freeze.PLATFORMS)


@pytest.fixture(scope="module", autouse=True)
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A tiny program that can be imported, and a cache without packs; the downloads and Wine are the user's."""
    parent, usual = tmp_path_factory.mktemp("bench"), cache.root()
    _write_tiny_program(parent / "tinyprogram")
    for name in ("downloads", "windows", "wine", "wine-run"):
        (usual / name).mkdir(parents=True, exist_ok=True)
        (parent / "cache").mkdir(exist_ok=True)
        (parent / "cache" / name).symlink_to(usual / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(parent))
        patch.setenv("MKBUNDLE_CACHE", str(parent / "cache"))
        yield parent


def _write_tiny_program(folder: Path) -> None:
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "__main__.py").write_text(MAIN)
    (folder / "words.py").write_text("import sysconfig\n\nHELLO = 'hello'\n\ndef where(): pass\n")
    (folder / "note.txt").write_text("näïve", encoding="utf-8")


@pytest.fixture
def other_tiny(bench: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A program of which no pack was made yet; its package is named for the test's own folder."""
    name = "tiny_" + "".join(filter(str.isalnum, tmp_path.name))
    _write_tiny_program(bench / name)
    return Program(module=name, packages=(name,), needs=())


def _stick_with(pack: Pack, tmp_path: Path) -> Path:
    return freeze.export(pack, tmp_path / STICK)


def _run_linux(stick: Path, report: Path, **environment: str) -> dict[str, object]:
    command = [str(stick / "VIEWER/LINUX64/viewer"), str(report), "one", "zwölf"]
    subprocess.run(command, check=True, env=environment, cwd="/", timeout=60)
    result: dict[str, object] = json.loads(report.read_text(encoding="utf-8"))
    return result


def test_a_linux_pack_runs_from_a_folder_with_spaces_and_other_scripts(tmp_path: Path) -> None:
    stick = _stick_with(freeze.make_pack("linux64", program=TINY), tmp_path)
    report = _run_linux(stick, tmp_path / "report.json", LANG="C.UTF-8")
    assert report["said"] == "hello"
    assert report["data"] == "näïve"
    assert report["arguments"] == ["one", "zwölf"]
    assert report["home"] == str(stick / "VIEWER/LINUX64/lib")


def test_a_linux_pack_runs_where_no_locale_is_set(tmp_path: Path) -> None:
    stick = _stick_with(freeze.make_pack("linux64", program=TINY), tmp_path)
    assert _run_linux(stick, tmp_path / "report.json")["said"] == "hello"


@pytest.mark.parametrize("letter", ["e", "k"])
def test_a_windows_pack_runs_from_any_drive_letter(letter: str, tmp_path: Path) -> None:
    stick = _stick_with(freeze.make_pack("win64", program=TINY), tmp_path)
    wine.mount("r", tmp_path)
    arguments = [wine.windows_path("r", "report.json"), "one", "zwölf"]
    done = wine.run_from_drive(letter, stick, "viewer.exe", arguments)
    assert done.returncode == 0, done.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    drive = letter.upper() + ":\\"
    assert report["executable"] == f"{drive}viewer.exe"
    assert report["home"] == f"{drive}VIEWER\\WIN64"
    assert (report["said"], report["data"], report["arguments"]) == ("hello", "näïve", ["one", "zwölf"])


@pytest.mark.parametrize(("times", "made"), [(1, True), (2, False)])
def test_a_program_that_wine_did_not_start_is_started_once_more(
    times: int, made: bool, other_tiny: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, python = tmp_path / "counted", tmp_path / "python"
    python.write_text(
        f"#!/bin/sh\necho >> '{counted}'\n"
        f"[ $(wc -l < '{counted}') -gt {times} ] || {{ echo 'OSError: [WinError 1359] Internal error'; exit 1; }}\n"
        f"exec '{sys.executable}' \"$@\"\n"
    )
    python.chmod(0o755)
    toolbox = replace(native.prepare(lambda _: None), python=(str(python),))
    monkeypatch.setattr(native, "prepare", lambda _: toolbox)
    if made:
        stick = _stick_with(freeze.make_pack("linux64", program=other_tiny), tmp_path)
        assert _run_linux(stick, tmp_path / "report.json")["said"] == "hello"
    else:
        with pytest.raises(errors.FreezeFailed, match="WinError 1359"):
            freeze.make_pack("linux64", program=other_tiny)
    assert counted.read_text().count("\n") == 2


def test_the_root_of_a_windows_pack_holds_one_program_and_one_folder() -> None:
    pack = freeze.make_pack("win64", program=TINY)
    assert {name.split("/")[0] for name in pack.files} == {"viewer.exe", "VIEWER"}
    assert "VIEWER/WIN64/python311.dll" in pack.files


def test_viewer_exe_opens_no_console_and_says_what_it_is() -> None:
    content = (freeze.make_pack("win64", program=TINY).folder / "viewer.exe").read_bytes()
    header = int.from_bytes(content[0x3C:0x40], "little")
    windows_gui = 2
    assert int.from_bytes(content[header + 92 : header + 94], "little") == windows_gui
    assert pyinstaller.TITLE.encode("utf-16-le") in content
    pictures = emblem.pictures_in(emblem.FILE.read_bytes())
    assert set(pictures) == set(emblem.SIZES) and all(picture in content for picture in pictures.values())
    assert b'level="asInvoker"' in content  # no rights are asked for


def test_windows_reads_what_is_not_signed_as_a_whole_and_needs_no_stick_afterwards() -> None:
    pack = freeze.make_pack("win64", program=TINY)
    held, signed = set(), set()
    for name in (name for name in pack.files if name.endswith((".exe", ".dll", ".pyd"))):
        content = (pack.folder / name).read_bytes()
        header = int.from_bytes(content[0x3C:0x40], "little")
        has_signature = any(content[header + 24 + 112 + 4 * 8 + 4 :][:4])
        (signed if has_signature else held).add(name)
        flags = int.from_bytes(content[header + 22 : header + 24], "little")
        assert has_signature or flags & 0xC00 == 0xC00, name
    assert "viewer.exe" in held and "VIEWER/WIN64/python311.dll" in signed
    windows._verify_library(pack.folder / "VIEWER/WIN64/python311.dll")


@both_platforms
def test_a_pack_can_lie_on_fat(platform: str) -> None:
    pack = freeze.make_pack(platform, program=TINY)
    assert not [path for path in pack.folder.rglob("*") if path.is_symlink()]
    assert len({name.lower() for name in pack.files}) == len(pack.files)
    assert not [name for name in pack.files if set(name) & set('\\:*?"<>|')]


def files_that_name(folder: Path, paths: list[str]) -> list[Path]:
    """The files that hold one of the paths, as Linux or Windows write it, in one byte a character or in two."""
    texts = {text for path in paths for text in (path, path.replace("/", "\\"))}
    wanted = [text.encode(coding) for text in texts for coding in ("utf-8", "utf-16-le")]
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path for path in files if any(text in path.read_bytes() for text in wanted)]


@both_platforms
def test_a_pack_names_no_place_on_the_machine_that_made_it(platform: str, bench: Path) -> None:
    pack = freeze.make_pack(platform, program=TINY)
    paths = private.private_paths([bench, Path(__file__).parents[3]])
    assert str(bench) in paths
    assert files_that_name(pack.folder, paths) == []
    assert not [name for name in pack.files if "dist-info" in name]
    compressed = b"".join(_compressed_modules(pack))
    assert b"tinyprogram" in compressed
    assert not [path for path in paths if path.encode() in compressed]


def _compressed_modules(pack: Pack) -> Iterator[bytes]:
    from PyInstaller.archive.readers import CArchiveReader

    name = "viewer.exe" if pack.platform == "win64" else "VIEWER/LINUX64/viewer"
    modules = CArchiveReader(str(pack.folder / name)).open_embedded_archive("PYZ.pyz")
    for module in modules.toc:
        yield modules.extract(module, raw=True) or b""


@both_platforms
def test_the_licences_of_what_was_frozen_lie_beside_it(platform: str) -> None:
    pack = freeze.make_pack(platform, program=TINY)
    folder = pack.folder / "VIEWER/LICENSES" / platform.upper()
    notices = (folder / "NOTICES.TXT").read_text(encoding="utf-8")
    texts = {
        path.name: path.read_text(encoding="utf-8")
        for path in folder.iterdir()
        if path.name not in ("NOTICES.TXT", "SBOM.JSON")
    }
    assert "Python 3." in notices
    assert "pyinstaller 6." in notices
    assert {"GPL-3.0.TXT", "PYINSTALLER-COPYING.TXT"} < set(texts)
    assert all(name in notices and len(text) > 200 for name, text in texts.items())


def test_two_packs_lie_on_one_stick_side_by_side(tmp_path: Path) -> None:
    packs = [freeze.make_pack(platform, program=TINY) for platform in freeze.PLATFORMS]
    assert not set(packs[0].files) & set(packs[1].files)


@both_platforms
def test_a_second_call_takes_the_pack_from_the_cache(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = freeze.make_pack(platform, program=TINY)
    said: list[str] = []
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setenv("PATH", "/nowhere")
    assert freeze.make_pack(platform, program=TINY, say=said.append) == first
    assert said == []
    assert freeze.available_platforms(TINY)[platform] is None


def test_two_calls_at_once_freeze_only_once(other_tiny: Program) -> None:
    said: list[str] = []
    found: list[Pack] = []

    def ask() -> None:
        found.append(freeze.make_pack("linux64", program=other_tiny, say=said.append))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert len(said) == 1


@both_platforms
def test_a_change_in_the_source_gives_another_digest(platform: str, bench: Path, other_tiny: Program) -> None:
    before = freeze.pack_digest(platform, other_tiny)
    assert freeze.pack_digest(platform, other_tiny) == before
    words = bench / other_tiny.module / "words.py"
    words.write_text(words.read_text() + "# a word\n")
    assert freeze.pack_digest(platform, other_tiny) != before


@both_platforms
@pytest.mark.parametrize("changed", ["a dependency", "the recipe"])
def test_another_dependency_or_recipe_gives_another_digest(platform: str, changed: str, tmp_path, monkeypatch) -> None:
    before = freeze.pack_digest(platform, TINY)
    if changed == "the recipe":
        shutil.copytree(packs._OWN_FOLDER, tmp_path / "freeze")
        monkeypatch.setattr(packs, "_OWN_FOLDER", tmp_path / "freeze")
        assert freeze.pack_digest(platform, TINY) == before
        (tmp_path / "freeze" / pyinstaller.SPEC).write_text("# another one\n")
    elif platform == "win64":
        pins = tmp_path / "pins.txt"
        pins.write_bytes(windows.WHEELS.read_bytes().replace(b"numpy==", b"numpy==9."))
        monkeypatch.setattr(windows, "WHEELS", pins)
    else:
        monkeypatch.setattr(native, "_version", lambda name: "9.9")
    assert freeze.pack_digest(platform, TINY) != before


def test_the_platforms_have_different_digests() -> None:
    assert len({freeze.pack_digest(platform, TINY) for platform in freeze.PLATFORMS}) == len(freeze.PLATFORMS)


def test_without_wine_the_windows_pack_is_refused_with_the_command_that_mends_it(
    other_tiny: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(errors.WineMissing, match="apt-get install wine wine64"):
        freeze.make_pack("win64", program=other_tiny)
    assert isinstance(freeze.available_platforms(other_tiny)["win64"], errors.WineMissing)


def test_without_binutils_the_linux_pack_is_refused(other_tiny: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(errors.ToolMissing, match="apt-get install binutils"):
        freeze.make_pack("linux64", program=other_tiny)


@pytest.mark.parametrize(
    ("platform", "compiler", "mend"),
    [("linux64", "gcc", "apt-get install gcc`"), ("win64", "x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64-win32`")],
)
def test_without_a_compiler_the_pack_is_refused(platform, compiler, mend, other_tiny, monkeypatch) -> None:
    monkeypatch.setitem(compiling.COMPILERS, platform, f"no-{compiler}")
    with pytest.raises(errors.ToolMissing, match=mend):
        freeze.make_pack(platform, program=other_tiny)


def test_a_mac_makes_no_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert native.platform_here() is None
    for obstacle in freeze.available_platforms(TINY).values():
        assert isinstance(obstacle, errors.PlatformUnsupported)


def test_an_unknown_platform_is_refused() -> None:
    with pytest.raises(errors.PlatformUnsupported):
        freeze.make_pack("amiga", program=TINY)


def test_a_freeze_that_is_ended_half_way_leaves_no_pack(
    bench: Path, other_tiny: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs = bench / "cache" / "packs"
    before = {path for path in packs.glob("*") if path.is_dir()}
    monkeypatch.setattr(pyinstaller, "_LONGEST", 1.5)
    with pytest.raises(errors.FreezeFailed) as failure:
        freeze.make_pack("linux64", program=other_tiny)
    assert {path for path in packs.glob("*") if path.is_dir()} == before
    assert not list((bench / "cache" / "work").iterdir())
    assert "mkbundle freeze --platform linux64" in str(failure.value)


def test_a_failed_freeze_shows_the_end_of_the_log_and_where_it_is(
    bench: Path, other_tiny: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyinstaller, "_CONTENTS", {"linux64": []})
    with pytest.raises(errors.FreezeFailed, match="TypeError") as failure:
        freeze.make_pack("linux64", program=other_tiny)
    log = next((bench / "cache" / "logs").glob(f"linux64-{freeze.pack_digest('linux64', other_tiny)[:16]}.log"))
    assert str(log) in str(failure.value)
    assert "PyInstaller" in log.read_text(encoding="utf-8")


def test_a_windows_python_that_was_changed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "python311.dll").write_bytes(b"MZ, but not the signed one")
    with pytest.raises(errors.DownloadFailed, match="not the signed one"):
        windows._verify_library(tmp_path / "python311.dll")


def test_a_download_that_fails_says_what_to_do(bench: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MKBUNDLE_CACHE", str(tmp_path))
    monkeypatch.setattr(sys, "executable", shutil.which("false") or "false")
    with pytest.raises(errors.DownloadFailed, match="mkbundle freeze --platform win64"):
        windows.windows_python(lambda message: None)
    assert not (tmp_path / "windows" / windows.pins_digest()[:16]).exists()


def test_every_pin_is_exact_and_has_a_digest() -> None:
    for pins in (windows.WHEELS, windows.PYTHON):
        lines = [line for line in pins.read_text().splitlines() if not line.startswith("#")]
        assert lines
        assert all("==" in line and "--hash=sha256:" in line and "://" not in line for line in lines)


def test_a_cache_that_cannot_be_written_is_named(
    tmp_path: Path, other_tiny: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("MKBUNDLE_CACHE", str(tmp_path / "file"))
    with pytest.raises(errors.CacheFailed, match="MKBUNDLE_CACHE"):
        freeze.make_pack("linux64", program=other_tiny)


def test_an_export_leaves_other_files_alone(tmp_path: Path) -> None:
    pack = freeze.make_pack("linux64", program=TINY)
    mine = tmp_path / pack.files[0]
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(errors.ExportRefused):
        freeze.export(pack, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]
    assert mine.read_text() == "mine"


def test_old_packs_are_forgotten_but_the_last_used_are_kept(tmp_path: Path) -> None:
    for age, name in enumerate(["win64-a", "win64-b", "win64-c", "linux64-d"]):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    cache.forget_old(tmp_path, "win64-", keep=2)
    assert {path.name for path in tmp_path.iterdir()} == {"win64-a", "win64-b", "linux64-d"}


def test_freezing_brings_along_neither_the_viewer_nor_what_it_shows_with() -> None:
    code = "import sys, builder.freeze; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {"viewer", "PyQt5", "vtkmodules", "PyInstaller", "click", "pydicom", "numpy"} & set(done.stdout.split())
