"""Gathers the licence texts of all frozen components, and lists the components on one page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
import re
import shutil
import subprocess
from urllib.parse import quote

from builder.freeze.pyinstaller import TITLE, Toolbox
from bundle import __version__

GPL = Path(__file__).with_name("gpl-3.0.txt")
NOTICES = "NOTICES.TXT"
_GPL_NAME = "GPL-3.0.TXT"
_TEXT_NAMES = re.compile(r"(licen[cs]e|copying|notice|copyright|authors)", re.IGNORECASE)
# Of PyInstaller only the bootloader is frozen, and its licence has an exception for exactly that.
_ALWAYS = ("pyinstaller",)

_INTRODUCTION = """\
{title} {version}
Free software under the GNU General Public License, version 3 or later (GPL-3.0.TXT), without any warranty.
Whoever received it may ask the one who handed it out for its complete source code.

This copy was put together from the components below, each under its own licence. The texts are in this folder.
Components that contain others name them in their own texts.

"""


@dataclass(frozen=True)
class Component:
    """A frozen component: its name, its version, its licence texts, and its package URL."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]
    purl: str = ""


def gather(toolbox: Toolbox, collected: Iterable[str], folder: Path) -> list[Component]:
    """Write the texts and the list of all components into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(GPL, folder / _GPL_NAME)
    sources = list(collected)
    found = [_python(toolbox), *_packages(toolbox, sources), *_system_libraries(sources)]
    lines = [_listed(component, _copy_texts(component, folder)) for component in found]
    heading = _INTRODUCTION.format(title=TITLE, version=__version__)
    (folder / NOTICES).write_text(heading + "\n".join(lines) + "\n", encoding="utf-8", newline="\r\n")
    return found


def _python(toolbox: Toolbox) -> Component:
    texts = (toolbox.python_licence,) if toolbox.python_licence else ()
    return Component("Python", toolbox.python_version, "Python Software Foundation License 2.0", texts)


def _packages(toolbox: Toolbox, sources: list[str]) -> list[Component]:
    """The distributions that own at least one of the frozen files."""
    frozen = {re.split(r"(?:site|dist)-packages[/\\]", source)[-1].replace("\\", "/") for source in sources}
    found: dict[str, Component] = {}
    for distribution in metadata.distributions(path=[str(folder) for folder in toolbox.package_folders]):
        name = distribution.metadata["Name"]
        owned = {file.as_posix() for file in distribution.files or ()}
        if name.lower() in _ALWAYS or owned & frozen:
            found.setdefault(name.lower(), _from_distribution(distribution))
    return [found[name] for name in sorted(found)]


def _from_distribution(distribution: metadata.Distribution) -> Component:
    own = [file for file in distribution.files or () if _is_text_of_licence(file)]
    texts = tuple(Path(str(distribution.locate_file(file))) for file in own)
    known = distribution.metadata
    purl = f"pkg:pypi/{known['Name'].lower().replace('_', '-')}@{distribution.version}"
    return Component(known["Name"], distribution.version, _licence_of(known.json), texts or (GPL,), purl)


def _is_text_of_licence(file: PurePosixPath) -> bool:
    parts = file.parts
    return ".dist-info" in parts[0] and bool(_TEXT_NAMES.search(file.name)) and "__pycache__" not in parts


def _licence_of(known: dict[str, str | list[str]]) -> str:
    """The licence's name: from the newer field, the older one, or the classifiers."""
    stated = str(known.get("license_expression") or known.get("license") or "").strip()
    if stated and "\n" not in stated:
        return stated
    classifiers = known.get("classifier") or []
    named = [text.split(" :: ")[-1] for text in classifiers if text.startswith("License ::")]
    return ", ".join(named) or "see its text"


def _system_libraries(sources: list[str]) -> Iterator[Component]:
    """The Debian packages of the libraries that came from the system, if this is a Debian."""
    asked = sorted({source for source in sources if source.startswith(("/lib/", "/usr/lib/"))})
    if not asked or shutil.which("dpkg-query") is None:
        return
    spellings = {spelling for source in asked for spelling in (source, source.removeprefix("/usr"), "/usr" + source)}
    said = subprocess.run(
        ["dpkg-query", "--search", *sorted(spellings)], check=False, capture_output=True, text=True, errors="replace"
    ).stdout
    names = {line.split(":")[0] for line in said.splitlines() if not line.startswith("diversion")}
    for name in sorted(names):
        text = Path("/usr/share/doc", name, "copyright")
        if text.is_file() and not name.startswith("python3"):
            version = _debian_version(name)
            yield Component(name, version, "see its text", (text,), f"pkg:deb/debian/{name}@{quote(version)}")


def _debian_version(name: str) -> str:
    command = ["dpkg-query", "--show", "--showformat=${Version}", name]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout or "unknown"


def _copy_texts(component: Component, folder: Path) -> list[str]:
    """Copy the texts under flat, unique names."""
    names: list[str] = []
    for text in component.texts:
        name = _GPL_NAME if text == GPL else _free_name(component.name, text.name, names)
        if text != GPL:
            content = text.read_text(encoding="utf-8", errors="replace")
            (folder / name).write_text(content, encoding="utf-8")
        names.append(name)
    return names


def _free_name(component: str, file_name: str, taken: list[str]) -> str:
    stem = re.sub(r"[^A-Za-z0-9.]+", "-", f"{component}-{Path(file_name).stem}").upper()
    number = sum(name.startswith(stem) for name in taken)
    return f"{stem}-{number + 1}.TXT" if number else f"{stem}.TXT"


def _listed(component: Component, names: list[str]) -> str:
    texts = ", ".join(names) or "no text came with it"
    return f"{component.name} {component.version}: {component.licence} ({texts})"
