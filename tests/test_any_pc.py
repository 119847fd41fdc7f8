"""The frozen viewers on unusual PCs: long paths, read-only discs, no OpenGL, two at once; and what they leave."""

from collections.abc import Iterator
from dataclasses import dataclass
import json
import os
from pathlib import Path
import pwd
import re
import shutil
import subprocess
import tempfile
import time

import pytest

from tests import wine
from tests.conftest import Built
from tests.screen import display, focus, wait_for, xdotool
from tests.test_frozen_viewers import check_report, finished, tree  # noqa: F401 - a fixture

LINUX = "VIEWER/LINUX64/viewer"


def linux_environment(home: Path, **more: str) -> dict[str, str]:
    return {"DISPLAY": display(), "HOME": str(home), "PATH": "/usr/bin:/bin", **more}


def self_test(drive: Path, report: Path, **more: str) -> dict:
    command = [drive / LINUX, "--self-test", report]
    done = subprocess.run(command, env=linux_environment(report.parent, **more), timeout=180, check=False)
    assert done.returncode == 0
    return json.loads(report.read_text(encoding="utf-8"))


def long_folder(parent: Path, length: int) -> Path:
    """A folder with a path of this length."""
    folder = parent
    while len(str(folder)) < length - 40:
        folder /= "Röntgen und mehr"
    folder /= "x" * (length - len(str(folder)) - 1)
    folder.mkdir(parents=True)
    return folder


def test_both_viewers_run_from_a_path_of_200_characters(finished, tmp_path):  # noqa: F811
    drive = long_folder(tmp_path, 200)
    assert len(str(drive)) == 200
    shutil.copytree(finished.drive, drive, copy_function=os.link, dirs_exist_ok=True)
    check_report(self_test(drive, tmp_path / "linux.json"), finished.drive)
    inside = long_folder(tmp_path / "w", len(str(tmp_path / "w")) + 200 - len("S:") - len("\\viewer.exe"))
    shutil.copytree(finished.drive, inside, copy_function=os.link, dirs_exist_ok=True)
    exe = (inside / "viewer.exe").relative_to(tmp_path / "w").as_posix()
    assert len(wine.windows_path("S", exe)) == 200
    wine.mount("R", tmp_path)
    arguments = ["--self-test", wine.windows_path("R", "windows.json")]
    done = wine.run_from_drive("S", tmp_path / "w", exe, arguments, timeout=300)
    assert done.returncode == 0, done.stdout
    check_report(json.loads((tmp_path / "windows.json").read_text(encoding="utf-8")), finished.drive)


@dataclass(frozen=True)
class Disc:
    """A mounted disc, and the process that answers for it: without that one it is gone."""

    place: Path
    drive: subprocess.Popen[bytes]


@pytest.fixture
def drawer(finished: Built, tmp_path: Path) -> Iterator[Disc]:  # noqa: F811
    """The bundle on a disc image, mounted: nobody can write there."""
    image, place = tmp_path / "disc.iso", tmp_path / "disc"
    place.mkdir()
    command = ["xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-joliet-long", "-o", image, finished.drive]
    subprocess.run(command, check=True, capture_output=True)
    drive = subprocess.Popen(["fuseiso", image, place, "-f"])
    wait_for((place / "DICOMDIR").exists, 20)
    yield Disc(place, drive)
    subprocess.run(["fusermount", "-u", "-z", place], check=True)
    drive.wait(20)


@pytest.fixture
def disc(drawer: Disc) -> Path:
    """Where the disc is mounted."""
    return drawer.place


def test_both_viewers_run_from_a_disc_that_nobody_can_write_on(finished, disc, tmp_path):  # noqa: F811
    report = self_test(disc, tmp_path / "linux.json")
    check_report(report, finished.drive)
    assert report["megabytes_per_second"] > 0
    wine.mount("R", tmp_path)
    arguments = ["--self-test", wine.windows_path("R", "windows.json")]
    done = wine.run_from_drive("D", disc, "viewer.exe", arguments, timeout=300)
    assert done.returncode == 0, done.stdout
    check_report(json.loads((tmp_path / "windows.json").read_text(encoding="utf-8")), finished.drive)


def test_two_viewers_run_at_once(finished, tmp_path):  # noqa: F811
    reports = [tmp_path / f"{number}.json" for number in range(2)]
    running = [
        subprocess.Popen([finished.drive / LINUX, "--self-test", report], env=linux_environment(tmp_path))
        for report in reports
    ]
    assert [process.wait(180) for process in running] == [0, 0]
    for report in reports:
        check_report(json.loads(report.read_text(encoding="utf-8")), finished.drive)


def test_a_user_without_rights_runs_the_linux_viewer(finished):  # noqa: F811
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
        Path(folder).chmod(0o755)
        stick, home = Path(folder) / "stick", Path(folder) / "home"
        shutil.copytree(finished.drive, stick, copy_function=os.link)
        home.mkdir()
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        done = subprocess.run(
            [stick / "viewer.sh", "--self-test", home / "report.json"], env=linux_environment(home), timeout=180,
            user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        check_report(json.loads((home / "report.json").read_text(encoding="utf-8")), finished.drive)


def test_a_disc_that_is_taken_out_ends_no_viewer(drawer, tmp_path):
    process = subprocess.Popen([drawer.place / LINUX], env=linux_environment(tmp_path))
    try:
        focus("CASE-")
        time.sleep(9)  # what is looked at is loaded, and the program is held in memory a while later
        drawer.drive.kill()
        for key in ("Down", "Next", "Next", "Prior", "m", "n", "h"):
            xdotool("key", key)
            time.sleep(1)
            assert process.poll() is None, key
    finally:
        process.kill()
        process.wait(20)


# OpenGL


def shows_all(report: dict) -> None:
    assert report["ok"], report
    assert {stack["max_difference"] for stack in report["stacks"]} == {0}
    assert report["render"]["grey_levels"] > 10
    assert report["pages"] == {"mpr": "shown", "3d": "shown"}


def test_without_opengl_the_linux_viewer_shows_everything(finished, tmp_path):  # noqa: F811
    report = self_test(finished.drive, tmp_path / "report.json", MESA_GL_VERSION_OVERRIDE="1.1")
    shows_all(report)
    assert report["seconds"]["first picture"] > 0


def test_a_desktop_that_asks_for_another_window_system_gets_the_viewer(finished, tmp_path):  # noqa: F811
    shows_all(self_test(finished.drive, tmp_path / "report.json", QT_QPA_PLATFORM="wayland"))


def test_without_opengl_the_windows_viewer_shows_everything(finished, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("MESA_GL_VERSION_OVERRIDE", "1.1")
    wine.mount("R", tmp_path)
    arguments = ["--self-test", wine.windows_path("R", "report.json")]
    done = wine.run_from_drive("E", finished.drive, "viewer.exe", arguments, timeout=300)
    assert done.returncode == 0, done.stdout
    shows_all(json.loads((tmp_path / "report.json").read_text(encoding="utf-8")))


# When it cannot start


@pytest.mark.parametrize("missing", ["PyQt5/Qt5/lib/libQt5Gui.so.5", "PyQt5/Qt5/plugins/platforms/libqxcb.so"])
def test_a_linux_viewer_without_one_of_its_files_says_so_in_plain_words(finished, tmp_path, missing):  # noqa: F811
    stick = tmp_path / "stick"
    shutil.copytree(finished.drive, stick, copy_function=os.link)
    (stick / "VIEWER/LINUX64/lib" / missing).unlink()
    command, seen = [stick / "VIEWER/LINUX64/viewer"], linux_environment(tmp_path)
    done = subprocess.run(command, env=seen, timeout=60, check=False, capture_output=True, text=True)
    assert done.returncode == 69  # of which viewer.sh makes a window
    assert "A part of the viewer is missing" in done.stderr and "copy the whole medium" in done.stderr
    done = subprocess.run([*command, "--self-test", tmp_path / "report.json"], env=seen, timeout=60, check=False)
    assert done.returncode == 3
    assert "Qt" in json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["reason"]


@pytest.mark.parametrize("missing", ["PyQt5/Qt5/bin/Qt5Gui.dll", "PyQt5/Qt5/plugins/platforms/qwindows.dll"])
def test_a_windows_viewer_without_one_of_its_files_says_so_in_a_window(finished, tmp_path, missing):  # noqa: F811
    stick = tmp_path / "stick"
    shutil.copytree(finished.drive, stick, copy_function=os.link)
    (stick / "VIEWER/WIN64" / missing).unlink()
    wine.end(wine.start("E", stick, "viewer.exe", title="The viewer cannot start"))
    wine.mount("R", tmp_path)
    arguments = ["--self-test", wine.windows_path("R", "report.json")]
    assert wine.run_from_drive("E", stick, "viewer.exe", arguments).returncode == 3
    assert "Qt" in json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["reason"]


def test_a_linux_viewer_that_lost_the_right_to_run_shows_volumes_too(finished, tmp_path):  # noqa: F811
    stick = tmp_path / "stick"
    shutil.copytree(finished.drive, stick)
    (stick / LINUX).chmod(0o644)  # as on FAT, where many desktops give it to Windows programs only
    command = ["sh", stick / "viewer.sh", "--self-test", tmp_path / "report.json"]
    done = subprocess.run(command, env=linux_environment(tmp_path), timeout=180, check=False)
    assert done.returncode == 0
    check_report(json.loads((tmp_path / "report.json").read_text(encoding="utf-8")), finished.drive)


@pytest.fixture
def exfat(finished: Built, tmp_path: Path) -> Iterator[Path]:  # noqa: F811
    """The bundle on an exFAT stick, mounted as desktops do it: no file on it has the right to run."""
    image, place = tmp_path / "stick.img", tmp_path / "exfat"
    place.mkdir()
    kept = shutil.ignore_patterns("WIN64", "viewer.exe")
    size = sum(path.stat().st_size for path in finished.drive.rglob("*") if path.is_file())
    with image.open("wb") as stream:
        stream.truncate(size * 11 // 10 + 30_000_000)
    losetup = ["losetup", "--find", "--show", str(image)]
    device = subprocess.run(losetup, check=True, capture_output=True, text=True).stdout.strip()
    try:
        subprocess.run(["mkfs.exfat", device], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["mount.exfat-fuse", device, place], check=True, stdout=subprocess.DEVNULL)
        shutil.copytree(finished.drive, place, ignore=kept, dirs_exist_ok=True, copy_function=shutil.copyfile)
        subprocess.run(["umount", place], check=True)
        subprocess.run(
            ["mount.exfat-fuse", "-o", "ro,fmask=0133", device, place], check=True, stdout=subprocess.DEVNULL
        )
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=False)
        subprocess.run(["losetup", "-d", device], check=False)


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_the_linux_viewer_runs_from_exfat_where_no_file_may_be_run(finished, exfat, tmp_path, shell):  # noqa: F811
    assert not os.access(exfat / LINUX, os.X_OK)
    command = [shell, exfat / "viewer.sh", "--self-test", tmp_path / "report.json"]
    done = subprocess.run(command, env=linux_environment(tmp_path), timeout=180, check=False)
    assert done.returncode == 0
    check_report(json.loads((tmp_path / "report.json").read_text(encoding="utf-8")), finished.drive)


# What is left behind


def test_the_linux_viewer_leaves_nothing_in_the_home_folder(finished, tmp_path):  # noqa: F811
    home = tmp_path / "home"
    home.mkdir()
    names = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "TMPDIR")
    places = {name: str(home / name) for name in names}
    for place in places.values():
        Path(place).mkdir(mode=0o700)
    process = subprocess.Popen([finished.drive / LINUX], env=linux_environment(home, **places))
    time.sleep(4)
    process.terminate()
    process.wait(20)
    self_test(finished.drive, tmp_path / "report.json", **{**places, "HOME": str(home)})
    left = [path for path in tree(home) if path not in places]
    # Qt's input of composed letters keeps no file, but the C library's font list may be asked for.
    assert [path for path in left if "fontconfig" not in path] == []


def registry(prefix: Path) -> set[str]:
    """The values of Wine's registry, each with its key.

    Times do not count: those of the keys, and the date of the display driver, which Wine gives it whenever it starts.
    """
    values = set()
    for name in ("user.reg", "system.reg"):
        key = ""
        for line in (prefix / name).read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("["):
                key = re.sub(r"\] \d+$", "]", line)
            elif not line.startswith(("#time", '"DriverDateData"')):
                values.add(f"{name} {key} {line}")
    return values


def settle() -> None:
    """Wine writes its registry when its last program has ended."""
    environment = {**os.environ, "WINEPREFIX": str(wine.wine_prefix())}
    subprocess.run(["wineserver", "-k", "-w"], env=environment, check=False)
    subprocess.run(["wineserver", "-w"], env=environment, check=False)


def test_the_windows_viewer_leaves_nothing_on_the_pc(finished, tmp_path):  # noqa: F811
    wine.mount("R", tmp_path)
    arguments = ["--self-test", wine.windows_path("R", "report.json")]
    wine.run_from_drive("E", finished.drive, "viewer.exe", ["--version"], timeout=100)  # what any program leaves
    settle()
    drive_c = wine.wine_prefix() / "drive_c"
    before, values = set(tree(drive_c)), registry(wine.wine_prefix())
    done = wine.run_from_drive("E", finished.drive, "viewer.exe", arguments, timeout=300)
    assert done.returncode == 0, done.stdout
    settle()
    assert set(tree(drive_c)) == before
    assert registry(wine.wine_prefix()) == values
