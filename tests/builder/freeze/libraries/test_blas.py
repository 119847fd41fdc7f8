"""The products that stand in for OpenBLAS give NumPy the right numbers, in both packs; all else ends the program."""

import ast
from collections.abc import Iterator
import os
from pathlib import Path
import shutil
import subprocess
import sys

import numpy as np
import pytest

from builder.freeze import cache, program, windows
from builder.freeze.libraries import blas
from builder.freeze.wine import wine_environment
from tests import wine
from tests.builder.freeze.libraries import multiplied

SCRIPT = Path(multiplied.__file__)
# What the viewer may call of numpy.linalg: all of it rests on products, `gesv` and nothing else.
KNOWN = {"inv", "norm", "solve"}
# Of what NumPy has elsewhere, these need more of LAPACK.
UNKNOWN = {"polyfit", "cov", "corrcoef", "roots", "poly"}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="both libraries are compiled on Linux")


def numpy_with_products(platform: str, packages: Path, folder: Path) -> Path:
    """A copy of the NumPy of a pack, with the library that the pack gets."""
    for name in ("numpy", "numpy.libs"):
        shutil.copytree(packages / name, folder / name, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    before = {path.name for path in (folder / "numpy.libs").iterdir()}
    blas.only_products(platform, folder)
    (library,) = (folder / "numpy.libs").glob("libscipy_openblas*")
    assert library.stat().st_size < 50_000
    assert library.name in before
    return folder


def ask_linux(packages: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(packages)}
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def linux_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return numpy_with_products("linux64", Path(np.__file__).parents[1], tmp_path_factory.mktemp("products"))


@pytest.fixture(scope="module")
def windows_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = windows.windows_python(lambda _: None)
    return numpy_with_products("win64", home / "Lib" / "site-packages", tmp_path_factory.mktemp("products for Windows"))


def ask_windows(packages: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    home = windows.windows_python(lambda _: None)
    environment = wine_environment(wine.wine_prefix()) | {"PYTHONPATH": "Z:" + str(packages).replace("/", "\\")}
    pipe = subprocess.PIPE
    return subprocess.run(
        ["wine", home / "python.exe", SCRIPT, *arguments], env=environment, stdin=subprocess.DEVNULL, stdout=pipe,
        stderr=pipe, text=True, check=False,
    )  # fmt: skip


def check_results(results: Path) -> None:
    """Products of whole numbers are those of whole numbers, and those of the whole NumPy; solutions as good as its."""
    found = np.load(results)
    expected, lengths = multiplied.flat(multiplied.multiplied())
    assert len(expected) > 800_000
    assert np.array_equal(found["lengths"], lengths)
    assert np.array_equal(found["products"], expected)
    exact, some = multiplied.flat(_in_whole_numbers())
    assert np.array_equal(found["products"][: len(exact)], exact)
    assert len(some) > len(lengths) / 3
    solved, _ = multiplied.flat(multiplied.solved())
    assert len(found["solved"]) == len(solved)
    # Half of them in 32 bits; the matrices are random, and some hardly to be inverted.
    half = len(solved) // 2
    for part, near in ((slice(half), 2e-3), (slice(half, None), 1e-10)):
        assert np.allclose(found["solved"][part], solved[part], rtol=near, atol=near)


def _in_whole_numbers() -> Iterator[np.ndarray]:
    """The real products once more, by NumPy's loops for integers, which never come near a BLAS."""
    for kind in multiplied.KINDS[:2]:
        for function, arguments in multiplied.products(kind):
            yield function(*(part.astype("i8") if isinstance(part, np.ndarray) else part for part in arguments))


def test_numpy_multiplies_and_solves_with_them_as_with_openblas(linux_packages: Path, tmp_path: Path) -> None:
    done = ask_linux(linux_packages, str(tmp_path / "results.npz"))
    assert done.returncode == 0, done.stderr
    check_results(tmp_path / "results.npz")


def test_numpy_for_windows_multiplies_and_solves_with_them_as_with_openblas(windows_packages, tmp_path) -> None:
    done = ask_windows(windows_packages, "Z:" + str(tmp_path / "results.npz").replace("/", "\\"))
    assert done.returncode == 0, done.stderr
    check_results(tmp_path / "results.npz")


def test_what_has_no_solution_is_refused_as_by_openblas(linux_packages: Path) -> None:
    assert "LinAlgError: Singular matrix" in ask_linux(linux_packages, "singular").stderr


def test_anything_else_of_lapack_ends_the_program_with_its_name(linux_packages: Path) -> None:
    done = ask_linux(linux_packages, "eig")
    assert done.returncode < 0
    assert "'dgeev'" in done.stderr


def test_anything_else_of_lapack_ends_the_windows_program_too(windows_packages: Path) -> None:
    assert ask_windows(windows_packages, "eig").returncode != 0


def test_the_viewer_calls_nothing_that_needs_more() -> None:
    called, elsewhere = set(), set()
    for package in program.VIEWER.packages:
        for path in program.source_folder(package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
                    called |= {node.attr} if node.value.attr == "linalg" else set()
                elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np":
                    elsewhere.add(node.attr)
                elif isinstance(node, ast.ImportFrom | ast.Import):
                    assert "linalg" not in ast.unparse(node)
    assert called == KNOWN
    assert not elsewhere & UNKNOWN


@pytest.mark.parametrize("platform", ["linux64", "win64"])
def test_the_library_is_the_same_byte_for_byte_each_time(platform: str, tmp_path: Path) -> None:
    made = []
    for name in ("one", "another"):
        (tmp_path / name).mkdir()
        blas.compile_products(platform, tmp_path / name / "products.dll")
        made.append((tmp_path / name / "products.dll").read_bytes())
    assert made[0] == made[1]
    assert str(cache.root()).encode() not in made[0]
