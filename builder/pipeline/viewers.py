"""Gets the viewers for a bundle, and copies them onto the medium."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from builder.catalogue.web_files import fixed_size
from builder.drive import target
from builder.drive.verified_write import put_copy
from builder.freeze import Pack, available_platforms, make_pack, pack_in_cache
from builder.plan import Progress, Talk
from bundle import manifest
from bundle.errors import BundleError

# Of the last release, in bytes.
_USUAL_SIZE = {"win64": 165_000_000, "linux64": 265_000_000}


@dataclass(frozen=True, slots=True)
class Viewers:
    """The packs of the requested viewers, and by platform why one is unavailable.

    In a dry run, `unmade` are those that a build has to make first, with their usual size in bytes.
    """

    packs: Sequence[Pack] = ()
    missing: Mapping[str, BundleError] = field(default_factory=dict)
    unmade: Mapping[str, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The bytes of all packs, and of the reader in a browser."""
        made = sum(target.total_size(pack.folder / path for path in pack.files) for pack in self.packs)
        return made + sum(self.unmade.values()) + fixed_size()


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


def foresee_viewers(platforms: Sequence[str]) -> Viewers:
    """The packs that are there already, and what a build will have to make; changes nothing."""
    packs: list[Pack] = []
    missing: dict[str, BundleError] = {}
    unmade: dict[str, int] = {}
    for platform in platforms:
        obstacle = available_platforms()[platform]
        pack = None if obstacle else pack_in_cache(platform)
        if obstacle is not None:
            missing[platform] = obstacle
        elif pack is not None:
            packs.append(pack)
        else:
            unmade[platform] = _USUAL_SIZE[platform]
    return Viewers(packs, missing, unmade)


def copy_packs(packs: Sequence[Pack], root: Path, progress: Progress) -> dict[str, str]:
    """Path -> SHA-256 of every copied file."""
    digests: dict[str, str] = {}
    files = [(pack, path) for pack in packs for path in pack.files]
    for done, (pack, path) in enumerate(files, start=1):
        put_copy(pack.folder / path, root / path)
        digests[path] = manifest.file_digest(pack.folder / path)
        progress(done, len(files))
    return digests
