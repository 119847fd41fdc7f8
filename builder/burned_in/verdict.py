"""Decides what is text: only what was read, or is the same in most images of a stack. The rest goes for review.

How a build uses the two stages:

1. In the workers, for eight or more frames of a series at once (one by one they cost five times as much):
   `find_candidates`, and a `crop` for each. For each series a worker returns the `Extremes` of its frames.
2. In the main process, with one `TextReader` for the whole build: `read` the crops, and for series without candidates
   the one or two pictures of `whole` of all their extremes combined. `TextReader.readings` counts.
3. `judge` decides what is text and what is only suspicious. If `is_text` holds for a word of a whole series, its box
   goes back to the workers: `at_places` makes a candidate there in each frame, whose crop is read.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from builder.burned_in.found import Box, Candidate, CandidateKind, Found, Verdict, Word
from builder.burned_in.reader import TextReader
from builder.burned_in.views import View, sheets

# A word or number: at least this many letters or digits, read with this confidence.
_LETTERS, _CONFIDENCE = 3, 0.8
# At most this share of a word is one character, and these count as one: round characters.
_ALIKE = 0.7
_ROUND = dict.fromkeys("OQCDGUÖ", "0")
# A mosaic has at most so many tiles in a row.
_MOST_TILES = 12
# A word belongs to a candidate that contains this share of it.
_INSIDE = 0.7
# Marks that are the same in more than this share of a stack, and in at least this many frames that differ elsewhere.
_MOST, _FEWEST = 0.5, 4
# An unread candidate that is less suspicious than this does not count.
_SUSPECT = 0.55


def read(reader: TextReader, views: Sequence[View]) -> list[list[Word]]:
    """The words of each view, placed in its frame; small views are read together. Raises TextReaderFailed.

    Where no text is read, but perhaps beside it, the view is shown once more in other ways.
    """
    words = _read_together(reader, views)
    unread = [
        number for number, (view, some) in enumerate(zip(views, words, strict=True))
        if not any(is_text(word) and view.explains(word.box) for word in some)
    ]  # fmt: skip
    again = [(number, way) for number in unread for way in views[number].otherwise()]
    for (number, _), more in zip(again, _read_together(reader, [way for _, way in again]), strict=True):
        words[number] += more
    return words


def _read_together(reader: TextReader, views: Sequence[View]) -> list[list[Word]]:
    words: list[list[Word]] = [[] for _ in views]
    pages = sheets(views)
    for (_, places), found in zip(pages, reader.read([picture for picture, _ in pages]), strict=True):
        for number, place in places:
            placed = (_placed(word, views[number], place) for word in found if _lies_in(word.box, place))
            words[number] += [_within(word, views[number]) for word in placed]
    return words


def _within(word: Word, view: View) -> Word:
    """Only the part that the view shows: on a sheet of many, a word may be read across two of them."""
    (top, left, bottom, right), (rows, columns) = word.box, view.picture.shape
    box = Box(
        max(top, view.top), max(left, view.left), min(bottom, view.top + rows), min(right, view.left + columns)
    )  # fmt: skip
    return word._replace(box=box)


def _lies_in(box: Box, place: Box) -> bool:
    """Whether most of a word lies there: the same structure in neighbouring slices on a sheet is no word."""
    top, left = max(box.top, place.top), max(box.left, place.left)
    common = Box(top, left, max(min(box.bottom, place.bottom), top), max(min(box.right, place.right), left))
    return common.area >= _INSIDE * box.area


def is_text(word: Word) -> bool:
    """Whether a reading is a word or a number, not a single letter: anatomy is often read as one.

    Nor one character repeated: the tiles of a mosaic are read that way, a row of heads as zeros.
    """
    letters = [_ROUND.get(letter, letter) for letter in word.text.upper() if letter.isalnum()]
    if word.confidence < _CONFIDENCE or len(letters) < _LETTERS:
        return False
    return max(map(letters.count, letters)) <= _ALIKE * len(letters)


def texts_of_series(views: Sequence[View], words: Sequence[Sequence[Word]]) -> list[Box]:
    """Where the pictures of a whole series show text, given the words that were read in each."""
    return [
        word.box for view, read_there in zip(views, words, strict=True) for word in read_there
        if is_text(word) and not _is_row_of_tiles(word, view)
    ]  # fmt: skip


def _is_row_of_tiles(word: Word, view: View) -> bool:
    """Whether a few large letters fill a whole picture from edge to edge: so a row of heads in a mosaic is read."""
    rows, columns = view.picture.shape
    if view.top or view.left:  # a crop
        return False
    top, left, bottom, right = word.box
    across = left <= view.left + 1 and right >= view.left + columns - 1 and right - left > bottom - top
    down = top <= view.top + 1 and bottom >= view.top + rows - 1 and bottom - top > right - left
    return (across or down) and len(word.text) <= _MOST_TILES


def judge(candidates: Sequence[Candidate], words: Sequence[Sequence[Word]], *, frames: int) -> Verdict:
    """Decide which candidates of a stack with this many frames are text, given the words read at each of them.

    Text is confirmed where a word lies, or in the candidate's own box if the same marks are in most frames. Text that
    was read in the combined frames and in none of them is a suspicion.
    """
    alike = _in_most(candidates, frames)
    confirmed: list[Found] = []
    suspects: list[Candidate] = []
    for candidate, read_there in zip(candidates, words, strict=True):
        boxes = [word.box for word in read_there if is_text(word)]
        if boxes:
            confirmed += [Found(box, candidate.frame) for box in boxes]
        elif candidate.marks in alike:
            confirmed.append(Found(candidate.box, candidate.frame, CandidateKind.SAME_PLACE))
        elif candidate.kind is not CandidateKind.PROJECTED and candidate.score >= _SUSPECT:
            suspects.append(candidate)
    suspects += _read_in_no_frame(candidates, confirmed)
    return Verdict(confirmed, sorted(_undecided(suspects, confirmed), key=lambda candidate: -candidate.score))


def _read_in_no_frame(candidates: Sequence[Candidate], confirmed: Sequence[Found]) -> Iterator[Candidate]:
    """For each text that only the combined frames show, the frame where most stands out at its place."""
    of_place: dict[Box, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.kind is CandidateKind.PROJECTED:
            of_place[candidate.box].append(candidate)
    shown = [found.box for found in confirmed]
    for box, some in of_place.items():
        if not any(map(box.meets, shown)):
            shown.append(box)
            yield max(some, key=lambda candidate: candidate.score)._replace(score=1.0)


def _undecided(suspects: Sequence[Candidate], confirmed: Sequence[Found]) -> list[Candidate]:
    of_frame: dict[int, list[Box]] = defaultdict(list)
    for candidate in confirmed:
        of_frame[candidate.frame].append(candidate.box)
    return [candidate for candidate in suspects if not any(map(candidate.box.meets, of_frame[candidate.frame]))]


def _in_most(candidates: Sequence[Candidate], frames: int) -> frozenset[int]:
    """The digests of marks that are the same in most frames, unless the frames are copies of each other."""
    seen: dict[int, set[int]] = defaultdict(set)
    for candidate in candidates:
        if candidate.marks and candidate.score >= _SUSPECT:
            seen[candidate.marks].add(candidate.beside)
    return frozenset(marks for marks, beside in seen.items() if len(beside) >= _FEWEST and len(beside) > _MOST * frames)


def _placed(word: Word, view: View, place: Box) -> Word:
    top, left, bottom, right = word.box
    box = Box(top - place.top, left - place.left, bottom - place.top, right - place.left)
    return word._replace(box=view.placed(box))
