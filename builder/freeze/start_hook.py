"""Runs first in the frozen viewer: sets a locale that can represent the stick's path."""

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
