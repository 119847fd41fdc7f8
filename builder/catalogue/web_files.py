"""Makes the reader in a browser: its page and script as they are shipped, and its list of scans from the index."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from itertools import pairwise
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from builder.catalogue.preview import thumbnail
from builder.catalogue.web_chunks import Chunks
from builder.catalogue.web_form import form_rows
from bundle import layout, web, web_form
from bundle.hanging_protocol import Hanging
from bundle.index.index import Catalog
from bundle.index.records import Series, Stack, StackFrame, Study
from bundle.reading.form import Form

Row = dict[str, Any]


NO_RULES = Hanging()


def web_files(
    index: bytes, form: Form | None = None, chunks: Chunks | None = None, hanging: Hanging = NO_RULES
) -> Iterator[tuple[str, bytes]]:
    """Path and content of each file, from the bytes of the index that goes onto the medium; `chunks` if it has them.

    `form` and `hanging` are those of the medium.
    """
    root = resources.files("bundle_template")
    for path in web.FIXED:
        yield path, root.joinpath(PurePosixPath(path).name).read_bytes()
    with TemporaryDirectory(prefix="mkbundle-") as folder:  # only with data that goes onto the medium
        file = Path(folder, layout.INDEX)
        file.parent.mkdir()
        file.write_bytes(index)
        with Catalog(Path(folder)) as catalog:
            yield web.ROWS, web.script_of(_rows(catalog, web.CHUNK_FRAMES if chunks else 0, hanging, form))
            questions = None if form is None else form_rows(form, catalog, instances=chunks is not None)
            yield web.QUESTIONS, web_form.script_of(questions)
            if chunks:
                yield from chunks.of(catalog)


def fixed_size() -> int:
    """The bytes of all files that are the same on every medium."""
    root = resources.files("bundle_template")
    return sum(len(root.joinpath(PurePosixPath(path).name).read_bytes()) for path in web.FIXED)


def _rows(catalog: Catalog, chunk_frames: int, hanging: Hanging, form: Form | None) -> Row:
    rules = [dict(zip(web.RULE_KEYS, (rule.layout, rule.window, rule.prior), strict=True)) for rule in hanging.rules]
    before = _before(catalog) if form is None and any(rule.prior for rule in hanging.rules) else {}
    cases = [_case(catalog, study, hanging, form, before.get(study.case, "")) for study in catalog.studies()]
    return dict(zip(web.ROOT_KEYS, (web.VERSION, chunk_frames, rules, cases), strict=True))


def _before(catalog: Catalog) -> dict[str, str]:
    """Each case with the case before it of the same person."""
    persons = (catalog.patient_of(study).studies for study in catalog.studies())
    return {later.case: study.case for studies in persons for study, later in pairwise(studies)}


def _shows(form: Form | None, what: str) -> bool:
    """Whether readers may see it; without a form, nobody is blinded."""
    return form is None or what in form.show


def _case(catalog: Catalog, study: Study, hanging: Hanging, form: Form | None, before: str) -> Row:
    named = dict.fromkeys(series.frame_of_reference_uid for series in study.series if series.frame_of_reference_uid)
    frames_of_reference = {uid: number for number, uid in enumerate(named, start=1)}
    series = [_series(catalog, series, frames_of_reference, hanging, form) for series in study.series]
    pseudonym = catalog.patient_of(study).pseudonym if _shows(form, "pseudonym") else ""
    date = study.study_date if _shows(form, "date") else ""
    values = (study.case, pseudonym, date, before, study.images_not_chosen, study.images_unreadable, series)
    return dict(zip(web.CASE_KEYS, values, strict=True))


def _series(
    catalog: Catalog, series: Series, frames_of_reference: Mapping[str, int], hanging: Hanging, form: Form | None
) -> Row:
    number = series.series_number if _shows(form, "series-number") else 0
    stacks = [_stack(catalog, series, stack, hanging, form) for stack in series.stacks]
    place = frames_of_reference.get(series.frame_of_reference_uid, 0)
    values = (series.modality, number, series.number_of_instances, series.images_left_out, place, stacks)
    return dict(zip(web.SERIES_KEYS, values, strict=True))


def _stack(catalog: Catalog, series: Series, stack: Stack, hanging: Hanging, form: Form | None) -> Row:
    columns, preview = thumbnail(catalog.preview(stack.stack_id))
    rule = hanging.rule_for(series, stack)
    special = {
        "rule": 0 if rule is None else hanging.rules.index(rule) + 1,
        "acquired": stack.acquired if _shows(form, "date") else "",
        "preview_columns": columns,
        "preview": preview,
        "name": series.name_of(stack),
        "orientation": stack.image_orientation_patient,
        "frames": _columns(catalog.frames(stack.stack_id)),
    }
    return {key: special[key] if key in special else getattr(stack, key) for key in web.STACK_KEYS}


def _columns(frames: Sequence[StackFrame]) -> Row:
    rows = zip(*map(_frame, frames), strict=True)
    return {key: _shortened(column) for key, column in zip(web.FRAME_KEYS, rows, strict=True)}


def _frame(frame: StackFrame) -> tuple[object, ...]:
    """The values of a frame in the order of its keys."""
    folder, _, _ = frame.path.rpartition("/")
    return (
        folder, layout.number_of(frame.path), frame.frame_index, frame.pixel_offset, frame.pixel_length,
        frame.file_size, frame.header_digest, *(frame.image_position_patient or (None, None, None)),
        frame.rescale_slope, frame.rescale_intercept, frame.voi_lut_function, frame.pixel_padding_value,
        frame.pixel_padding_range_limit, frame.altered, " ".join(map(str, frame.image_orientation_patient or ())),
    )  # fmt: skip


def _shortened(column: Sequence[object]) -> object:
    """The value that all frames have, or all values."""
    return column[0] if len(set(column)) == 1 else list(column)
