"""Questions about the reader, asked once of each: experience, speciality; nothing that could name somebody."""

from bundle.reading.form_table import Table
from bundle.reading.questions import Per, Question, QuestionType

# The table of such a question.
READER = "reader_question"
_KINDS = (
    QuestionType.CHOICE, QuestionType.CHOICES, QuestionType.SCALE, QuestionType.SLIDER, QuestionType.NUMBER,
    QuestionType.YES_NO,
)  # fmt: skip


def check_of_reader(table: Table, question: Question) -> None:
    """Note what does not fit a question about a person, who has no series, and whom no answer may name."""
    if question.kind not in _KINDS:
        known = ", ".join(kind.value for kind in _KINDS)
        table.wrong("type", f"a question about the reader is one of {known}: a free text could name somebody")
    if question.per is not Per.CASE:
        table.wrong("per", "a question about the reader is asked once; leave 'per' out")
    if question.only_if is not None:
        table.wrong("only_if", "a question about the reader is always asked; leave 'only_if' out")
