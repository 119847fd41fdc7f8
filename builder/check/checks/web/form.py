"""Checks the form for the reader in a browser: it asks what BUNDLE/FORM.TXT asks, and knows the cases of the index."""

from collections.abc import Iterator, Mapping
from typing import Any

from builder.check.checks.index import IndexComparison
from builder.check.findings import Finding, finding
from builder.check.places.place import read_file
from bundle import web, web_form
from bundle.index.records import Series
from bundle.layout import FORM
from bundle.reading.form import Form
from bundle.reading.form_file import MAX_FORM, FormMistaken, decode_form
from bundle.reading.questions import Question
from bundle.reading.readings import name_of

Values = Mapping[str, Any]
_AS_THEY_ARE = (
    "title", "version", "introduction", "lock", "keep_view", "no_way_back", "idle_after", "text", "digest",
)  # fmt: skip
_OF_QUESTION = (
    "id", "text", "required", "help", "minimum", "maximum", "decimals", "unit", "least", "most", "lines", "longest",
)  # fmt: skip


def check_web_form(both: IndexComparison) -> Iterator[Finding]:
    """A form for the browser that is another than the form and the index ask for."""
    medium = both.medium
    if web.QUESTIONS not in medium.files or not medium.intact(web.QUESTIONS):
        return  # reported as missing or changed
    rows = None
    if FORM in medium.files:
        try:
            form = decode_form(read_file(medium.root / FORM, MAX_FORM), FORM, is_old=True)
        except (FormMistaken, OSError):
            return  # the checks of the readings report it
        rows = _expected(form, both)
    right = web_form.script_of(rows)
    try:
        found = read_file(medium.root / web.QUESTIONS, len(right))
    except OSError as error:
        yield finding("web.form", web.QUESTIONS, f"the form asks for {len(right):,} bytes, and {error.strerror}")
        return
    if found != right:
        yield finding("web.form", web.QUESTIONS, f"it differs from {FORM} or the index{_where(found, right)}")


def _where(found: bytes, right: bytes) -> str:
    """Which of its parts differs, where it can be read."""
    try:
        said, due = web_form.rows_of(found), web_form.rows_of(right)
        wrong = [key for key in web_form.ROOT_KEYS if said[key] != due[key]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ", and is no such list"
    return f" in '{wrong[0]}'" if wrong else " in its spelling"


def _instances(both: IndexComparison, series: Series) -> list[str]:
    """The SOP Instance UIDs of its files by their paths, where a page needs them."""
    if not any(map(web.is_chunk, both.medium.expected or both.medium.files)):
        return []
    named = {}
    for stack in series.stacks:
        for frame in both.index.catalog.frames(stack.stack_id):
            named[frame.path] = frame.sop_instance_uid
    return [uid for _, uid in sorted(named.items())]


def _expected(form: Form, both: IndexComparison) -> dict[str, Any]:
    patients, studies = both.index.catalog.patients, both.index.catalog.studies()
    people = {study.study_id: patient.pseudonym for patient in patients for study in patient.studies}
    cases = [
        {
            "case": study.case,
            "study": study.study_instance_uid,
            "pseudonym": people[study.study_id] if "pseudonym" in form.show else "",
            "date": study.study_date if "date" in form.show else "",
            "series": [
                {
                    "uid": series.series_instance_uid,
                    "number": series.series_number if "series-number" in form.show else 0,
                    "description": series.description,
                    "frame_of_reference": series.frame_of_reference_uid,
                    "instances": _instances(both, series),
                }
                for series in study.series
            ],
        }
        for study in studies
    ]
    values = (web_form.FORM_VERSION, name_of(form, studies), _form(form), cases)
    return dict(zip(web_form.ROOT_KEYS, values, strict=True))


def _form(form: Form) -> dict[str, Any]:
    order, media, sessions = form.order, form.media, form.sessions
    repeat = order.repeat
    said: Values = {
        **{key: getattr(form, key) for key in _AS_THEY_ARE},
        "readers": list(form.readers),
        "show": sorted(form.show),
        "questions": [_question(question) for question in form.questions],
        "of_reader": [_question(question) for question in form.of_reader],
        "order": {
            "shuffle": order.shuffle,
            "seed": order.seed,
            "cases": list(order.cases),
            "training": list(order.training),
            "repeat": repeat if isinstance(repeat, int) else list(repeat),
            "design": order.design.value if order.design else None,
            "blocks": order.blocks,
        },
        "media": media and {"name": media.name, "cases": [list(numbers) for numbers in media.cases]},
        "sessions": {
            "number": sessions.number,
            "arm": sessions.arm,
            "arms": {reader: list(arms) for reader, arms in sessions.arms.items()},
        },
        "given": {case: {name: list(texts) for name, texts in said.items()} for case, said in form.given.items()},
        "feedback": {case: dict(texts) for case, texts in form.feedback.items()},
    }
    return {key: said[key] for key in web_form.FORM_KEYS}


def _question(question: Question) -> dict[str, Any]:
    condition, rating = question.only_if, question.rating
    said: Values = {
        **{key: getattr(question, key) for key in _OF_QUESTION},
        "kind": question.kind.value,
        "per": question.per.value,
        "options": [{"value": option.value, "text": option.text} for option in question.options],
        "anchors": {str(point): text for point, text in question.anchors.items()},
        "only_if": condition
        and {
            "question": condition.question,
            "values": list(condition.values),
            "at_least": condition.at_least,
            "at_most": condition.at_most,
        },
        "rating": rating
        and {
            "text": rating.text,
            "minimum": rating.minimum,
            "maximum": rating.maximum,
            "anchors": {str(point): text for point, text in rating.anchors.items()},
        },
    }
    return {key: said[key] for key in web_form.QUESTION_KEYS}
