"""Viewer packs: PyInstaller for this system, and for Windows under Wine; the cache in which packs are kept."""

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
