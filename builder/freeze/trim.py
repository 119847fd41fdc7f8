"""The parts that PyInstaller collects but that stay off the stick: modules, Qt plugins, libraries, metadata."""

from collections.abc import Iterable
from pathlib import Path
import shutil
import subprocess
import zipfile

# Modules that the viewer never runs but that its imports mention. Without `_hashlib` Python uses its own SHA-256: the
# start reads five megabytes of OpenSSL less.
MODULES = (
    "PIL", "PyQt5.QtDBus", "PyQt5.QtNetwork", "PyQt5.QtOpenGL", "PyQt5.QtQml", "PyQt5.QtQuick", "_bz2",
    "_codecs_cn", "_codecs_hk", "_codecs_iso2022", "_codecs_jp", "_codecs_kr", "_codecs_tw", "_hashlib", "_lzma",
    "_multibytecodec", "_ssl", "asyncio", "builder", "curses", "distutils", "doctest", "lib2to3", "matplotlib",
    "decimal", "fractions", "multiprocessing", "numpy.distutils", "numpy.f2py",
    "numpy.fft",
    "numpy.polynomial", "numpy.random", "numpy.testing", "pandas", "pdb", "pip", "pkg_resources", "pydicom",
    "pydoc", "pytest", "readline", "scipy", "setuptools", "ssl", "test", "tkinter", "unittest",
    "vtk", "wx", "xmlrpc", "yaml",
)  # fmt: skip

# The necessary Qt plugins: one platform per system and one without a screen, printers. Icons are drawn without one.
_PLUGINS = (
    "platforms/libqxcb.so", "platforms/libqoffscreen.so", "platforms/qwindows.dll", "platforms/qoffscreen.dll",
    "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
    "printsupport/libcupsprintersupport.so", "printsupport/windowsprintersupport.dll",
)  # fmt: skip
PLUGINS_FOLDER = "pyqt5/qt5/plugins/"
# The languages of the viewer except English, for Qt's own dialogs.
_TRANSLATIONS = ("pyqt5/qt5/translations/qtbase_de.qm",)
KEPT = (*(PLUGINS_FOLDER + name for name in _PLUGINS), *_TRANSLATIONS)

# Python's view of parts of VTK of which the viewer uses nothing from Python. Other views import them: an empty module
# does for that.
EMPTY_MODULES = tuple(
    f"vtkmodules.vtk{name}"
    for name in (
        "CommonMisc", "CommonTransforms", "FiltersCore", "FiltersGeneral", "IOImage", "ImagingMath", "ParallelCore",
        "RenderingHyperTreeGrid", "RenderingUI",
    )
)  # fmt: skip

# Patterns for the path in the pack, in lower case with slashes.
PATTERNS = (
    *(name.replace(".", "/").lower() + ".*" for name in EMPTY_MODULES),
    PLUGINS_FOLDER + "*",
    "pyqt5/qt5/translations/*",
    "pyqt5/qt5/qml/*",
    # They reveal where and how a package was installed; its licence texts are gathered separately.
    "*.dist-info/*", "*.egg-info/*",
    "*qt5network*", "*qt5qml*", "*qt5quick*", "*qt5websockets*", "*qt5waylandclient*", "*qt5eglfs*", "*qt5opengl*",
    "*qt5svg*",
    # Qt's own ways to OpenGL on Windows: flat images are painted by the CPU, and VTK asks Windows itself.
    "*opengl32sw.dll", "*d3dcompiler_47.dll", "*libegl.dll", "*libglesv2.dll",
    "libscipy_openblas*.dll",  # a second copy: numpy loads the one in numpy.libs
    # Of Python's own on Windows, which the viewer does without.
    "_decimal.pyd", "_queue.pyd", "_socket.pyd", "select.pyd",
    "*qt5dbus.dll",
    # Needed only by parts that are left out above.
    "libgssapi_krb5.so*", "libkrb5*.so*", "libk5crypto.so*", "libcom_err.so*", "libkeyutils.so*", "libxcb-glx.so*",
    "libxcomposite.so*", "libxau.so*", "libxdmcp.so*", "libbsd.so*", "libmd.so*",
    "*libvtkparallelcore*.so*",
    # The graphics driver, which is never in the pack, brings these.
    "libx11.so*", "libx11-xcb.so*", "libxext.so*",
    # Every desktop has these with all their dependencies, already in memory: D-Bus, and what its own programs draw text
    # with and wait with. Without CUPS a PC has no printer to show.
    "libglib-2.0.so*", "libgthread-2.0.so*", "libpcre2-8.so*", "libfontconfig.so*", "libfreetype.so*", "libpng16.so*",
    "libbrotli*.so*", "libcups.so*", "libavahi-*.so*", "libgnutls.so*", "libp11-kit.so*", "libidn2.so*",
    "libunistring.so*", "libtasn1.so*", "libnettle.so*", "libhogweed.so*", "libgmp.so*",
    "libdbus-1.so*", "libsystemd.so*", "libgcrypt.so*", "libgpg-error.so*", "liblz4.so*", "libzstd.so*", "libcap.so*",
    "libcrypto*", "libssl*", "liblzma.so*",
    # If the C++ library in the pack is older than the system's, the system's graphics drivers load it and fail.
    "libstdc++.so*", "libgcc_s.so*",
)  # fmt: skip


def strip_symbols(folder: Path) -> None:
    """Strip the symbols from Linux libraries: a third of VTK, and the paths of the machine that compiled them.

    NumPy's libraries were rearranged after linking, and `strip` breaks such files.
    """
    strip = shutil.which("strip")
    if strip:
        for batch in _batches([path for path in _libraries(folder) if "numpy" not in path.as_posix()]):
            subprocess.run([strip, "--strip-unneeded", *batch], check=False, capture_output=True)


def press_library(folder: Path) -> None:
    """Compress what Python loads first, and PyInstaller only stores; where zlib is a part of Python itself."""
    if any(folder.rglob("zlib*.so")) or any(folder.rglob("zlib*.pyd")):
        return
    for library in folder.rglob("base_library.zip"):
        pressed = library.with_suffix(".pressed")
        with zipfile.ZipFile(library) as old, zipfile.ZipFile(pressed, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                content = old.read(entry)
                entry.compress_type = zipfile.ZIP_DEFLATED
                new.writestr(entry, content)
        pressed.replace(library)


def _libraries(folder: Path) -> Iterable[Path]:
    return (path for path in sorted(folder.rglob("*.so*")) if path.is_file())


def _batches(paths: list[Path], size: int = 50) -> Iterable[list[Path]]:
    return (paths[start : start + size] for start in range(0, len(paths), size))
