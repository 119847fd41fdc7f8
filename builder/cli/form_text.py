"""A reading form in plain text, question by question as the reader sees them."""

from collections.abc import Iterator, Sequence
import textwrap

from bundle.reading.form import Design, Form, Order
from bundle.reading.questions import Condition, Per, Question, QuestionType, Rating

_WIDTH = 78


def form_text(form: Form) -> str:
    """Title, introduction, rules and all questions."""
    said = "SHA-256 of this form, to be registered before the study (a plan or --span adds lines and changes it):"
    digest = [*textwrap.wrap(said, _WIDTH), form.digest]
    asked = [*_of_reader(form.of_reader), *_questions(form.questions)]
    return "\n".join([form.title, "=" * len(form.title), *_head(form), "", *asked, *digest])


def _head(form: Form) -> Iterator[str]:
    if form.introduction:
        yield from textwrap.wrap(form.introduction, _WIDTH)
        yield ""
    order = form.order
    yield f"Version {form.version}, {len(form.questions)} question{'s' if len(form.questions) != 1 else ''}"
    yield f"Order of the cases: {_order(order)}"
    yield from _session(form)
    if order.training:
        yield f"Training first: {', '.join(order.training)}"
    if form.feedback:
        yield f"With the reference once they are submitted: {', '.join(form.feedback)}"
    if order.cases:
        yield from textwrap.wrap(f"Cases: {', '.join(order.cases)}", _WIDTH)
    if form.given:
        yield f"Beside {len(form.given)} of them: what others answered, without names"
    repeated = order.repeat if isinstance(order.repeat, int) else len(order.repeat)
    if repeated:
        yield f"Shown twice: {repeated} case{'s' if repeated != 1 else ''}"
    yield f"Readers: {', '.join(form.readers) or 'anybody who gives a name'}"
    if form.lock:
        yield "A submitted case is changed only with a reason."
    if form.no_way_back:
        yield "A submitted case cannot be opened again."
    if form.hand_over:
        yield "Readers may write a case as unprotected DICOM files, for another program."
    yield f"Idle: after {form.idle_after} s without any input"
    yield f"Shown besides the images: {', '.join(sorted(form.show)) or 'nothing that identifies the case'}"


def _order(order: Order) -> str:
    if order.design is Design.WILLIAMS:
        return "balanced over the readers, by a Williams square of the cases"
    if order.design is Design.BLOCKS:
        return f"{order.blocks} blocks that stay together, balanced over the readers"
    return "shuffled for each reader" if order.shuffle else "as they are numbered"


def _session(form: Form) -> Iterator[str]:
    """What distinguishes this reading from others of the same cases."""
    plan = form.sessions
    if plan.arm:
        yield f"Arm: {plan.arm}"
    if plan.arms:
        yield from (f"Sessions of {reader}: {', '.join(arms)}" for reader, arms in plan.arms.items())
    else:
        yield f"Session {plan.number}" + ("" if plan.is_said else ", as the form names none")
    if plan.washout:
        yield f"At least {plan.washout} days after the session before"


def _of_reader(questions: Sequence[Question]) -> Iterator[str]:
    """What each reader is asked once, before the first case."""
    if questions:
        yield from ("About the reader, asked once:", "", *_questions(questions), "About each case:", "")


def _questions(questions: Sequence[Question]) -> Iterator[str]:
    for number, question in enumerate(questions, start=1):
        per = "  (for each series)" if question.per is Per.SERIES else ""
        needed = "  * an answer is needed" if question.required else ""
        yield f"{number}. {question.text}{per}{needed}"
        for line in [*_condition(question.only_if), *textwrap.wrap(question.help, _WIDTH - 5), *_answers(question)]:
            yield f"     {line}"
        yield ""


def _condition(condition: Condition | None) -> Iterator[str]:
    if condition is None:
        return
    values = [_value(value) for value in condition.values]
    limits = [("at least", condition.at_least), ("at most", condition.at_most)]
    values += [f"{name} {limit:g}" for name, limit in limits if limit is not None]
    yield f"asked if '{condition.question}' is {' or '.join(values) or 'answered'}"


def _value(value: str | bool | float) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _answers(question: Question) -> Iterator[str]:
    if question.kind in (QuestionType.CHOICE, QuestionType.CHOICES):
        mark = "( )" if question.kind is QuestionType.CHOICE else "[ ]"
        yield from (f"{mark} {option.text}" for option in question.options)
    elif question.kind is QuestionType.YES_NO:
        yield "( ) yes   ( ) no"
    elif question.kind is QuestionType.SCALE:
        points = range(int(question.minimum or 0), int(question.maximum or 0) + 1)
        yield "   ".join(f"( ) {point}" for point in points)
        yield from (f"{point} = {text}" for point, text in sorted(question.anchors.items()))
    elif question.kind is QuestionType.SLIDER:
        yield f"{question.minimum:g} |----------| {question.maximum:g}"
        yield from (f"{point} = {text}" for point, text in sorted(question.anchors.items()))
    else:
        yield _FREE[question.kind].format(unit=f" {question.unit}" if question.unit else "")
        yield from _rating(question.rating)


def _rating(rating: Rating | None) -> Iterator[str]:
    if rating is not None:
        yield f"each mark: {rating.text}  {rating.minimum} |----------| {rating.maximum}"
        yield from (f"{point} = {text}" for point, text in sorted(rating.anchors.items()))


_FREE = {
    QuestionType.TEXT: "[ free text ]",
    QuestionType.NUMBER: "[ number ]{unit}",
    QuestionType.MARK: "[ a place clicked on the image ]",
    QuestionType.MEASUREMENT: "[ a length measured on the image ]{unit}",
}
