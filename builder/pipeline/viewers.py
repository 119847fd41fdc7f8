"""Gets the viewers for a bundle, and copies them onto the medium."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from builder.drive import target
from builder.drive.verified_write import put_copy
from builder.freeze import Pack, make_pack
from builder.plan import Progress, Talk
from bundle import manifest
from bundle.errors import BundleError


@dataclass(frozen=True, slots=True)
class Viewers:
    """The packs of the requested viewers, and by platform why one is unavailable."""

    packs: Sequence[Pack] = ()
    missing: Mapping[str, BundleError] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The bytes of all packs."""
        return sum(target.total_size(pack.folder / path for path in pack.files) for pack in self.packs)


def get_viewers(platforms: Sequence[str], talk: Talk) -> Viewers:
    """A pack for each platform, as far as it can be made."""
    packs: list[Pack] = []
    missing: dict[str, BundleError] = {}
    for platform in platforms:
        talk.step(f"Getting the viewer for {platform}")
        try:
            packs.append(make_pack(platform, say=talk.say))
        except BundleError as error:
            missing[platform] = error
    return Viewers(packs, missing)


def copy_packs(packs: Sequence[Pack], root: Path, progress: Progress) -> dict[str, str]:
    """Path -> SHA-256 of every copied file."""
    digests: dict[str, str] = {}
    files = [(pack, path) for pack in packs for path in pack.files]
    for done, (pack, path) in enumerate(files, start=1):
        put_copy(pack.folder / path, root / path)
        digests[path] = manifest.file_digest(pack.folder / path)
        progress(done, len(files))
    return digests
