"""What is text: only what was read, or is the same in most images of a stack. The rest that looks like it is shown.

How the two stages are used, by whoever builds:

1. In the workers, for each frame: `candidates.find_candidates`, and `views.crop` for what it finds. Frames without a
   candidate can be written at once; for each series the worker hands back `views.Extremes` of its frames.
2. In the main process, with one `reader.Reader` for the whole build: `read` the crops, and for series without
   candidates the one or two pictures of `views.whole` of all their extremes put together. `Reader.readings` counts.
3. `judge` says what is text and what is only suspicious. Where text was read in a whole series, its boxes go back to
   the workers as `look_at`: each frame gives a candidate there, whose crop is read; so each frame is judged.
"""

from collections import Counter
from collections.abc import Sequence

from builder.burned_in.found import Box, Candidate, Found, Kind, Verdict, Word
from builder.burned_in.reader import Reader
from builder.burned_in.views import View, sheets

# A word or number: so many letters or figures, read with so much confidence.
_LETTERS, _CONFIDENCE = 3, 0.8
# Marks that are the same in more than this share of a stack, and of at least so many frames, are no anatomy.
_MOST, _FEWEST = 0.5, 4
# A candidate that was not read and is less suspicious than this is none.
_SUSPECT = 0.5


def read(reader: Reader, views: Sequence[View]) -> list[list[Word]]:
    """The words of each view, placed in its frame; raises TextReaderFailed. Small views are read together."""
    words: list[list[Word]] = [[] for _ in views]
    pages = sheets(views)
    for (_, places), found in zip(pages, reader.read([picture for picture, _ in pages]), strict=True):
        for number, place in places:
            words[number] += [_placed(word, views[number], place) for word in found if word.box.meets(place)]
    return words


def is_text(word: Word) -> bool:
    """Whether a reading is a word or a number, and no single letter, as which anatomy is read often."""
    return word.confidence >= _CONFIDENCE and sum(map(str.isalnum, word.text)) >= _LETTERS


def judge(candidates: Sequence[Candidate], words: Sequence[Sequence[Word]], *, frames: int) -> Verdict:
    """What of the candidates of a stack of so many frames is text, given the words that were read at each of them.

    Text is confirmed where a word lies, or in the candidate's own box where the same marks are in most frames.
    """
    alike = _same_place(candidates, frames)
    confirmed: list[Found] = []
    suspects: list[Candidate] = []
    for candidate, read_there in zip(candidates, words, strict=True):
        boxes = [word.box for word in read_there if is_text(word)]
        if boxes:
            confirmed += [Found(box, candidate.frame, None) for box in boxes]
        elif candidate.pattern in alike:
            confirmed.append(Found(candidate.box, candidate.frame, Kind.SAME_PLACE))
        elif candidate.score >= _SUSPECT:
            suspects.append(candidate)
    return Verdict(confirmed, _beside_nothing(suspects, confirmed))


def _beside_nothing(suspects: list[Candidate], confirmed: list[Found]) -> list[Candidate]:
    """Without those that a confirmed box covers: they are decided."""
    return [
        one for one in suspects if not any(one.frame == text.frame and one.box.meets(text.box) for text in confirmed)
    ]


def _same_place(candidates: Sequence[Candidate], frames: int) -> frozenset[int]:
    count = Counter(pattern for pattern, _ in {(one.pattern, one.frame) for one in candidates if one.pattern})
    return frozenset(pattern for pattern, number in count.items() if number >= _FEWEST and number > _MOST * frames)


def _placed(word: Word, view: View, place: Box) -> Word:
    top, left, bottom, right = word.box
    box = Box(top - place.top, left - place.left, bottom - place.top, right - place.left)
    return word._replace(box=view.placed(box))
