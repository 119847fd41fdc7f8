"""The content tree of a report: the reader, the answers to the form, and their images."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
import re
from typing import Any

import numpy as np
from pydicom import Dataset

from builder.cell_text import printable
from builder.collect.answers import plain
from builder.collect.errors import LibraryMissing
from builder.collect.images import marks_in
from bundle.reading.form import Form
from bundle.reading.marks import is_plane_mark
from bundle.reading.questions import Question, QuestionType, Value
from bundle.reading.readings import Place

# Private codes for the questions of a form; their meanings are the texts of the form (PS3.3 8.1: 99 is private).
_SCHEME = "99MKBUNDLE"
_REPORT = ("READING", _SCHEME, "Reading of a case")
_SERIES = ("SERIES", _SCHEME, "Answers about a series")
_PLACE = ("PLACE", _SCHEME, "Place on the image")
_PERSON_OBSERVER = ("121008", "DCM", "Person Observer Name")
_SOURCE = ("121112", "DCM", "Source of Measurement")
_NUMBERS = (QuestionType.SCALE, QuestionType.SLIDER, QuestionType.NUMBER, QuestionType.MEASUREMENT)
# Units as people write them -> UCUM and its meaning.
_UNITS = {
    "": ("1", "no units"), "mm": ("mm", "millimeter"), "cm": ("cm", "centimeter"), "ml": ("mL", "milliliter"),
    "%": ("%", "percent"), "mm²": ("mm2", "square millimeter"), "cm²": ("cm2", "square centimeter"),
    "mm³": ("mm3", "cubic millimeter"), "cm³": ("cm3", "cubic centimeter"),
}  # fmt: skip
# Lengths of CodeMeaning (LO) and of a component of a person's name (PS3.5 Table 6.2-1).
_LONGEST = 64


def report_content(
    form: Form, reader: str, answers: Mapping[Place, Value], series: Sequence[str], images: Sequence[Dataset],
    named: Sequence[Dataset],
) -> Any:  # fmt: skip
    """The root of the tree; `images` are those of the stick, `named` the same images as the report names them."""
    called = {str(image.SOPInstanceUID): name for image, name in zip(images, named, strict=True)}
    root = _container(_REPORT, None)
    items = [_reader(reader)]
    items += [item for question in form.questions for item in _answer(question, answers.get((question.id, "")), called)]
    for uid in series:
        answered = [
            (question, answers[question.id, uid]) for question in form.questions if (question.id, uid) in answers
        ]
        if answered:
            items.append(_of_series(uid, answered, images, called))
    items += [_image(image, "CONTAINS") for image in named]
    root.ContentSequence = _sr().ContentSequence(items)
    return root


def _container(name: tuple[str, str, str], relationship: str | None) -> Any:
    sr = _sr()
    return sr.ContainerContentItem(
        name=sr.CodedConcept(*name), template_id=None, is_content_continuous=False, relationship_type=relationship
    )


def _reader(reader: str) -> Any:
    """TID 1003; a reader's name must not contain the characters that separate the components of a name."""
    sr = _sr()
    name = "".join(" " if char in "^=\\\n" else char for char in printable(reader))[:_LONGEST].strip() or "unknown"
    return sr.PnameContentItem(sr.CodedConcept(*_PERSON_OBSERVER), name, relationship_type="HAS OBS CONTEXT")


def _of_series(
    uid: str, answered: Sequence[tuple[Question, Value]], images: Sequence[Dataset], called: Mapping[str, Dataset]
) -> Any:
    """The answers for each series, together with one of its images."""
    part = _container(_SERIES, "CONTAINS")
    items = [item for question, value in answered for item in _answer(question, value, called)]
    first = next(image for image in images if image.SeriesInstanceUID == uid)
    items.append(_image(called[first.SOPInstanceUID], "CONTAINS"))
    part.ContentSequence = _sr().ContentSequence(items)
    return part


def _image(image: Dataset, relationship: str, frame: int | None = None) -> Any:
    sr = _sr()
    return sr.ImageContentItem(
        name=sr.CodedConcept(*_SOURCE),
        referenced_sop_class_uid=image.SOPClassUID,
        referenced_sop_instance_uid=image.SOPInstanceUID,
        referenced_frame_numbers=frame,
        relationship_type=relationship,
    )


def _answer(question: Question, value: Value, called: Mapping[str, Dataset]) -> Iterator[Any]:
    """The items of one answer: a number, places, or a text; none if there is no answer."""
    if value is None:
        return
    sr = _sr()
    name = sr.CodedConcept(question.id.upper(), _SCHEME, printable(question.text)[:_LONGEST].strip())
    if question.kind is QuestionType.MARK:
        yield from (_mark(name, mark, called) for mark in value if mark.get("instance") in called)
        on_planes = (sr.TextContentItem(name, _in_words(mark), "CONTAINS") for mark in value if is_plane_mark(mark))
        yield from on_planes
    elif question.kind in _NUMBERS:
        yield _number(name, question, value, called)
    else:
        text = (
            {True: "yes", False: "no"}[value] if question.kind is QuestionType.YES_NO else str(plain(question, value))
        )
        yield sr.TextContentItem(name=name, value=text, relationship_type="CONTAINS")


def _mark(name: Any, mark: Mapping[str, Value], called: Mapping[str, Dataset]) -> Any:
    """A place; or its rating as a number that was inferred from it."""
    if mark.get("rating") is None:
        return _places(name, [mark], called, "CONTAINS")
    sr = _sr()
    number = sr.NumContentItem(
        name, float(mark["rating"]), sr.CodedConcept("1", "UCUM", "no units"), relationship_type="CONTAINS"
    )
    place = _places(sr.CodedConcept(*_PLACE), [mark], called, "INFERRED FROM")
    number.ContentSequence = sr.ContentSequence([place])
    return number


def _in_words(mark: Mapping[str, Value]) -> str:
    """A place that no image shows: a Comprehensive SR has no coordinates in space (PS3.3 A.35.3.3.1)."""
    place, normal = (" ".join(f"{part:g}" for part in mark[key]) for key in ("position", "normal"))
    rated = f"; rating {mark['rating']:g}" if mark.get("rating") is not None else ""
    return f"patient position {place} mm (LPS), on a plane with normal {normal}{rated}"


def _number(name: Any, question: Question, value: Value, called: Mapping[str, Dataset]) -> Any:
    sr = _sr()
    unit = question.unit
    value_of_unit, meaning = _UNITS.get(unit) or (_ucum(unit), printable(unit)[:_LONGEST].strip())
    code = sr.CodedConcept(value_of_unit, "UCUM", meaning)
    number = sr.NumContentItem(name, float(plain(question, value)), code, relationship_type="CONTAINS")
    ends = marks_in(value)
    if ends and {mark["instance"] for mark in ends} <= called.keys() and len({_on(mark) for mark in ends}) == 1:
        place = _places(sr.CodedConcept(*_PLACE), ends, called, "INFERRED FROM")
        number.ContentSequence = sr.ContentSequence([place])
    return number


def _ucum(unit: str) -> str:
    """A unit that is a free word of the form goes in braces: UCUM treats it as an annotation of the unit 1."""
    return unit if re.fullmatch(r"[A-Za-z0-9/.%\[\]]{1,16}", unit) else f"{{{re.sub('[^!-z]', '_', unit)[:14]}}}"


def _on(mark: Mapping[str, Value]) -> tuple[Value, Value]:
    return mark["instance"], mark["frame"]


def _places(name: Any, marks: Sequence[Mapping[str, Value]], called: Mapping[str, Dataset], relationship: str) -> Any:
    """A point or a line on one image: PS3.3 C.18.6.1.2 counts from the first pixel's corner, marks from its centre."""
    sr = _sr()
    points = np.array([[mark["column"] + 0.5, mark["row"] + 0.5] for mark in marks])
    image = called[marks[0]["instance"]]
    frame = int(marks[0]["frame"]) + 1 if "NumberOfFrames" in image else None
    item = sr.ScoordContentItem(
        name, "POINT" if len(marks) == 1 else "POLYLINE", points, relationship_type=relationship
    )
    item.ContentSequence = sr.ContentSequence([_image(image, "SELECTED FROM", frame)])
    return item


def _sr() -> Any:
    try:
        return import_module("highdicom").sr
    except ImportError:
        raise LibraryMissing("highdicom") from None
