"""Viewer packs: frozen for this system, and for Windows under Wine; with the cache of packs.

`packs` takes a pack from the `cache` or makes it: `native` here, `wine` with the Python from `windows`. `program` is
the program to freeze, `pyinstaller` freezes it, `trim` leaves out unnecessary parts; `libraries` and
`private` change libraries, `start_hook` runs first on the stick. `licences`, `sbom` and `signing` make a pack
trustworthy; `errors` are its failures.
"""

from builder.freeze.packs import (
    PLATFORMS,
    Pack,
    available_platforms,
    export,
    known_bills,
    make_pack,
    pack_digest,
    pack_in_cache,
    sign_pack,
)
from builder.freeze.program import Program

__all__ = [
    "PLATFORMS", "Pack", "Program", "available_platforms", "export", "known_bills", "make_pack", "pack_digest",
    "pack_in_cache", "sign_pack",
]  # fmt: skip
