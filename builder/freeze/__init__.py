"""Viewer packs: frozen for this system, and for Windows under Wine; the cache in which packs are kept.

`packs` takes a pack from the `cache` or has it made: `native` here, `wine` with the Python that `windows` brings.
`program` is what is frozen, `pyinstaller` freezes it, `trim` leaves out what is not needed; `icu`, `dlls` and
`private` change libraries, `locale_hook` runs first on the stick. `licences`, `sbom` and `signing` make a pack worth
trusting; `errors` are its failures.
"""

from builder.freeze.packs import (
    PLATFORMS,
    Pack,
    available_platforms,
    export,
    known_bills,
    make_pack,
    pack_digest,
    sign_pack,
)
from builder.freeze.program import Program

__all__ = [
    "PLATFORMS", "Pack", "Program", "available_platforms", "export", "known_bills", "make_pack", "pack_digest",
    "sign_pack",
]  # fmt: skip
