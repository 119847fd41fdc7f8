"""Makes the form for the reader in a browser, from the form and the index."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from bundle import web_form
from bundle.index.index import Catalog
from bundle.index.records import Series, Study
from bundle.reading.form import Form, Media, Order
from bundle.reading.questions import AnswerOption, Condition, Question, Rating
from bundle.reading.readings import name_of
from bundle.reading.study_session import SessionPlan

Row = dict[str, Any]


def form_rows(form: Form, catalog: Catalog, *, instances: bool) -> Row:
    """What the page needs to ask these questions about these cases, with the UIDs of `instances` or without."""
    studies = catalog.studies()
    cases = [_case(form, catalog, study, instances=instances) for study in studies]
    values = (web_form.FORM_VERSION, name_of(form, studies), plain(form), cases)
    return dict(zip(web_form.ROOT_KEYS, values, strict=True))


def _case(form: Form, catalog: Catalog, study: Study, *, instances: bool) -> Row:
    pseudonym = catalog.patient_of(study).pseudonym if "pseudonym" in form.show else ""
    date = study.study_date if "date" in form.show else ""
    series = [_series(form, series, _instances(catalog, series) if instances else []) for series in study.series]
    values = (study.case, study.study_instance_uid, pseudonym, date, series)
    return dict(zip(web_form.CASE_KEYS, values, strict=True))


def _series(form: Form, series: Series, instances: list[str]) -> Row:
    number = series.series_number if "series-number" in form.show else 0
    values = (series.series_instance_uid, number, series.description, series.frame_of_reference_uid, instances)
    return dict(zip(web_form.SERIES_KEYS, values, strict=True))


def _instances(catalog: Catalog, series: Series) -> list[str]:
    frames = (frame for stack in series.stacks for frame in catalog.frames(stack.stack_id))
    by_path = {frame.path: frame.sop_instance_uid for frame in frames}
    return [by_path[path] for path in sorted(by_path)]


_KEYS: Mapping[type, tuple[str, ...]] = {
    Form: web_form.FORM_KEYS,
    Question: web_form.QUESTION_KEYS,
    AnswerOption: web_form.OPTION_KEYS,
    Condition: web_form.CONDITION_KEYS,
    Rating: web_form.RATING_KEYS,
    Order: web_form.ORDER_KEYS,
    Media: web_form.MEDIA_KEYS,
    SessionPlan: web_form.SESSION_KEYS,
}


def plain(value: Any) -> Any:
    """A record as an object of its keys, and everything else as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    keys = _KEYS.get(type(value), ())
    return {key: plain(getattr(value, key)) for key in keys} if keys else value
