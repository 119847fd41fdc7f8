"""What answers look like on the images: the marks and measurements of the form, each with the text of its question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bundle.index.records import Stack, StackFrame
from bundle.reading.form import Form
from bundle.reading.marks import is_plane_mark
from bundle.reading.questions import Answers, Question, QuestionType, Value
from bundle.reading.units import LENGTHS, converted
from viewer.entries import Entry
from viewer.reading.marks import Mark, length_between
from viewer.space.planes import Place, to_image, to_patient


@dataclass(frozen=True, slots=True)
class AnswerShape:
    """One mark, or one measurement with both its ends; `answer` is (question id, series UID or empty).

    `number` counts the marks of an answer from 0; `length` is in mm, None for a mark, and written in `unit`.
    """

    answer: tuple[str, str]
    number: int
    label: str
    marks: tuple[Mark, ...]
    length: float | None = None
    unit: str = "mm"

    @property
    def on_plane(self) -> bool:
        """Whether it lies on a plane through the slices, and on no image."""
        return "instance" not in self.marks[0]

    @property
    def lines(self) -> tuple[str, ...]:
        """The question, and the length."""
        return (self.label,) if self.length is None else (self.label, said(self.length, self.unit))

    def moved(self, stack: Stack, marks: Sequence[Mark]) -> "AnswerShape":
        """The same answer at other places."""
        measured = length_between(stack, marks) if self.length is not None else None
        return replace(self, marks=tuple(marks), length=measured["value"] if measured else self.length)

    def within(self, value: Value) -> Value:
        """The whole answer with this mark or measurement in its place."""
        if self.length is not None:
            return {"value": self.length, "unit": "mm", "points": list(self.marks)}
        before = value[self.number]
        kept = {"rating": before["rating"]} if "rating" in before else {}  # it rates the finding, wherever that is
        return [*value[: self.number], {**self.marks[0], **kept}, *value[self.number + 1 :]]


def said(length: float, unit: str = "mm") -> str:
    """A length in mm as it is written on the image and in the form, in the unit of the question."""
    if unit == "mm" or unit not in LENGTHS:
        return f"{length:.1f} mm"
    return f"{round(converted(length, 'mm', unit), 2):g} {unit}"


def shapes_of(form: Form, answers: Answers, series: Sequence[str]) -> tuple[AnswerShape, ...]:
    """All answers of a case that have a place, and whose questions apply."""
    return tuple(
        shape
        for question, of in form.places(series)
        if form.asked(question, answers, of)
        for shape in _shapes(question, of, answers.get((question.id, of)))
    )


def _shapes(question: Question, series: str, value: Value) -> Iterator[AnswerShape]:
    if value is None or not question.fits(value):
        return
    if question.kind is QuestionType.MARK:
        for number, mark in enumerate(value):
            label = question.text if len(value) == 1 else f"{question.text} {number + 1}"
            label += f": {mark['rating']:g}" if question.rating is not None and "rating" in mark else ""
            yield AnswerShape((question.id, series), number, label, (mark,))
    elif question.kind is QuestionType.MEASUREMENT and value["points"]:
        length = converted(float(value["value"]), value["unit"], "mm")
        yield AnswerShape((question.id, series), 0, question.text, tuple(value["points"]), length, question.unit)


def is_on(mark: Mark, entry: Entry, frame: StackFrame) -> bool:
    """Whether a mark was made on this frame."""
    return (mark["series"], mark.get("instance"), mark.get("frame")) == (
        entry.series.series_instance_uid, frame.sop_instance_uid, frame.frame_index,
    )  # fmt: skip


def on_image(shape: AnswerShape, entry: Entry, frame: StackFrame, near: float) -> tuple[Place, ...] | None:
    """Where a shape lies on a slice, counted from the outer corner of its first pixel; None if it does not.

    A shape of an image lies on that image alone; one of a plane where all of its places are within `near` mm.
    """
    if all(is_on(mark, entry, frame) for mark in shape.marks):
        return tuple((mark["column"] + 0.5, mark["row"] + 0.5) for mark in shape.marks)
    if not all(is_plane_mark(mark) and of_frame(mark, entry) for mark in shape.marks):
        return None
    found = [_projected(entry.stack, frame, mark, near) for mark in shape.marks]
    return tuple(place for place in found if place is not None) if None not in found else None


def of_frame(mark: Mark, entry: Entry) -> bool:
    """Whether a mark's patient place is one of this series: it is its own, or has its frame of reference."""
    frame = entry.series.frame_of_reference_uid
    return bool(
        mark["series"] == entry.series.series_instance_uid or (frame and mark.get("frame_of_reference") == frame)
    )


def _projected(stack: Stack, frame: StackFrame, mark: Mark, near: float) -> Place | None:
    place = to_image(stack, frame, mark["position"])
    here = None if place is None else to_patient(stack, frame, place)
    if here is None or sum((a - b) ** 2 for a, b in zip(here, mark["position"], strict=True)) > near * near:
        return None
    return place
