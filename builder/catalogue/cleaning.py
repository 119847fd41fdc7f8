"""What the written files say of their de-identification, in sums: the papers on the medium repeat it in words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from builder.plan import WrittenInstance
from bundle.images.alterations import is_kept_with_text, is_of_stored_bits, masked_share, split

BASIC = "113100"
# Codes of CID 7050, and what is said of the images that state one and of those that do not.
_BY_CODE = (
    ("113105", "descriptors", "free_text"),
    ("113112", "hospitals_kept", "hospitals"),
    ("113109", "devices_kept", "devices"),
    ("113110", "uids_kept", "uids"),
    ("113111", "private_kept", "private"),
)
_BY_DATES = (("MODIFIED", "dates_modified"), ("UNMODIFIED", "dates_full"), ("REMOVED", "dates_removed"))


@dataclass(frozen=True, slots=True)
class Method:
    """A method of CID 7050, with the number of images that state it."""

    code: str
    meaning: str
    images: int


@dataclass(frozen=True, slots=True)
class CleaningStated:
    """The number of images; the methods that they state, by code; and how many of them each sentence holds for."""

    images: int = 0
    methods: Sequence[Method] = ()
    claims: Mapping[str, int] = field(default_factory=dict)


def cleaning_of(written: Iterable[WrittenInstance], meanings: Mapping[str, str]) -> CleaningStated:
    """The sums over all images of a medium; `meanings` are those of the codes."""
    images, codes, claims = 0, Counter[str](), Counter[str]()
    for image in written:
        images += 1
        codes.update(image.stated.methods)
        claims.update(_claims(image))
    return CleaningStated(images, _methods(codes, meanings), claims)


def _methods(codes: Mapping[str, int], meanings: Mapping[str, str]) -> list[Method]:
    return [Method(code, meanings.get(code, ""), number) for code, number in sorted(codes.items())]


def together(parts: Iterable[CleaningStated]) -> CleaningStated:
    """The sums over several media."""
    images, codes, claims, meanings = 0, Counter[str](), Counter[str](), dict[str, str]()
    for part in parts:
        images += part.images
        claims.update(part.claims)
        codes.update({method.code: method.images for method in part.methods})
        meanings |= {method.code: method.meaning for method in part.methods}
    return CleaningStated(images, _methods(codes, meanings), claims)


def _claims(image: WrittenInstance) -> Iterator[str]:
    """The sentences of WORDS.TOML that hold for an image."""
    stated = image.stated
    if BASIC in stated.methods:
        yield from ("identity", "staff", "overlays")
    for code, kept, removed in _BY_CODE:
        yield kept if code in stated.methods else removed
    kept = "patients_kept" if "113108" in stated.methods else "patients_suv" if stated.weighed else "patients"
    yield kept
    yield from (claim for value, claim in _BY_DATES if value == stated.temporal)
    yield "geometry"
    yield from _of_pixels(image.instance.altered, faceless=stated.faceless)
    yield "recognised"


def _of_pixels(altered: str, *, faceless: bool) -> Iterator[str]:
    corrected = any(map(is_of_stored_bits, split(altered)))
    done = {"masked": masked_share(altered) is not None, "faceless": faceless, "corrected": corrected}
    if not any(done.values()):
        yield "pixels"
    yield from (claim for claim, is_done in done.items() if is_done)
    if is_kept_with_text(altered):
        yield "text_kept"
    if not faceless:
        yield "faces"
