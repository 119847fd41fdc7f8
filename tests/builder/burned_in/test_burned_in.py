"""Text in the picture: candidates, readings, verdicts, and that real images without text have none."""

import multiprocessing
import os
from pathlib import Path
import subprocess
import sys

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from pydicom import dcmread
import pytest

from builder.burned_in.candidates import at_places, find_candidates
from builder.burned_in.found import Box, Candidate, CandidateKind, Word
from builder.burned_in.opencv import cv2
from builder.burned_in.reader import TextReader
from builder.burned_in.throughout import views_of_series
from builder.burned_in.verdict import is_text, judge, read, texts_of_series
from builder.burned_in.views import Extremes, View, crop, sheets, whole
from builder.plan import ScannedFile
from builder.scan.scan import examine
from tests import scans
from tests.conftest import build_bundle

FACES = ("DejaVuSans.ttf", "DejaVuSansMono-Bold.ttf", "DejaVuSerif.ttf")


def cover_of(shape, text, place, size=16, face=FACES[0], slant=0):
    """How much of the pen covers each pixel, smoothed as on a screen; slanted about the middle of the picture."""
    picture = Image.new("L", shape[::-1])
    ImageDraw.Draw(picture).text(place, text, fill=255, font=ImageFont.truetype(face, size))
    return np.asarray(picture.rotate(slant, resample=Image.Resampling.BILINEAR)) / 255


def write_text(pixels, text, place, value, size=16, face=FACES[0], slant=0):
    """A copy with a text drawn onto it."""
    cover = cover_of(pixels.shape, text, place, size, face, slant)
    return np.rint(pixels * (1 - cover) + value * cover).astype(pixels.dtype)


def read_frames(path):
    """All frames of a file; none of a damaged file, which a build leaves out."""
    try:
        pixels = dcmread(path, force=True).pixel_array
    except Exception:
        return []
    return [pixels] if pixels.ndim == 2 else list(pixels)


def taken_by_a_build(folder):
    """The frames of the images that a build would accept, by their shapes and types."""
    stacks = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and isinstance(examine(str(path), folder), ScannedFile):
            for frame in read_frames(path):
                stacks.setdefault((path.parent, frame.shape, frame.dtype), []).append(frame)
    return list(stacks.values())


def judged(reader, frames, *, wholly=True):
    """What a build finds in a series."""
    candidates = find_candidates(frames)
    words = read(reader, [crop(frames[candidate.frame], candidate) for candidate in candidates])
    if wholly:
        views = views_of_series(Extremes.of(frames))
        places = texts_of_series(views, read(reader, views))
        more = at_places(places, len(frames))
        words += read(reader, [crop(frames[candidate.frame], candidate) for candidate in more])
        candidates += more
    return judge(candidates, words, frames=len(frames))


@pytest.fixture(scope="module")
def head():
    return scans.cranium_volume()


@pytest.fixture(scope="module")
def reader():
    with TextReader() as one:
        yield one


# Candidates


def test_a_text_in_one_slice_is_a_candidate_there_and_nowhere_else(head):
    generator = np.random.default_rng(20)
    missed = []
    for trial in range(60):
        k = int(generator.integers(0, 100))
        frames = list(head[k : k + 8])
        place = int(generator.integers(2, 60)), int(generator.integers(2, 220))
        size, face = int(generator.integers(12, 28)), str(generator.choice(FACES))
        frames[3] = write_text(frames[3], "QUILLFEATHER 1953", place, int(generator.choice([3000, 2200])), size, face)
        ink = np.abs(frames[3].astype(int) - head[k + 3]) > 600
        here = [
            candidate
            for candidate in find_candidates(frames)
            if ink[candidate.box.top : candidate.box.bottom, candidate.box.left : candidate.box.right].any()
        ]
        if {candidate.frame for candidate in here if candidate.score > 0.3} != {3}:
            missed.append(trial)
    assert len(missed) <= 1


@pytest.mark.parametrize("place", [(20, -4), (20, 244)], ids=["top", "bottom"])
def test_text_that_the_border_touches_is_a_candidate(head, place):
    for frame in head[::9]:
        found = find_candidates([write_text(frame, "QUILLFEATHER 1953", place, 3000)])
        assert any(
            candidate.box.left < 60 < candidate.box.right and abs(candidate.box.top - max(place[1], 0)) < 20
            for candidate in found
        )


@pytest.mark.parametrize("turns", [1, 3])
def test_text_along_the_side_and_dark_text_are_candidates(head, turns):
    for frame in head[::12]:
        drawn = write_text(np.full_like(frame, 60), "QUILLFEATHER 1953", (20, 6), -1000)
        (found, *_) = find_candidates([np.ascontiguousarray(np.rot90(drawn, turns))])
        assert found.score > 0.5


def test_large_capitals_are_a_candidate(head):
    large = np.kron(head[40], np.ones((2, 2), head.dtype))
    (found, *_) = find_candidates([write_text(large, "QUILLFEATHER", (12, 40), 3000, 44)])
    assert found.score > 0.5
    assert 25 < found.height < 45


def slanted_in_one(head, slant, value=2200, number=8, size=14):
    """Slices of a head, and the place of small capitals of a soft pen in one of them, the fourth from the last."""
    frames = list(head[40 : 40 + number])
    at = max(number - 4, 0)
    frames[at] = write_text(frames[at], "QUILLFEATHER", (70, 122), value, size, slant=slant)
    ink = np.abs(frames[at].astype(int) - head[40 + at]) > 300
    return frames, at, ink


def holds_most(box, ink):
    return ink[box.top : box.bottom, box.left : box.right].sum() > 0.6 * ink.sum()


@pytest.mark.parametrize("slant", [-30, -17, -6, 8, 20, 30])
@pytest.mark.parametrize("number", [8, 9, 24])
def test_small_slanted_text_in_one_slice_is_a_candidate_there(head, slant, number):
    frames, at, ink = slanted_in_one(head, slant, number=number)
    there = {candidate.frame for candidate in find_candidates(frames) if holds_most(candidate.box, ink)}
    assert there == {at}


def test_of_two_slices_either_may_have_the_marks(head):
    frames, at, ink = slanted_in_one(head, 15, number=2)
    there = {candidate.frame for candidate in find_candidates(frames) if holds_most(candidate.box, ink)}
    assert at in there


def test_what_only_differs_is_no_suspect(head):
    """Marks of one slice that are aligned but no letters: a row of small rings."""
    frames = list(head[40:48])
    frames[3] = write_text(frames[3], "oooooo", (90, 122), 2200, 20, slant=12)
    candidates = [candidate for candidate in find_candidates(frames) if candidate.kind is CandidateKind.ALONE]
    assert candidates
    assert judge(candidates, [[] for _ in candidates], frames=8).suspects == []


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 40), st.integers(1, 40), st.integers(1, 9),
    st.sampled_from(["<u1", "<i1", "<u2", "<i2", "<u4", "<i4"]), st.data(),
)  # fmt: skip
def test_any_frames_can_be_searched_and_places_lie_in_them(rows, columns, number, kind, data):
    frames = list(data.draw(arrays(kind, (number, rows, columns))))
    for candidate in find_candidates(frames):
        assert 0 <= candidate.frame < number
        assert 0 <= candidate.box.top < candidate.box.bottom <= rows
        assert 0 <= candidate.box.left < candidate.box.right <= columns
        assert crop(frames[candidate.frame], candidate).picture.dtype == np.uint8


def test_noise_of_few_values_is_seldom_a_candidate_and_never_a_suspect():
    generator = np.random.default_rng(5)
    frames = [generator.integers(0, 4, (128, 128)).astype("<i2") for _ in range(16)]
    candidates = find_candidates(frames)
    assert judge(candidates, [[] for _ in candidates], frames=16).suspects == []


# Views


def test_a_place_on_a_sheet_is_the_place_in_the_frame(head):
    boxes = [Box(20, 30, 32, 120), Box(100, 60, 180, 75), Box(215, 10, 240, 250)]
    frame = np.zeros((256, 256), "<i2")
    for box in boxes:
        frame[box.top : box.bottom, box.left : box.right] = 900
    views = [crop(frame, Candidate(box, 0, 1.0, CandidateKind.PEN, 12.0)) for box in boxes]
    for picture, places in sheets(views):
        for number, place in places:
            rows, columns = np.nonzero(picture[place.top : place.bottom, place.left : place.right] > 128)
            seen = views[number].placed(Box(rows.min(), columns.min(), rows.max() + 1, columns.max() + 1))
            assert np.abs(np.subtract(seen, boxes[number])).max() <= 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 300), st.integers(1, 700)), min_size=1, max_size=30))
def test_each_view_lies_on_one_sheet_and_none_on_another(shapes):
    views = [View(np.zeros(shape, np.uint8), 0, 0, 0, 1.0) for shape in shapes]
    made = sheets(views)
    assert sorted(number for _, places in made for number, _ in places) == list(range(len(views)))
    for picture, places in made:
        for number, box in places:
            assert (box.bottom - box.top, box.right - box.left) == shapes[number]
            assert box.bottom <= picture.shape[0]
            assert box.right <= picture.shape[1]
            assert not any(box.meets(other) for k, other in places if k != number)


def test_extremes_show_text_of_one_slice_and_of_all(head):
    frames = list(head[40:60])
    frames[7] = write_text(frames[7], "QUILLFEATHER", (20, 6), 3000)
    series = Extremes.of(frames[:9]).with_others(Extremes.of(frames[9:]))
    assert np.array_equal(series.high, np.max(frames, axis=0))
    assert np.array_equal(series.low, np.min(frames, axis=0))
    assert len(whole(series)) == 2
    assert len(whole(Extremes.of(frames[:1]))) == 1


# Verdicts


def candidate(frame, score=0.9, marks=7, beside=None):
    return Candidate(Box(0, 0, 9, 40), frame, score, CandidateKind.PEN, 8.0, marks, frame if beside is None else beside)


@pytest.mark.parametrize(
    ("text", "confidence", "counts"),
    [("OTT", 0.95, True), ("1953", 0.95, True), ("0", 0.99, False), ("S", 0.99, False), ("O-", 0.99, False),
     ("QUILLFEATHER", 0.3, False), ("000000", 0.95, False), ("20000", 0.95, False), ("CCO0OC", 0.9, False),
     ("688888", 0.9, False),
     ("OTTO", 0.9, True), ("DOUGLAS", 0.9, True), ("680068", 0.9, True), ("19530418", 0.9, True), ("...", 0.99, False)],
)  # fmt: skip
def test_a_word_of_three_letters_is_text_and_a_single_letter_never(text, confidence, counts):
    word = Word(text, confidence, Box(1, 2, 9, 30))
    assert is_text(word) is counts
    verdict = judge([candidate(0)], [[word]], frames=1)
    assert [candidate.box for candidate in verdict.confirmed] == ([word.box] if counts else [])
    assert len(verdict.suspects) == (0 if counts else 1)


def test_the_same_marks_in_most_of_a_stack_are_text_though_nothing_is_read():
    most = [candidate(k) for k in range(6)]
    verdict = judge(most, [[]] * 6, frames=10)
    assert {(candidate.frame, candidate.kind) for candidate in verdict.confirmed} == {
        (k, CandidateKind.SAME_PLACE) for k in range(6)
    }
    assert verdict.suspects == []


@pytest.mark.parametrize(
    "few",
    [[candidate(k) for k in range(5)], [candidate(k, beside=1) for k in range(10)],
     [candidate(k, marks=k + 1) for k in range(10)]],
    ids=["half of it", "copies of one image", "other marks"],
)  # fmt: skip
def test_marks_that_say_less_stay_suspects_and_take_no_other_image_along(few):
    verdict = judge(few, [[]] * len(few), frames=10)
    assert verdict.confirmed == []
    assert {candidate.frame for candidate in verdict.suspects} == set(range(len(few)))


def test_a_text_of_the_combined_frames_is_a_suspicion_once_and_only_if_no_frame_confirms_it():
    places = [
        candidate._replace(score=frame / 10)
        for frame, candidate in enumerate(at_places([Box(0, 0, 9, 40)], 8) + at_places([Box(2, 5, 9, 44)], 2))
    ]
    nothing: list[list[Word]] = [[] for _ in places]
    (suspect,) = judge(places, nothing, frames=8).suspects
    assert (suspect.frame, suspect.score, suspect.box) == (7, 1.0, Box(0, 0, 9, 40))
    confirmed = judge(places, [[Word("BRACKWATER", 0.9, Box(1, 3, 8, 38))], *nothing[1:]], frames=8)
    assert [found.frame for found in confirmed.confirmed] == [0] and confirmed.suspects == []


def test_what_hardly_looks_like_letters_is_no_suspect():
    assert judge([candidate(0, score=0.2)], [[]], frames=9).suspects == []


# The reader


def test_a_name_in_one_slice_is_confirmed_in_that_slice_alone(head, reader):
    frames = list(head[40:56])
    frames[5] = write_text(frames[5], "QUILLFEATHER 1953", (20, 8), 2500)
    verdict = judged(reader, frames, wholly=False)
    assert {candidate.frame for candidate in verdict.confirmed} == {5}
    ink = np.abs(frames[5].astype(int) - head[45]) > 600
    for candidate in verdict.confirmed:
        ink[candidate.box.top - 2 : candidate.box.bottom + 2, candidate.box.left - 2 : candidate.box.right + 2] = False
    assert ink.sum() < 10


def test_one_structure_in_slices_side_by_side_is_read_as_no_word(reader):
    """A small ring in each of twelve slices."""
    rows, columns = np.mgrid[:128, :128] - 64
    ring = np.where(np.abs(np.hypot(rows, columns * 1.3) - 6) < 1.5, 900, 0).astype("<i2")
    views = [crop(ring, Candidate(Box(56, 58, 72, 70), k, 1.0, CandidateKind.PEN, 14.0)) for k in range(12)]
    assert not any(is_text(word) for words in read(reader, views) for word in words)


@pytest.mark.parametrize("turns", [0, 1], ids=["across", "up the side"])
def test_a_blurred_line_beside_a_clear_one_is_read_with_it(reader, turns):
    """Only the clear one is a candidate: the other is read in its surroundings, or never."""
    frame = write_text(np.random.default_rng(3).normal(100, 12, (300, 460)), "19530418", (60, 60), 800, size=44)
    blurred = cv2.GaussianBlur(cover_of(frame.shape, "QUILLFEATHER", (60, 120), 44), (0, 0), 1.5)
    frame = np.rint(frame * (1 - blurred) + 700 * blurred).astype("<i2")
    frame = np.ascontiguousarray(np.rot90(frame, turns))
    assert len(find_candidates([frame])) == 1
    confirmed = judged(reader, [frame], wholly=False).confirmed
    assert any(holds_most(found.box, np.rot90(blurred, turns) > 0.5) for found in confirmed)


@pytest.mark.parametrize("turns", [0, 1, 3])
@pytest.mark.parametrize("brightness", [400, 790], ids=["darker than the text", "as bright as the text"])
def test_large_letters_over_a_texture_are_read(reader, turns, brightness):
    """Over the tiles of a mosaic, the reader takes upright letters for lines, and those of its brightness for none."""
    across = np.hypot(*(np.mgrid[:64, :64] - 31.5))
    tiles = np.tile(np.where(across < 24, brightness * (0.6 + 0.4 * across / 24), 0), (6, 6))
    tiles += np.random.default_rng(5).normal(20, 6, tiles.shape)
    cover = cover_of(tiles.shape, "19530418", (20, 150), 49)
    frame = np.rot90(np.rint(tiles * (1 - cover) + 800 * cover).astype("<i2"), turns)
    confirmed = judged(reader, [np.ascontiguousarray(frame)], wholly=False).confirmed
    assert any(holds_most(found.box, np.rot90(cover, turns) > 0.5) for found in confirmed)
    plain = np.ascontiguousarray(np.rot90(np.rint(tiles).astype("<i2"), turns))
    assert judged(reader, [plain], wholly=False).confirmed == []


@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize(("shift", "is_word"), [(0, False), (30, True)])
def test_large_letters_from_edge_to_edge_are_the_heads_of_a_mosaic(reader, turns, shift, is_word):
    """A row of six tiles of 64 x 64 may look like letters; a text that ends within the picture is one."""
    tile = Image.new("L", (420, 120))
    ImageDraw.Draw(tile).text((0, 0), "AKARMR", fill=255, font=ImageFont.truetype(FACES[0], 100))
    row = np.asarray(tile.crop(tile.getbbox()).resize((384 - 2 * shift, 64 - shift // 3)), np.uint8)
    picture = np.zeros((384, 384), np.uint8)
    picture[130 : 130 + row.shape[0], shift : shift + row.shape[1]] = row
    view = View(np.ascontiguousarray(np.rot90(picture, turns)), 0, 0, 0, 2.0)
    words = read(reader, [view])
    assert any(map(is_text, words[0])) and bool(texts_of_series([view], words)) == is_word


def test_small_slanted_text_in_all_slices_is_read_as_a_crop(head, reader):
    """In a picture of the whole series, the reader misses letters of ten pixels that are slanted."""
    frames = [write_text(frame, "Brackwater, Ivo 18.04.1953", (80, 20), 2500, 14, slant=25) for frame in head[60:84]]
    views = views_of_series(Extremes.of(frames))
    found = [any(is_text(word) for word in words) for words in read(reader, views)]
    assert any(found[2:])


def test_a_name_that_no_slice_shows_alone_is_a_suspicion_of_its_series(head, reader):
    """Each letter stands in a slice of its own."""
    frames = list(head[60:84])
    for number, letter in enumerate("QUILL"):
        frames[3 + number] = write_text(frames[3 + number], letter, (14 + 24 * number, 12), 2500, 28)
    verdict = judged(reader, frames)
    assert verdict.confirmed == []
    suspects = [suspect for suspect in verdict.suspects if suspect.kind is CandidateKind.PROJECTED]
    assert [suspect.score for suspect in suspects] == [1.0]
    assert suspects[0].box.meets(Box(16, 20, 36, 130))


@pytest.mark.parametrize("slant", [-28, -12, 12, 28])
def test_small_slanted_text_over_the_patient_is_confirmed_in_its_slice_alone(head, reader, slant):
    frames, at, ink = slanted_in_one(head, slant)
    verdict = judged(reader, frames, wholly=False)
    assert {candidate.frame for candidate in verdict.confirmed} == {at}
    assert any(holds_most(candidate.box, ink) for candidate in verdict.confirmed)


def test_what_a_series_shows_is_enlarged_as_much_in_each_image(head):
    """The box of slanted text is high, and says little about its letters."""
    box = Box(20, 10, 160, 240)
    (large,) = whole(Extremes.of([head[40]]))
    assert crop(head[40], at_places([box], 1)[0]).zoom == large.zoom


def test_slanted_text_is_read_whatever_the_first_stage_says(head, reader):
    frames = [write_text(frame, "QUILLFEATHER", (70, 30), 2500, 14, slant=25) for frame in head[90:96]]
    verdict = judged(reader, frames)
    assert {candidate.frame for candidate in verdict.confirmed} == set(range(6))


def test_readings_are_counted_and_small_places_share_one(head):
    frames = [write_text(head[40], "QUILLFEATHER", (20, 4), 2500), write_text(head[50], "BRACKWATER", (20, 236), 2500)]
    with TextReader() as own_reader:
        assert {found.frame for found in judged(own_reader, frames, wholly=False).confirmed} == {0, 1}
        assert own_reader.readings == 1


def test_a_reader_that_reads_keeps_nobody_waiting_who_only_wants_it_started():
    with TextReader() as own_reader:
        own_reader.begin()
        begun = own_reader._process
        assert begun is not None
        with own_reader._lock:  # as it is while pictures are read
            own_reader.begin()
        assert own_reader.read([np.zeros((64, 64), np.uint8)]) == [[]]
        assert own_reader._process is begun


def test_the_reader_says_nothing_and_ends_with_its_process(tmp_path):
    program = tmp_path / "reads.py"
    program.write_text(
        "import os, numpy as np\n"
        "from builder.burned_in.reader import TextReader\n"
        "reader = TextReader()\n"
        "reader.read([np.zeros((64, 64), np.uint8)])\n"
        "print(reader._process.pid, flush=True)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    assert done.stderr == ""
    number = int(done.stdout)
    context = multiprocessing.get_context("spawn")
    gone = context.Event()
    for _ in range(100):
        if not Path(f"/proc/{number}").exists() or "\nState:\tZ" in Path(f"/proc/{number}/status").read_text():
            return
        gone.wait(0.1)
    pytest.fail("the reader goes on though nobody can ask it any more")


def test_programs_that_are_started_later_find_their_own_libraries():
    code = "import os; a = dict(os.environ); import builder.burned_in.candidates; assert dict(os.environ) == a"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def test_there_is_one_opencv_and_it_brings_no_second_qt():
    names = {
        distribution.metadata["Name"].lower()
        for distribution in __import__("importlib.metadata").metadata.distributions()
    }
    assert {name for name in names if name.startswith("opencv")} == {"opencv-python-headless"}


# Real images without text


def test_no_slice_of_a_head_ct_is_taken_or_suspected(head, reader):
    verdict = judged(reader, list(head), wholly=False)
    assert (verdict.confirmed, verdict.suspects) == ([], [])


def test_no_real_scan_is_a_suspect(real_scans, reader):
    stacks = taken_by_a_build(real_scans)
    assert sum(map(len, stacks)) > 400
    for frames in stacks:
        verdict = judged(reader, frames, wholly=False)
        assert (verdict.confirmed, verdict.suspects) == ([], [])


@pytest.mark.parametrize("name", ["mr-head-hfdl", "ct-chest-sharp"])
def test_real_images_that_were_taken_for_text_are_none(cases, reader, name):
    stacks = taken_by_a_build(cases / "real" / name)
    assert sum(map(len, stacks)) >= 12
    for frames in stacks:
        verdict = judged(reader, frames)
        assert (verdict.confirmed, verdict.suspects) == ([], [])


def test_a_series_with_noise_at_its_ends_is_taken_whole(cases, tmp_path):
    built = build_bundle(tmp_path, cases / "20-noise-taken-for-text" / "scans")
    assert built.outcome.skipped == []
    assert len(built.outcome.written) == 20
    assert built.outcome.seen == []
