"""Runs first in the frozen viewer: a locale that can represent the stick's path, and libraries from its own folder."""

import locale
import os
import sys

# Qt reads file names through the locale. In the bare C locale, as on a minimal Linux or in a service, it does not find
# its own plugins in a folder whose name has an umlaut, and this must be settled before Qt is loaded.
if sys.platform == "linux" and "utf" not in locale.setlocale(locale.LC_CTYPE).lower():
    # The language stays that of the reader, even if the system has no such locale.
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "C")
    if named.partition(".")[0] not in ("C", "POSIX"):
        os.environ.setdefault("LANGUAGE", named.partition(".")[0])
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        locale.setlocale(locale.LC_ALL, "")
    except locale.Error:
        del os.environ["LC_ALL"]

# Libraries of Windows that parts of the viewer name, and that Windows would look for beside viewer.exe first: once they
# are loaded from System32, every later use gets these. Those for 3D take long to load, and a check looks for them.
SYSTEM_LIBRARIES = (
    "bcrypt.dll", "bcryptprimitives.dll", "crypt32.dll", "dwmapi.dll", "mpr.dll", "netapi32.dll",
    "userenv.dll", "uxtheme.dll", "version.dll", "winmm.dll", "winspool.drv", "wtsapi32.dll",
)  # fmt: skip
# LOAD_LIBRARY_SEARCH_SYSTEM32 and LOAD_LIBRARY_SEARCH_USER_DIRS: without the folder of the program.
_SYSTEM32, _USER_DIRS = 0x0800, 0x0400

if sys.platform == "win32":
    import ctypes

    _kernel = ctypes.WinDLL("kernel32")
    _kernel.LoadLibraryExW.argtypes = (ctypes.c_wchar_p, ctypes.c_void_p, ctypes.c_uint32)
    _kernel.LoadLibraryExW.restype = ctypes.c_void_p
    if _kernel.SetDefaultDllDirectories(_SYSTEM32 | _USER_DIRS):
        os.add_dll_directory(sys._MEIPASS)  # type: ignore[attr-defined]  # of PyInstaller
    for _name in SYSTEM_LIBRARIES:
        _kernel.LoadLibraryExW(_name, None, _SYSTEM32)
