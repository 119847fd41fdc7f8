"""Text in pictures, from the scans to the stick: images left out, masked, shown and decided, and where that appears."""

from collections.abc import Callable, Sequence
import csv
from dataclasses import replace
from html.parser import HTMLParser
import io
from pathlib import Path
import re
import shutil
import subprocess

import click
import numpy as np
from PIL import Image
from pydicom import dcmread
import pytest

from builder.burned_in import looking, text_search
from builder.burned_in.found import Box, Candidate, CandidateKind, Word
from builder.burned_in.opencv import cv2
from builder.burned_in.views import SIDE
from builder.check import check_bundle
from builder.cli import report
from builder.cli.main import cli
from builder.decide.decisions import read_decisions
from builder.errors.build import NothingToTake
from builder.errors.decisions import DecisionsMistaken
from builder.key.private_files import look_path, table_path
from builder.pipeline.outcome import needs_a_look
from builder.reasons import Reason
from bundle.images.alterations import masked_share
from bundle.index.index import Catalog
from tests import scans, texts
from tests.conftest import Built, build_bundle


class Deaf:
    """A reader that reads nothing, so that anything like text stays a suspicion."""

    readings = 0

    def begin(self) -> None:
        """Nothing has to start."""

    def read(self, pictures: Sequence[np.ndarray]) -> list[list[Word]]:
        return [self._words(picture) for picture in pictures]

    def _words(self, picture: np.ndarray) -> list[Word]:
        return []


class Sharp(Deaf):
    """A reader that reads any bright part of a crop as a word, but cannot read whole series."""

    def _words(self, picture: np.ndarray) -> list[Word]:
        if max(picture.shape) >= SIDE:
            return []
        bright = cv2.dilate((picture > 220).astype(np.uint8), np.ones((11, 11)))
        _, _, boxes, _ = cv2.connectedComponentsWithStats(bright)
        found = [Box(int(y) + 5, int(x) + 5, int(y + h) - 5, int(x + w) - 5) for x, y, w, h, _ in boxes[1:]]
        return [Word(texts.NAME, 0.99, box) for box in found]


class Whole(Sharp):
    """A reader that also reads the brightest parts of whole series."""

    def _words(self, picture: np.ndarray) -> list[Word]:
        if max(picture.shape) < SIDE:
            return super()._words(picture)
        rows, columns = np.nonzero(picture[: SIDE // 8] > 220)  # above the patient
        if not rows.size:
            return []
        return [Word(texts.NAME, 0.99, Box(*map(int, (rows.min(), columns.min(), rows.max(), columns.max()))))]


def find_ink(frames: Sequence[np.ndarray]) -> list[Candidate]:
    """A first stage that suspects anything brighter than bone, so that these tests are about the outcome."""
    found = []
    for k, frame in enumerate(frames):
        rows, columns = np.nonzero(frame > (texts.BONE + texts.INK) / 2)
        if rows.size:
            box = Box(*map(int, (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)))
            found.append(Candidate(box, k, 0.9, CandidateKind.PEN, 10))
    return found


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_search, "_reader", Deaf)
    monkeypatch.setattr(looking, "find_candidates", find_ink)


@pytest.fixture
def sharp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_search, "_reader", Sharp)
    monkeypatch.setattr(looking, "find_candidates", find_ink)


def small(pixels: np.ndarray) -> np.ndarray:
    """Text that a mask of 1 % of the picture covers."""
    return texts.with_text(pixels, "ADA 531", (8, 8), 14)


def over(pixels: np.ndarray) -> np.ndarray:
    return texts.with_text(pixels, "ADA 531", (200, 200), 14)


def report_of(built: Built) -> str:
    return "\n".join(report.lines(built.outcome, whole=False))


def kinds(built: Built) -> dict[str, list[str]]:
    """Check -> its findings, except those due to the made scans."""
    found: dict[str, list[str]] = {}
    for finding in check_bundle(built.drive):
        if finding.check not in ("dicom.iod", "viewer.none", "index.gap"):
            found.setdefault(finding.check, []).append(f"{finding.subject}: {finding.message}")
    return found


def pixels_by_source(built: Built) -> dict[Path, np.ndarray]:
    return {source: dcmread(built.drive / path).pixel_array for path, source in built.outcome.written.items()}


def series_of(built: Built):
    with Catalog(built.drive) as catalog:
        return catalog.studies()[0].series[0]


def decide(built: Built, fill: Callable[[dict[str, str]], str], **saved: str) -> Path:
    """The table filled in as a spreadsheet saves it."""
    table = table_path(built.key)
    rows = list(csv.DictReader(table.open(encoding="utf-8", newline="")))
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], delimiter=saved.get("delimiter", ","))
    writer.writeheader()
    writer.writerows(row | {"decision": fill(row)} for row in rows)
    copy = built.key.parent / "filled.csv"
    copy.write_text(text.getvalue(), encoding=saved.get("encoding", "utf-8"))
    return copy


def again(work: Path, built: Built, table: Path, *sources: Path, **options: object) -> Built:
    """Built once more with the same key onto an empty drive."""
    fresh = work / "again"
    (fresh / "keys").mkdir(parents=True)
    shutil.copy(built.key, fresh / "keys" / built.key.name)
    return build_bundle(fresh, *sources, decisions=read_decisions(table), **options)


# Text that is read


@pytest.fixture
def with_one(tmp_path: Path) -> tuple[Path, Path]:
    """Six slices, the third of which shows a name beside the patient; the folder, and that file."""
    paths = texts.write_series(tmp_path / "scans", 6, {2: texts.with_text})
    return tmp_path / "scans", paths[2]


def test_the_reader_confirms_drawn_text_and_nothing_else(tmp_path, with_one):
    folder, path = with_one
    built = build_bundle(tmp_path, folder)
    (skipped,) = built.outcome.skipped
    assert (skipped.path, skipped.reason) == (path, Reason.TEXT_FOUND)
    assert "row " in skipped.detail
    assert set(built.outcome.written.values()) == set(folder.iterdir()) - {path}
    assert not built.outcome.decided and needs_a_look(built.outcome)


def test_text_that_only_a_whole_series_shows_is_read_in_each_of_its_images(tmp_path, monkeypatch):
    """Text that the first stage misses: only the images with it are left out."""
    monkeypatch.setattr(text_search, "_reader", Whole)
    monkeypatch.setattr(looking, "find_candidates", lambda frames: [])
    paths = texts.write_series(tmp_path / "scans", 8, dict.fromkeys((2, 5), texts.with_text))
    built = build_bundle(tmp_path, tmp_path / "scans")
    assert {skipped.path for skipped in built.outcome.skipped} == {paths[2], paths[5]}


def test_an_image_with_text_is_off_the_stick_and_said_everywhere(tmp_path, with_one, sharp):
    folder, path = with_one
    built = build_bundle(tmp_path, folder)
    assert [skipped.path for skipped in built.outcome.skipped] == [path]
    on_medium = {file.relative_to(built.drive).as_posix() for file in built.drive.rglob("IM*")}
    assert on_medium == set(built.outcome.written) and len(on_medium) == 5
    assert "CASE-001, series 2: 1 of 6 left out, the volume has a hole at 5.0 mm" in report_of(built)
    series = series_of(built)
    assert (series.number_of_instances, series.images_left_out, series.images_masked) == (5, 1, 0)
    assert "  CASE-001: 1 left out\r\n" in (built.drive / "README.TXT").read_bytes().decode()
    assert "<td>1 left out</td>" in (built.drive / "INDEX.HTM").read_text()
    assert kinds(built) == {"pictures.left_out": ["CASE-001, series 2: 1 of 6 left out"]}
    everything = b"".join(file.read_bytes() for file in built.drive.rglob("*") if file.is_file())
    assert dcmread(path).PixelData[:8192] not in everything


def test_a_build_without_text_says_nothing_of_it(tmp_path, sharp):
    texts.write_series(tmp_path / "scans", 4)
    built = build_bundle(tmp_path, tmp_path / "scans")
    assert "Text in pictures" not in report_of(built) and "left out" not in (built.drive / "README.TXT").read_text()
    assert "<li>The pixels are those of the original image.</li>" in (built.drive / "INDEX.HTM").read_text()
    assert not look_path(built.key).exists() and not table_path(built.key).exists()
    assert kinds(built) == {}


def test_the_ends_of_a_series_are_no_holes_and_many_holes_are_counted(tmp_path, sharp):
    texts.write_series(tmp_path / "scans", 9, dict.fromkeys((0, 2, 3, 8), texts.with_text))
    assert "4 of 9 left out, the volume has holes at 5.0 and 7.5 mm" in report_of(
        build_bundle(tmp_path, tmp_path / "scans")
    )


def test_a_plan_picture_that_is_left_out_is_no_hole_in_the_slices_that_it_plans(tmp_path, sharp):
    def across(dataset, k):
        if k == 3:
            dataset.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]

    texts.write_series(tmp_path / "scans", 7, {3: texts.with_text}, across)
    told = report_of(build_bundle(tmp_path, tmp_path / "scans"))
    assert "CASE-001, series 2: 1 of 7 left out" in told and "hole" not in told


def test_a_case_of_which_no_image_is_left_is_named_by_its_pseudonym(tmp_path, sharp):
    def other(dataset, k):
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3.9", "1.2.3.9.1"
        dataset.SOPInstanceUID = f"1.2.3.9.1.{k + 1}"

    texts.write_series(tmp_path / "scans/a", 3)
    texts.write_series(tmp_path / "scans/b", 3, dict.fromkeys(range(3), texts.with_text), other)
    built = build_bundle(tmp_path, tmp_path / "scans")
    assert re.search(r"P-\w+ \(no image of the case is left\), series 2: 3 of 3 left out", report_of(built))
    assert kinds(built) == {}


def test_a_series_without_an_image_left_counts_for_its_case(tmp_path, sharp):
    def other(dataset, k):
        dataset.SeriesInstanceUID, dataset.SeriesNumber = "1.2.3.9.1", 4
        dataset.SOPInstanceUID = f"1.2.3.9.1.{k + 1}"

    texts.write_series(tmp_path / "scans/a", 3)
    texts.write_series(tmp_path / "scans/b", 3, dict.fromkeys(range(3), texts.with_text), other)
    built = build_bundle(tmp_path, tmp_path / "scans")
    found = ["CASE-001: 3 left out, of series of which no image is left"]
    assert kinds(built) == {"pictures.left_out": found}
    assert "<td>3 left out</td>" in (built.drive / "INDEX.HTM").read_text()


def test_several_images_with_text_take_no_other_ones_along(tmp_path, sharp):
    """Only a confirmed reading leaves an image out, however many of its series show text."""
    paths = texts.write_series(tmp_path / "scans", 8, dict.fromkeys((3, 4, 5), texts.with_text))
    built = build_bundle(tmp_path, tmp_path / "scans")
    assert {skipped.path for skipped in built.outcome.skipped} == set(paths[3:6])


def test_where_no_image_is_left_nothing_is_written(tmp_path, sharp):
    texts.write_series(tmp_path / "scans", 2, dict.fromkeys((0, 1), texts.with_text))
    with pytest.raises(NothingToTake) as refused:
        build_bundle(tmp_path, tmp_path / "scans")
    assert {skipped.reason for skipped in refused.value.skipped} == {Reason.TEXT_FOUND}
    assert not any((tmp_path / "stick").rglob("IM*"))


def test_without_the_search_the_picture_stays_as_it_is(tmp_path, with_one):
    folder, path = with_one
    built = build_bundle(tmp_path, folder, look_into_pictures=False)
    assert np.array_equal(pixels_by_source(built)[path], dcmread(path).pixel_array)


# Masks


def test_masked_text_is_gone_and_said_in_that_file_alone(tmp_path, sharp):
    paths = texts.write_series(tmp_path / "scans", 4, {1: small})
    built = build_bundle(tmp_path, tmp_path / "scans", mask=True)
    assert built.outcome.skipped == []
    for written, source in built.outcome.written.items():
        before, after = dcmread(source), dcmread(built.drive / written)
        codes = {item.CodeValue for item in after.DeidentificationMethodCodeSequence}
        changed = before.pixel_array != after.pixel_array
        if source == paths[1]:
            assert 0 < changed.mean() <= 0.01
            assert not changed[40:].any() and not changed[:, 90:].any()
            assert after.pixel_array[:40, :90].max() < texts.AIR + 100  # of the letters nothing is left
            share = masked_share(after.DerivationDescription)
            assert (after.BurnedInAnnotation, "113101" in codes) == ("NO", True)
            assert share is not None and changed.mean() <= share <= 0.01
        else:
            assert not changed.any()
            assert ("BurnedInAnnotation" in after, "113101" in codes) == (False, False)
            assert "DerivationDescription" not in after
    assert re.search(r"CASE-001, series 2: 1 of 4 masked, 0\.\d % of a picture at the most", report_of(built))
    assert "  CASE-001: 1 masked\r\n" in (built.drive / "README.TXT").read_bytes().decode()
    assert kinds(built) == {"pictures.masked": ["CASE-001, series 2: 1 of 4 masked"]}
    assert series_of(built).images_masked == 1


def test_the_real_reader_reads_nothing_any_more_where_text_was_masked(tmp_path):
    def large(pixels):
        twice = np.kron(pixels, np.ones((2, 2), pixels.dtype))
        return texts.with_text(twice, "QUILLFEATHER", (10, 10), 22)

    def change(dataset, k):
        dataset.Rows = dataset.Columns = 2 * texts.SIZE
        dataset.PixelData = large(texts.phantom(k)).tobytes()

    texts.write_series(tmp_path / "scans", 1, change=change)
    texts.write_series(
        tmp_path / "scans/plain", 1, change=lambda dataset, _: setattr(dataset, "SeriesInstanceUID", "1.2.9")
    )
    built = build_bundle(tmp_path, tmp_path / "scans", mask=True)
    assert [skipped.detail for skipped in built.outcome.skipped] == []
    (masked,) = (path for path in built.drive.rglob("IM*") if dcmread(path).Rows == 2 * texts.SIZE)
    assert masked_share(dcmread(masked).DerivationDescription)
    corner = (dcmread(masked).pixel_array[:60, :240].astype(float) + 1000) / 3500 * 255
    assert text_search._reader().read([corner.clip(0, 255).astype(np.uint8)]) == [[]]


@pytest.mark.parametrize("drawn", [texts.with_text, over], ids=["too large", "over the patient"])
def test_what_may_not_be_masked_is_left_out(tmp_path, sharp, drawn):
    paths = texts.write_series(tmp_path / "scans", 4, {1: drawn})
    built = build_bundle(tmp_path, tmp_path / "scans", mask=True)
    (skipped,) = built.outcome.skipped
    assert (skipped.path, skipped.reason) == (paths[1], Reason.TEXT_FOUND)
    assert re.search("more than 1%" if drawn is texts.with_text else "over the patient", skipped.detail)
    assert not [path for path in built.drive.rglob("IM*") if "DerivationDescription" in dcmread(path)]


def test_dcmtk_reads_a_masked_file(tmp_path, sharp):
    texts.write_series(tmp_path / "scans", 2, {1: small})
    built = build_bundle(tmp_path, tmp_path / "scans", mask=True)
    for written in built.outcome.written:
        subprocess.run(["dcmdump", "-q", built.drive / written], check=True, capture_output=True)


def test_an_image_that_says_that_it_shows_text_needs_text_that_can_be_masked(tmp_path, sharp):
    def says(dataset, k):
        if k in (1, 2):
            dataset.BurnedInAnnotation = "YES"

    paths = texts.write_series(tmp_path / "scans", 4, {1: small}, says)
    built = build_bundle(tmp_path, tmp_path / "scans", mask=True)
    assert [(skipped.path, skipped.reason) for skipped in built.outcome.skipped] == [(paths[2], Reason.BURNED_IN)]
    built = build_bundle(tmp_path / "again", tmp_path / "scans")
    assert {skipped.path for skipped in built.outcome.skipped} == set(paths[1:3])


# What is only suspected


def test_what_is_not_read_stays_and_waits_for_a_decision(tmp_path, with_one, deaf):
    folder, path = with_one
    built = build_bundle(tmp_path, folder)
    assert built.outcome.skipped == [] and needs_a_look(built.outcome)
    assert np.array_equal(pixels_by_source(built)[path], dcmread(path).pixel_array)
    assert kinds(built) == {"pictures.undecided": ["CASE-001, series 2: 1 of 6 wait for a decision"]}
    said = report_of(built)
    assert "To decide: 1 picture that may show text" in said and f"--decide {table_path(built.key)}" in said
    assert look_path(built.key).stat().st_mode & 0o777 == table_path(built.key).stat().st_mode & 0o777 == 0o600
    on_stick = b"".join(file.read_bytes() for file in built.drive.rglob("*") if file.is_file())
    assert dcmread(path).SOPInstanceUID.encode() not in on_stick


class Page(HTMLParser):
    """What a page shows, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.words += f" {data}"


def test_the_page_shows_the_place_and_needs_nothing_else(tmp_path, deaf):
    folder = tmp_path / "<b>scans & 'more'"
    texts.write_series(folder, 6, {2: texts.with_text, 4: texts.with_text})
    built = build_bundle(tmp_path, folder)
    page = Page(look_path(built.key).read_text(encoding="utf-8"))
    assert {"script", "link", "b"}.isdisjoint(page.tags) and str(folder / "T002") in page.words
    assert "CASE-001, series 2, image 3" in page.words and "2 pictures to decide" in page.words
    pictures = [source.partition("base64,") for source in page.sources]
    assert len(pictures) == 4 and {head for head, _, _ in pictures} == {"data:image/png;"}
    import base64

    whole, place, *_ = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("L")) for _, _, picture in pictures
    )
    assert whole.shape == (220, 220)
    assert place.shape[1] > place.shape[0] and (place > 180).mean() > 0.03  # the letters, enlarged


@pytest.mark.parametrize(
    ("choice", "left"),
    [("keep", {}), ("leave out", {"pictures.left_out"}), ("mask", {"pictures.masked"})],
)
def test_a_decision_on_a_suspicion_is_carried_out_and_nothing_waits_any_more(tmp_path, deaf, choice, left):
    paths = texts.write_series(tmp_path / "scans", 4, {1: small})
    built = build_bundle(tmp_path, tmp_path / "scans")
    table = decide(built, lambda row: choice if row["image_uid"] else "")
    shutil.move(tmp_path / "scans", tmp_path / "moved")
    second = again(tmp_path, built, table, tmp_path / "moved")
    assert set(kinds(second)) == set(left)
    assert not needs_a_look(second.outcome) or choice != "keep"
    stays = [source.name for source in second.outcome.written.values()]
    assert (paths[1].name in stays) is (choice != "leave out")
    if choice == "leave out":
        assert [skipped.reason for skipped in second.outcome.skipped] == [Reason.DECIDED]
        assert "1 of 4 left out, the volume has a hole at 2.5 mm" in report_of(second)
    rows = list(csv.DictReader(table_path(second.key).open(newline="")))
    assert [row["decision"] for row in rows if row["image_uid"]] == [choice]  # so the next build can be given it


def test_a_line_for_a_series_is_for_all_of_it(tmp_path, deaf):
    texts.write_series(tmp_path / "scans/a", 4, {1: small, 2: small})

    def other(dataset, k):
        dataset.SeriesInstanceUID, dataset.SOPInstanceUID = "1.2.3.9.1", f"1.2.3.9.1.{k + 1}"

    texts.write_series(tmp_path / "scans/b", 3, {0: small}, other)
    built = build_bundle(tmp_path, tmp_path / "scans")
    choices = {"1.2.3.4.5": "keep", "1.2.3.9.1": "Leave-Out"}
    table = decide(built, lambda row: "" if row["image_uid"] else choices[row["series_uid"]], delimiter=";")
    second = again(tmp_path, built, table, tmp_path / "scans")
    assert {path.parent.name for path in second.outcome.written.values()} == {"a"}
    assert {skipped.path.parent.name for skipped in second.outcome.skipped} == {"b"} and len(
        second.outcome.skipped
    ) == 3
    assert kinds(second) == {"pictures.left_out": ["CASE-001: 3 left out, of series of which no image is left"]}


def test_over_the_patient_only_a_decision_masks(tmp_path, sharp):
    paths = texts.write_series(tmp_path / "scans", 4, {1: over})
    built = build_bundle(tmp_path, tmp_path / "scans", mask=True)
    assert [skipped.path for skipped in built.outcome.skipped] == [paths[1]]
    second = again(tmp_path, built, decide(built, lambda row: "mask" if row["image_uid"] else ""), tmp_path / "scans")
    assert second.outcome.skipped == [] and set(kinds(second)) == {"pictures.masked"}
    changed = pixels_by_source(second)[paths[1]] != dcmread(paths[1]).pixel_array
    assert 0 < changed.mean() <= 0.01 and changed[185:235, 180:290].sum() == changed.sum()


def test_text_that_was_read_is_kept_by_a_line_of_its_own_and_that_is_said(tmp_path, with_one, sharp):
    folder, path = with_one
    built = build_bundle(tmp_path, folder)
    second = again(tmp_path, built, decide(built, lambda row: "keep" if row["image_uid"] else ""), folder)
    assert second.outcome.skipped == []
    (kept,) = (file for file in second.drive.rglob("IM*") if "DerivationDescription" in dcmread(file))
    assert np.array_equal(dcmread(kept).pixel_array, dcmread(path).pixel_array)
    assert "1 of 6 kept, as you decided" in report_of(second)
    assert "  CASE-001: 1 kept with text\r\n" in (second.drive / "README.TXT").read_bytes().decode()
    assert set(kinds(second)) == {"pictures.kept"}


def test_a_keep_for_a_suspicion_keeps_no_text_that_is_read_later(tmp_path, with_one, deaf, monkeypatch):
    folder, path = with_one
    built = build_bundle(tmp_path, folder)
    table = decide(built, lambda row: "keep" if row["image_uid"] else "")
    monkeypatch.setattr(text_search, "_reader", Sharp)
    second = again(tmp_path, built, table, folder)
    assert [skipped.path for skipped in second.outcome.skipped] == [path]


# The table


TABLE = "decision,found,case,series,image,series_uid,image_uid\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (TABLE + "maybe,,,,,1.2.3.4.5,\n", "line 2: 'maybe' is no decision; write one of: keep, mask, leave out"),
        (TABLE + "keep,,,,,,\n", "line 2: it names no image and no series"),
        (TABLE + "keep,,,,,1.2,\nmask,,,,,1.2,\n", "line 3: it names the same as line 2"),
        ("decision,image\nkeep,1.2\n", "line 1: there is no column series_uid"),
        ("", "line 1: there is no column decision"),
    ],
)
def test_a_table_that_says_nothing_sensible_is_refused_with_the_line(tmp_path, content, said):
    file = tmp_path / "table.csv"
    file.write_text(content)
    with pytest.raises(DecisionsMistaken, match=re.escape(said)):
        read_decisions(file)


@pytest.mark.parametrize("line", ["keep,,,,,1.2.99,", "leave out,,,,,,1.2.99"])
def test_a_line_that_fits_nothing_is_refused_before_anything_is_written(tmp_path, line):
    texts.write_series(tmp_path / "scans", 2)
    file = tmp_path / "table.csv"
    file.write_text(f"{TABLE}{line}\n")
    with pytest.raises(DecisionsMistaken, match=r"line 2: no (image|series) 1\.2\.99 is in these scans"):
        build_bundle(tmp_path, tmp_path / "scans", decisions=read_decisions(file))
    assert not any((tmp_path / "stick").iterdir())


def test_a_line_is_refused_where_its_uid_names_two_pictures(tmp_path):
    paths = texts.write_series(
        tmp_path / "scans", 2, {1: small}, lambda dataset, _: setattr(dataset, "SOPInstanceUID", "1.2.7")
    )
    assert len(paths) == 2
    file = tmp_path / "table.csv"
    file.write_text(f"{TABLE}keep,,,,,,1.2.7\n")
    with pytest.raises(DecisionsMistaken, match=r"line 2: 2 pictures of these scans have the UID 1\.2\.7"):
        build_bundle(tmp_path, tmp_path / "scans", decisions=read_decisions(file))


def test_the_order_of_lines_and_what_a_spreadsheet_makes_of_them_do_not_matter(tmp_path):
    lines = ["keep,text,CASE-001,2,3,1.2,1.2.3", "Leave_Out ,suspected,CASE-001,2,all,'1.2,", ",,,,,1.9,"]
    for number, (some, encoding) in enumerate([(lines, "utf-8"), (lines[::-1], "utf-8-sig")]):
        file = tmp_path / f"{number}.csv"
        file.write_text(TABLE + "\n".join(some) + "\n", encoding=encoding)
    first, second = (read_decisions(tmp_path / f"{number}.csv") for number in (0, 1))
    assert {replace_line(line) for line in first.lines} == {replace_line(line) for line in second.lines}
    assert len(first.lines) == 2


def replace_line(line):
    return line._replace(line=0)


def test_a_formula_stays_a_text(tmp_path, deaf):
    def odd(dataset, k):
        dataset.SeriesInstanceUID = "=cmd|' /C calc'!A0"

    texts.write_series(tmp_path / "scans", 3, {1: small}, odd)
    built = build_bundle(tmp_path, tmp_path / "scans")
    cells = [cell for row in csv.reader(table_path(built.key).open(newline="")) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells and not [cell for cell in cells if cell.startswith("=")]
    table = decide(built, lambda row: "keep" if not row["image_uid"] else "")
    assert kinds(again(tmp_path, built, table, tmp_path / "scans")) == {}


def test_a_decision_that_was_filled_in_and_not_handed_over_does_not_get_lost(tmp_path, with_one, deaf):
    folder, _ = with_one
    built = build_bundle(tmp_path, folder)
    filled = decide(built, lambda row: "keep" if row["image_uid"] else "")
    shutil.copy(filled, table_path(built.key))
    shutil.rmtree(built.drive)
    second = build_bundle(tmp_path, folder)
    rows = list(csv.DictReader(table_path(second.key).open(newline="")))
    assert [row["decision"] for row in rows] == ["", "keep"] and needs_a_look(second.outcome)


# Ways to build


def contents(drive: Path) -> dict[str, bytes]:
    return {path.relative_to(drive).as_posix(): path.read_bytes() for path in drive.rglob("*") if path.is_file()}


def test_a_build_that_was_killed_while_text_was_dealt_with_goes_on_to_the_same_bytes(tmp_path, sharp, monkeypatch):
    texts.write_series(tmp_path / "scans", 6, {1: small, 3: texts.with_text})
    whole = build_bundle(tmp_path / "whole", tmp_path / "scans", mask=True)
    for stop in ("builder.pipeline.settle.Settlement._write_again", "builder.pipeline.settle.Settlement._tell"):

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        work = tmp_path / stop.rpartition(".")[2]
        with monkeypatch.context() as patch:
            patch.setattr(stop, killed)
            with pytest.raises(Exception, match="Stopped"):
                build_bundle(work, tmp_path / "scans", mask=True)
        resumed = build_bundle(work, tmp_path / "scans", mask=True, resume=True)
        assert contents(resumed.drive) == contents(whole.drive)


def test_added_again_nothing_changes_and_nothing_counts_twice(tmp_path, sharp, monkeypatch):
    texts.write_series(tmp_path / "scans/a", 6, {1: small, 3: texts.with_text})
    built = build_bundle(tmp_path, tmp_path / "scans", mask=True)
    before = contents(built.drive)

    def other(dataset, k):
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3.9", "1.2.3.9.1"
        dataset.SOPInstanceUID, dataset.StudyDate = f"1.2.3.9.1.{k + 1}", "20240301"

    texts.write_series(tmp_path / "scans/b", 3, {1: small}, other)
    added = build_bundle(tmp_path, tmp_path / "scans", mask=True, add=True)
    assert {skipped.reason for skipped in added.outcome.skipped} == {Reason.SAME_AGAIN, Reason.TEXT_FOUND}
    after = contents(added.drive)
    assert {path: after.get(path) for path in before if path.startswith("DICOM/")} == {
        path: content for path, content in before.items() if path.startswith("DICOM/")
    }
    with Catalog(added.drive) as catalog:
        numbers = [(study.images_left_out, [s.images_masked for s in study.series]) for study in catalog.studies()]
    assert numbers == [(1, [1]), (0, [1])]
    assert set(kinds(added)) == {"pictures.left_out", "pictures.masked"}


def test_what_waits_for_a_decision_still_waits_after_more_was_added(tmp_path, deaf):
    texts.write_series(tmp_path / "a", 4, {1: small})
    build_bundle(tmp_path, tmp_path / "a")

    def other(dataset, k):
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.3.9", "1.2.3.9.1"
        dataset.SOPInstanceUID, dataset.StudyDate = f"1.2.3.9.1.{k + 1}", "20240301"

    texts.write_series(tmp_path / "b", 2, change=other)
    added = build_bundle(tmp_path, tmp_path / "b", add=True)
    assert kinds(added) == {"pictures.undecided": ["CASE-001, series 2: 1 of 4 wait for a decision"]}


def test_frames_of_one_file_are_left_out_and_masked_together(tmp_path, sharp):
    frames = np.stack([texts.phantom(k) for k in range(4)])
    frames[2] = small(frames[2])
    dataset = scans.ct_slice(frames[0], (-128.0, -128.0, 0.0), 1, NumberOfFrames=4)
    dataset.PixelData = frames.tobytes()
    scans.save(dataset, tmp_path / "scans/several")
    texts.write_series(
        tmp_path / "scans/others", 2, change=lambda dataset, _: setattr(dataset, "SeriesInstanceUID", "1.2.9")
    )
    built = build_bundle(tmp_path, tmp_path / "scans", mask=True)
    assert built.outcome.skipped == []
    after = pixels_by_source(built)[tmp_path / "scans/several"]
    assert [bool((after[k] != frames[k]).any()) for k in range(4)] == [False, False, True, False]
    left_out = build_bundle(tmp_path / "plain", tmp_path / "scans")
    assert [skipped.path.name for skipped in left_out.outcome.skipped] == ["several"]


def test_the_report_keeps_to_the_width_of_a_terminal(tmp_path, deaf, monkeypatch):
    monkeypatch.chdir(tmp_path)
    texts.write_series(Path("scans"), 4, {1: small, 2: texts.with_text})
    built = build_bundle(Path(), Path("scans"))
    lines = report_of(replace(built, outcome=built.outcome)).splitlines()
    at = lines.index("Text in pictures")
    assert max(map(len, lines[at : at + 8])) <= 80


def test_a_mistaken_table_ends_the_command_before_a_scan_is_read(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text(TABLE + "perhaps,,,,,1.2,\n")
    arguments = [str(tmp_path / "none"), str(tmp_path / "drive"), "--decide", str(file)]
    with pytest.raises(DecisionsMistaken, match="line 2: 'perhaps' is no decision") as refused:
        cli(arguments, standalone_mode=False)
    assert refused.value.exit_code == 2
    with pytest.raises(click.UsageError, match="leave out --no-picture-search"):
        cli([*arguments, "--no-picture-search"], standalone_mode=False)
