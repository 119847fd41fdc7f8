"""Identifiers are planted everywhere in a folder drawn anew for each seed: none is found, and nothing is lost."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
import os
from pathlib import Path
import shutil

from pydicom import Dataset, dcmread
import pytest

from builder.reasons import Reason
from tests.builder.pipeline.plant_folder import Planted, plant
from tests.builder.pipeline.plant_search import Hit, search
from tests.conftest import Built, build_bundle

# By hand, more of them: PLANT_SEED is the first, PLANT_SEEDS their number.
_FIRST = int(os.environ.get("PLANT_SEED", "1"))
_SEEDS = range(_FIRST, _FIRST + int(os.environ.get("PLANT_SEEDS", "4")))
_GEOMETRY = (
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "RescaleSlope",
    "RescaleIntercept", "RadionuclideTotalDose", "RadionuclideHalfLife", "NumberOfFrames", "Modality", "RescaleType",
)  # fmt: skip
_MOMENTS = ("Study", "Series", "Acquisition", "Content")


@dataclass
class Pair:
    """One image as it was and as it is on the medium."""

    person: int
    before: Dataset
    after: Dataset


@dataclass
class Case:
    """A planted folder and the bundle that was made of it."""

    planted: Planted
    built: Built
    pairs: list[Pair]


@pytest.fixture(scope="module", params=_SEEDS, ids=lambda seed: f"seed {seed}")
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    work = tmp_path_factory.mktemp("planted")
    planted = plant(work / "scans", request.param)
    built = build_bundle(work, planted.folder)
    sources = {source: built.drive / path for path, source in built.outcome.written.items()}
    pairs = [
        Pair(person, dcmread(path), dcmread(sources[path]))
        for path, person in planted.wanted.items()
        if path in sources
    ]
    yield Case(planted, built, pairs)
    shutil.rmtree(work)


def test_no_planted_identifier_is_found_on_the_medium(case: Case):
    hits = but_by_chance(search(case.built.drive, case.planted.tokens), case.built)
    assert not hits, f"{len(hits)} found:\n" + "\n".join(map(str, hits[:40]))


def test_every_sound_image_is_taken(case: Case):
    taken = set(case.built.outcome.written.values())
    left = {skipped.path: (skipped.reason.name, skipped.detail) for skipped in case.built.outcome.skipped}
    assert not {path: left.get(path) for path in case.planted.wanted if path not in taken}


def test_what_is_broken_is_left_out_with_a_reason_and_never_ends_the_run(case: Case):
    everything = {path for path in case.planted.folder.rglob("*") if path.is_file()}
    told = {skipped.path for skipped in case.built.outcome.skipped} | set(case.built.outcome.written.values())
    assert told == everything
    assert all(isinstance(skipped.reason, Reason) for skipped in case.built.outcome.skipped)


def test_the_bundle_passes_its_own_check(case: Case):
    assert not [found for found in case.built.outcome.findings if found.severity == "error"]


def test_pixels_are_identical(case: Case):
    for pair in case.pairs:
        assert (pair.before.pixel_array == pair.after.pixel_array).all(), pair.before.filename


def test_geometry_rescale_and_dose_stay(case: Case):
    for pair in case.pairs:
        assert _measured(pair.before) == _measured(pair.after), pair.before.filename


def test_slices_stay_in_their_order(case: Case):
    for series in _by(case.pairs, "SeriesInstanceUID").values():
        before = sorted(series, key=lambda pair: int(pair.before.InstanceNumber))
        assert before == sorted(series, key=lambda pair: int(pair.after.InstanceNumber))


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "SOPInstanceUID"])
def test_what_belonged_together_still_does_and_nothing_else(case: Case, keyword: str):
    assert _is_one_to_one((pair.before[keyword].value, pair.after[keyword].value) for pair in case.pairs)


def test_one_person_is_one_pseudonym(case: Case):
    assert _is_one_to_one((pair.person, pair.after.PatientID) for pair in case.pairs)


def test_intervals_between_moments_of_one_person_stay_to_the_second(case: Case):
    moved = defaultdict(set)
    for pair in case.pairs:
        moved[pair.person] |= {
            before.replace(microsecond=0) - after.replace(microsecond=0)
            for before, after in zip(_moments(pair.before), _moments(pair.after), strict=True)
        }
    assert all(len(offsets) == 1 for offsets in moved.values()), moved
    assert all(offset >= timedelta(365) for offsets in moved.values() for offset in offsets)


def test_references_between_images_of_the_set_resolve(case: Case):
    new = {pair.before.SOPInstanceUID: pair.after.SOPInstanceUID for pair in case.pairs}
    for pair in case.pairs:
        wanted = {new[uid] for uid in _references(pair.before) if uid in new}
        assert wanted <= set(_references(pair.after)), pair.before.filename


# Helpers


def _measured(dataset: Dataset) -> list[tuple[str, object]]:
    """The measured values at every depth of what is kept, as numbers; not of what was planted."""
    groups = ["SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"]
    groups += ["RadiopharmaceuticalInformationSequence"] * (dataset.Modality == "PT")
    found = [(key, dataset[key].value) for key in _GEOMETRY if key in dataset]
    for group in groups:
        for item in dataset.get(group, []):
            for element in item.iterall():
                if element.keyword in _GEOMETRY:
                    found.append((element.keyword, element.value))
    return found


def but_by_chance(hits: list[Hit], built: Built) -> list[Hit]:
    """Without dates of a written file that its source does not hold: moved ones, which may fall on a planted date."""
    moved = {
        (path, date)
        for path, source in built.outcome.written.items()
        for date in _dates(dcmread(built.drive / path)) - _dates(dcmread(source, force=True))
    }
    return [hit for hit in hits if (hit.where.removesuffix(", as values"), hit.token.text) not in moved]


def _dates(dataset: Dataset) -> set[str]:
    tags = (tag for tag in dataset.keys() if tag != 0x7FE00010)  # noqa: SIM118
    found = set()
    for tag in tags:
        try:
            element = dataset[tag]
        except Exception:  # broken on purpose
            continue
        if element.VR == "SQ":
            found |= {date for item in element.value for date in _dates(item)}
        elif element.VR in ("DA", "DT"):
            found.add(str(element.value)[:8])
    return found


def _by(pairs: list[Pair], keyword: str) -> dict[str, list[Pair]]:
    groups = defaultdict(list)
    for pair in pairs:
        groups[pair.before[keyword].value].append(pair)
    return groups


def _is_one_to_one(pairs) -> bool:
    known = set(pairs)
    return len({old for old, _ in known}) == len({new for _, new in known}) == len(known)


def _moments(dataset: Dataset) -> list[datetime]:
    pairs = [dataset[f"{which}Date"].value + dataset[f"{which}Time"].value for which in _MOMENTS]
    return [_moment(text) for text in (*pairs, dataset.AcquisitionDateTime)]


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d%H%M%S.%f" if "." in text else "%Y%m%d%H%M%S")


def _references(dataset: Dataset) -> list[str]:
    items = dataset.get("ReferencedImageSequence", [])
    return [item.ReferencedSOPInstanceUID for item in items if "ReferencedSOPInstanceUID" in item]


def test_the_planted_folder_itself_is_full_of_what_is_searched(tmp_path: Path):
    """The search finds what is there: in the scans themselves nearly every token stands."""
    planted = plant(tmp_path / "scans", 1)
    some = planted.tokens[::25]
    found = {hit.token for hit in search(planted.folder, some, decoded=False)}
    assert len(found) > 0.6 * len(some)  # the rest stands in deflated files
