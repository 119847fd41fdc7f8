"""Leaves out libraries of VTK that others name, but of which the viewer uses nothing.

Windows starts no program of which a library is missing that another one names, even if nothing of it is ever called.
So those others name a small library instead, which has all that they ask for, and ends the program if it is called.
"""

from pathlib import Path
import tempfile

from builder.freeze.libraries.compiling import compile_library, compiler
from builder.freeze.libraries.dlls import LINKED, rename_links
from builder.freeze.libraries.pe import imports

# Images from files, sums of images, the quality of cells, trees of cells; and all that only these need.
_LEFT_OUT = ("vtkIOImage", "vtkImagingMath", "vtkFiltersVerdict", "vtkRenderingHyperTreeGrid")
STAND_IN = "vtkUnused.dll"
_FOLDER = "vtk.libs"
_BEGIN = """\
__declspec(dllimport) void __stdcall FatalAppExitA(unsigned action, const char *message);
int __stdcall DllMain(void *module, unsigned reason, void *reserved) { return 1; }
"""
_PART = """\
void part_{number}(void) {{
    FatalAppExitA(0, "The viewer ends: it asked for '{name}', which it does not have. Please say so to the people "
                     "who gave you the medium.");
    __builtin_trap();
}}
"""


def leave_out(folder: Path) -> None:
    """Take them away below `folder`; where a Windows PC has no compiler, they stay."""
    for place in folder.rglob(_FOLDER) if compiler("win64") else ():
        gone = [path for path in place.glob("*.dll") if path.name.partition("-")[0].partition(".")[0] in _LEFT_OUT]
        for path in gone:
            path.unlink()
        asked = _asked(folder, {path.name for path in gone})
        _compile(asked, place / STAND_IN)
        rename_links(folder, {path.name: STAND_IN for path in gone})
        _prune(folder, place)


def _asked(folder: Path, names: set[str]) -> list[str]:
    asked: set[str] = set()
    for path in _linked(folder):
        for name, parts in imports(path).items():
            asked.update(parts if name in names else ())
    return sorted(asked)


def _linked(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in LINKED]


def _compile(asked: list[str], library: Path) -> None:
    with tempfile.TemporaryDirectory() as work:
        source, exported = Path(work, "unused.c"), Path(work, "unused.def")
        parts = (_PART.format(number=number, name=name) for number, name in enumerate(asked))
        source.write_text(_BEGIN + "".join(parts), encoding="ascii")
        names = (f'    "{name}" = part_{number}\n' for number, name in enumerate(asked))
        exported.write_text(f'LIBRARY "{library.name}"\nEXPORTS\n' + "".join(names), encoding="ascii")
        compile_library("win64", [source, exported], library)


def _prune(folder: Path, place: Path) -> None:
    """Take away what nothing names any more, again and again."""
    names = {path: {name.lower() for name in imports(path)} for path in _linked(folder)}
    while needless := {
        path for path in names if path.parent == place and path.name.lower() not in set().union(*names.values())
    }:
        for path in needless:
            del names[path]
            path.unlink()
