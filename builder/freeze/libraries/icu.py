"""Replaces ICU by a library without data: the viewer sorts and converts no text, and ICU takes 30 megabytes.

Whatever Qt asks for reports that its data are missing, as ICU does itself without them (`icu.c`); Qt then works by its
own tables.
"""

from pathlib import Path
import re
import subprocess

from builder.freeze.libraries.compiling import compile_library

SOURCE = Path(__file__).with_name("icu.c")
_PARTS = ("data", "i18n", "uc")
_LIBRARY = re.compile(r"libicu(?:data|i18n|uc)\.so\.(\d+)")


def without_data(folder: Path) -> None:
    """Replace the libraries below `folder`, unless somebody asks for more than there is then."""
    for library in sorted(folder.rglob("libicuuc.so.*")):
        found = _LIBRARY.fullmatch(library.name)
        own = [library.with_name(f"libicu{part}.so.{found[1]}") for part in _PARTS] if found else []
        if found and asked(folder, own, found[1]) <= offered():
            for path in own:
                compile_library("linux64", [SOURCE], path, f"-DVERSION={found[1]}")


def offered() -> set[str]:
    """The functions in `icu.c`, without the version."""
    return set(re.findall(r"^(?:EXPORT|FAILS)\([^,]+, (\w+)[,)]", SOURCE.read_text(encoding="utf-8"), re.MULTILINE))


def asked(folder: Path, own: list[Path], version: str) -> set[str]:
    """The functions that libraries other than ICU's own take from it, without the version."""
    others = [path for path in sorted(folder.rglob("*.so*")) if path not in own and b"libicu" in path.read_bytes()]
    said = subprocess.run(["nm", "-D", "--undefined-only", *others], capture_output=True, text=True, check=True).stdout
    return set(re.findall(rf" U (\w+)_{version}$", said, re.MULTILINE))
