"""The project's own ground: README commands, pinned packages, rooms that bring nothing along."""

import ast
from pathlib import Path
import re
import subprocess
import sys
import zipfile

import pytest

ROOT = Path(__file__).parents[1]


def fenced_blocks() -> list[str]:
    return re.findall(r"^```\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)


def test_the_readme_begins_with_the_two_commands_each_alone():
    assert fenced_blocks()[:2] == ["sh setup.sh demo\n", "sh setup.sh test\n"]


def test_ci_runs_the_command_of_the_readme():
    assert fenced_blocks()[1].strip() in (ROOT / ".ci/run").read_text().splitlines()


@pytest.mark.parametrize("name", ["constraints.txt", "builder/freeze/requirements-win64.txt"])
def test_every_package_is_pinned_and_no_registry_is_named(name):
    lines = [line.strip() for line in (ROOT / name).read_text().splitlines()]
    names = [line for line in lines if line and not line.startswith(("#", "--hash"))]
    assert names
    pinned = re.compile(r"[A-Za-z0-9._-]+==[0-9][^ ]*( --hash=sha256:[0-9a-f]{64})?")
    assert [line for line in names if not pinned.fullmatch(line)] == []
    assert not re.search(r"https?:|index-url|find-links|file:", "\n".join(lines))


@pytest.mark.parametrize(
    ("room", "strangers"),
    [
        ("bundle.index.index", "numpy pydicom PyQt5 vtkmodules builder viewer sqlite_utils"),
        ("bundle.images.geometry", "pydicom PyQt5 vtkmodules builder viewer"),
        ("builder.pipeline.build", "PyQt5 vtkmodules viewer rich"),
        ("builder.check", "PyQt5 vtkmodules viewer click rich jinja2 sqlite_utils builder.write builder.catalogue"),
        ("builder.cli.main", "PyQt5 vtkmodules viewer pandas highdicom builder.collect.gather builder.pipeline.build"),
        ("viewer.startup.locate", "numpy pydicom PyQt5 vtkmodules builder"),
    ],
)  # fmt: skip
def test_a_room_brings_nothing_along_that_it_may_not_know(room, strangers):
    code = f"import sys, {room}; print([name for name in {strangers.split()} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"


def test_modules_stay_small_and_say_what_they_are_for():
    for path in [p for room in ("bundle", "builder", "viewer") for p in (ROOT / room).rglob("*.py")]:
        text = path.read_text()
        assert text.startswith('"""'), path
        assert len(text.splitlines()) <= 300, path


def test_every_module_is_named_where_a_newcomer_looks_and_no_room_is_crowded():
    """In the docstring of its package: what a room holds is read on one page."""
    modules = [path for room in ("bundle", "builder", "viewer") for path in (ROOT / room).rglob("*.py")]
    for package in {path.parent for path in modules}:
        names = {path.stem for path in package.glob("*.py")} - {"__init__", "__main__"}
        page = ast.get_docstring(ast.parse((package / "__init__.py").read_text())) or ""
        named = set(re.findall(r"`(\w+)`", page))
        assert names <= named, (package, names - named)
        assert named <= names | {path.name for path in package.iterdir() if path.is_dir()}, (package, named - names)
        assert len(names) <= 16, package


def test_one_name_is_one_thing():
    """No two public classes of the project have one name."""
    places: dict[str, list[str]] = {}
    for path in [path for room in ("bundle", "builder", "viewer") for path in (ROOT / room).rglob("*.py")]:
        for name in re.findall(r"^class ([A-Z]\w*)", path.read_text(), re.MULTILINE):
            places.setdefault(name, []).append(path.relative_to(ROOT).as_posix())
    assert len(places) > 300
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def _names_given(node: ast.AST) -> list[str]:
    """The names that a loop, a comprehension or a lambda gives to the things that pass through it."""
    if isinstance(node, ast.For | ast.comprehension):
        return [part.id for part in ast.walk(node.target) if isinstance(part, ast.Name)]
    if isinstance(node, ast.Lambda):
        return [argument.arg for argument in node.args.args]
    return []


def test_a_loop_names_the_thing_that_it_goes_through():
    """Not 'one': a reader should know at every line what it is one of."""
    found: dict[str, int] = {}
    for path in [
        path for top in ("bundle", "builder", "viewer", "tests", "bench") for path in (ROOT / top).rglob("*.py")
    ]:
        given = [name for node in ast.walk(ast.parse(path.read_text())) for name in _names_given(node)]
        found[path.relative_to(ROOT).as_posix()] = given.count("one")
    assert len(found) > 500
    assert [path for path, count in found.items() if count] == []


def test_every_room_is_on_the_page_of_the_house():
    page = (ROOT / "docs/architecture.md").read_text()
    rooms = [path for top in ("builder", "viewer", "viewer/ui", "bundle") for path in (ROOT / top).iterdir()]
    names = [path.name for path in rooms if (path / "__init__.py").is_file()]
    assert len(names) > 30
    assert [name for name in names if f"{name}/" not in page] == []


def test_papers_name_no_file_that_is_not_there():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    files = tracked or [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if ".venv" not in path.parts]
    papers = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    for paper in papers:
        for name in re.findall(r"`([\w/]+\.(?:py|svg|toml|sh))`", paper.read_text()):
            assert any(f"/{file}".endswith(f"/{name}") for file in files), (paper.name, name)


def test_a_wheel_holds_every_module_and_every_data_file(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT], check=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    rooms = [ROOT / room for room in ("bundle", "builder", "viewer", "bundle_template")]
    files = {path for room in rooms for path in room.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert {path.relative_to(ROOT).as_posix() for path in files} <= packed
