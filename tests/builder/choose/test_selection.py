"""What the options of a build leave out, with its reason; and that every file is accounted for."""

from collections import Counter
import os
from pathlib import Path
import shutil
import tarfile
import tempfile
import zipfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.uid import MRImageStorage
import pytest

from builder.check import check_bundle
from builder.choose.selection import Selection
from builder.errors.build import FilesUnaccounted, NothingToTake
from builder.key.lookup import find_not_taken
from builder.key.register import connect, register_path
from builder.pipeline import sources
from builder.plan import SkippedFile
from builder.reasons import Reason
from builder.scan.exclusions import Exclusions
from builder.scan.series_facts import localizer_sign, slice_thickness
from bundle.index.index import Catalog
from tests import scans
from tests.conftest import build_bundle


def write(folder: Path, number: int, slices: int, **attributes: object) -> Path:
    """A series of the one invented patient; each has its own numbers."""

    def change(dataset: Dataset, k: int) -> None:
        dataset.SeriesInstanceUID = f"1.2.3.4.{number}"
        dataset.SOPInstanceUID, dataset.SeriesNumber = f"1.2.3.4.{number}.{k}", number
        for keyword, value in attributes.items():
            if value is None:
                delattr(dataset, keyword)
            else:
                setattr(dataset, keyword, value)

    return scans.write_series(folder, slices, change)


@pytest.fixture
def study(tmp_path):
    """Thin, thick, silent about its thickness, a localizer, an MR, and a thin series of two slices."""
    folder = tmp_path / "scans"
    write(folder / "thin", 1, 5, SliceThickness=1)
    write(folder / "thick", 2, 4, SliceThickness=5)
    write(folder / "silent", 3, 4, SliceThickness=None)
    write(folder / "topo", 4, 1, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"], SliceThickness=1)
    write(folder / "mr", 5, 3, SOPClassUID=MRImageStorage, Modality="MR", SliceThickness=1)
    write(folder / "two", 6, 2, SliceThickness=1)
    return folder


def left_out(outcome) -> dict[str, Reason]:
    """The reason of each folder of which something was left out."""
    return {file.path.parent.name: file.reason for file in outcome.skipped}


@pytest.mark.parametrize(
    ("selection", "gone"),
    [
        (Selection(), {}),
        (Selection(modalities=frozenset({"CT"})), {"mr": Reason.OTHER_KIND}),
        (Selection(min_slices=3), {"topo": Reason.TOO_FEW, "two": Reason.TOO_FEW}),
        (Selection(max_thickness=1.5), {"thick": Reason.TOO_THICK, "silent": Reason.THICKNESS_UNKNOWN}),
        (Selection(no_localizers=True), {"topo": Reason.LOCALIZER}),
        (Selection(excluded=("t*",)), dict.fromkeys(("thin", "thick", "topo", "two"), Reason.EXCLUDED)),
    ],
)
def test_each_option_leaves_out_what_it_says_and_nothing_else(tmp_path, study, selection, gone):
    outcome = build_bundle(tmp_path, study, selection=selection, look_into_pictures=False).outcome
    assert left_out(outcome) == gone
    on_stick = {source.parent.name for source in outcome.written.values()}
    assert on_stick == {folder.name for folder in study.iterdir()} - set(gone)
    assert outcome.seen_files == 19 == outcome.taken + len(outcome.skipped)
    assert outcome.taken == sum(1 for path in (tmp_path / "stick" / "DICOM").rglob("IM*"))
    not_chosen = 0 if selection.excluded else len(outcome.skipped)  # what was never read is of no study
    with Catalog(tmp_path / "stick") as catalog:
        assert [study.images_not_chosen for study in catalog.studies()] == [not_chosen]
    told = [finding.message for finding in outcome.findings if finding.check == "pictures.not_chosen"]
    assert told == ([f"{not_chosen} not chosen"] if not_chosen else [])
    for paper, line in (("README.TXT", "  CASE-001: {} not chosen"), ("INDEX.HTM", "<td>{} not chosen</td></tr>")):
        text = (tmp_path / "stick" / paper).read_text()
        assert (line.format(not_chosen) in text, "not chosen" in text) == (not_chosen > 0, not_chosen > 0)
    assert not [finding for finding in outcome.findings if finding.severity == "error"]


def test_the_register_knows_why_a_file_is_not_on_the_stick(tmp_path, study):
    built = build_bundle(tmp_path, study, selection=Selection(max_thickness=1.5), look_into_pictures=False)
    with connect(register_path(built.key), lambda _: None, make=False) as register, register.reading() as connection:
        (found,) = find_not_taken(connection, str(study / "thick" / "I000"), None)
    assert (found.reason, found.detail) == ("too_thick", "5 mm")


def test_a_series_is_never_torn_by_its_thickness(tmp_path):
    folder = write(tmp_path / "scans" / "mixed", 1, 4, SliceThickness=1)
    write(tmp_path / "scans" / "other", 2, 3)
    for k, path in enumerate(sorted(folder.iterdir())):
        if k == 2:
            dataset = scans.pydicom.dcmread(path)
            dataset.SliceThickness = 3
            scans.save(dataset, path)
    outcome = build_bundle(tmp_path, tmp_path / "scans", selection=Selection(max_thickness=2)).outcome
    assert Counter(file.path.parent.name for file in outcome.skipped) == {"mixed": 4}


def test_if_everything_is_left_out_nothing_is_written_and_the_reasons_are_named(tmp_path, study):
    with pytest.raises(NothingToTake) as caught:
        build_bundle(tmp_path, study, selection=Selection(min_slices=100))
    assert Counter(file.reason for file in caught.value.skipped) == {Reason.TOO_FEW: 19}
    assert list((tmp_path / "stick").iterdir()) == []


@pytest.mark.parametrize(
    ("attributes", "sign"),
    [
        ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "Image Type"),
        ({"ScanOptions": "SURVIEW"}, "Scan Options"),
        ({"SeriesDescription": "Scout_AP"}, "Series Description"),
        ({"SeriesDescription": "3-plane localiser"}, "Series Description"),
        ({"SeriesDescription": "Topogram  0.6  T20s"}, "Series Description"),
        ({"SeriesDescription": "Discouting of fat"}, ""),
        ({"SeriesDescription": "Thorax 1.0 B30f"}, ""),
        ({}, ""),
    ],
)
def test_signs_of_a_localizer(attributes, sign):
    dataset = Dataset()
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    assert localizer_sign(dataset) == sign


def _enhanced(shared: list[float], own: list[float]) -> Dataset:
    def groups(thickness: float) -> Dataset:
        measures, group = Dataset(), Dataset()
        measures.SliceThickness = thickness
        group.PixelMeasuresSequence = [measures]
        return group

    dataset = Dataset()
    dataset.SharedFunctionalGroupsSequence = [groups(value) for value in shared]
    dataset.PerFrameFunctionalGroupsSequence = [groups(value) for value in own]
    return dataset


def test_the_thickness_of_several_frames_is_that_of_the_thickest():
    assert slice_thickness(_enhanced([2.5], [])) == 2.5
    assert slice_thickness(_enhanced([], [1, 3, 2])) == 3
    assert slice_thickness(_enhanced([], [])) is None


@pytest.mark.parametrize("value", ["", "0", "-1", "nan", "inf", "thin"])
def test_a_thickness_that_is_no_length_counts_as_missing(value, monkeypatch):
    class Header(dict):
        """Values as a damaged file may have them."""

    assert slice_thickness(Header(SliceThickness=value)) is None


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("DERIVED", "derived/I1", True),
        ("DERIVED", "a/b/Derived/c/I1", True),
        ("DERIVED", "a/DERIVED2/I1", False),
        ("*.zip", "a/disc.zip", True),
        ("*.zip", "a/disc.zip/DICOM/I1", True),
        ("a/*", "a/I1", True),
        ("a/*", "b/a/I1", False),
        ("a/*/c", "a/b/x/c", False),
        ("a/**/c", "a/b/x/c/I1", True),
        ("a/**/c", "a/c", True),
        ("a\\b", "a/b/I1", True),
        ("./a/", "a/I1", True),
        ("I[0-3]", "x/I2", True),
    ],
)
def test_patterns_of_paths(tmp_path, pattern, path, fits):
    found = Exclusions([pattern]).fits(str(tmp_path / path).replace("/", os.sep), tmp_path)
    assert found == (pattern if fits else "")


def test_the_folder_that_the_researcher_names_is_never_left_out(tmp_path):
    folder = write(tmp_path / "scans", 1, 3)
    outcome = build_bundle(tmp_path, folder, selection=Selection(excluded=("scans", "I001"))).outcome
    assert (outcome.taken, [file.path.name for file in outcome.skipped]) == (2, ["I001"])
    (notice,) = [notice for notice in outcome.notices if notice.kind == "unused pattern"]
    assert notice.text == "--exclude scans: no file below the scans fits it"
    assert not notice.is_good_to_know


def test_an_archive_that_is_left_out_is_not_unpacked(tmp_path):
    folder = write(tmp_path / "scans" / "a", 1, 3).parent
    with zipfile.ZipFile(folder / "disc.zip", "w") as archive:
        archive.write(folder / "a" / "I000", "I900")
    outcome = build_bundle(tmp_path, folder, selection=Selection(excluded=("*.ZIP",))).outcome
    assert left_out(outcome) == {"scans": Reason.EXCLUDED}
    assert not any(notice.kind == "archive" for notice in outcome.notices)


# The totals

_KINDS = st.sampled_from(["image", "same", "text", "broken", "pipe", "link", "nowhere", "zip", "tar", "localizer"])


def _put(folder: Path, kind: str, number: int) -> int:
    """Put something into a folder; returns how many files a researcher would count there."""
    folder.mkdir(parents=True, exist_ok=True)
    place, template = folder / f"F{number}", folder.parent.parent / "template"
    match kind:
        case "image" | "localizer":
            dataset = scans.pydicom.dcmread(template)
            dataset.SOPInstanceUID = f"1.2.3.9.{number}"
            dataset.InstanceNumber = number
            if kind == "localizer":
                dataset.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
            scans.save(dataset, place)
        case "same":
            shutil.copy(template, place)
        case "text":
            place.write_text("Quillfeather")
        case "broken":
            place.write_bytes(template.read_bytes()[:-100])
        case "pipe":
            os.mkfifo(place)
        case "link":
            place.symlink_to(template)
        case "nowhere":
            place.symlink_to(folder / "nothing")
        case "zip":
            with zipfile.ZipFile(place.with_suffix(".zip"), "w") as archive:
                for k in range(number % 3):
                    archive.write(template, f"a/I{k}")
            return max(number % 3, 1)  # an empty one is a file itself
        case "tar":
            tarfile.open(place.with_suffix(".tar"), "w").close()
    return 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), _KINDS), max_size=12),
    selection=st.sampled_from([
        Selection(), Selection(no_localizers=True), Selection(min_slices=3), Selection(excluded=("b", "*.zip")),
        Selection(max_thickness=1), Selection(modalities=frozenset({"CT"})),
    ]),
)  # fmt: skip
def test_whatever_lies_below_the_scans_the_totals_add_up(kinds, selection):
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        (work / "scans").mkdir()
        scans.save(scans.ct_slice(scans.np.arange(64).reshape(8, 8), (0, 0, 0), 1), work / "template")
        seen = _put(work / "scans" / "z", "image", 0)
        for number, (folder, kind) in enumerate(kinds, start=1):
            counted = _put(work / "scans" / folder, kind, number)
            seen += 1 if kind == "zip" and selection.excluded else counted
        try:
            outcome = build_bundle(work, work / "scans", selection=selection, dry_run=True).outcome
        except NothingToTake as nothing:
            assert len(nothing.skipped) == seen
            return
        assert outcome.seen_files == seen == outcome.taken + len(outcome.skipped)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_lost_file_ends_the_build_with_exit_code_1_and_no_bundle(tmp_path, monkeypatch, dry_run):
    """As a step that forgets a file would lose it."""
    folder = write(tmp_path / "scans", 1, 4)
    right = sources.scan

    def forgetful(*given: object, **named: object) -> object:
        scanned = right(*given, **named)
        return scanned._replace(taken=scanned.taken[1:])

    monkeypatch.setattr(sources, "scan", forgetful)
    with pytest.raises(FilesUnaccounted) as caught:
        build_bundle(tmp_path, folder, dry_run=dry_run)
    assert caught.value.exit_code == 1
    assert "4 files were found below the scans, but 3 were taken and 0 were left out" in str(caught.value)
    assert list((tmp_path / "stick").iterdir()) == []


def test_a_lost_file_costs_nothing_of_the_bundle_to_which_it_was_to_be_added(tmp_path, monkeypatch):
    folder = write(tmp_path / "scans", 1, 4)
    drive = build_bundle(tmp_path, folder).drive
    before = {path.relative_to(drive): path.read_bytes() for path in drive.rglob("IM*")}
    right = sources.scan

    def forgetful(*given: object, **named: object) -> object:
        scanned = right(*given, **named)
        return scanned._replace(taken=scanned.taken[1:])

    more = write(tmp_path / "more", 2, 4)
    with monkeypatch.context() as patched, pytest.raises(FilesUnaccounted, match="with --resume and this part"):
        patched.setattr(sources, "scan", forgetful)
        build_bundle(tmp_path, more, add=True)
    build_bundle(tmp_path, folder, add=True, resume=True)
    assert {path.relative_to(drive): path.read_bytes() for path in drive.rglob("IM*")} == before
    assert {found.check for found in check_bundle(drive)} <= {"viewer.none", "drive.file_system"}


def test_a_file_told_twice_is_no_more_accounted_for_than_one_that_is_lost(tmp_path, monkeypatch):
    folder = write(tmp_path / "scans", 1, 4)
    right = sources.scan

    def doubled(*given: object, **named: object) -> object:
        scanned = right(*given, **named)
        return scanned._replace(skipped=[SkippedFile(folder / "I000", Reason.NOT_DICOM)])

    monkeypatch.setattr(sources, "scan", doubled)
    with pytest.raises(FilesUnaccounted):
        build_bundle(tmp_path, folder)
