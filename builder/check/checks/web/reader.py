"""Checks of the reader in a browser: its page and script are ours, and its list says what the index says."""

from collections.abc import Callable, Collection, Iterator, Sequence
import hashlib
from importlib import resources
from typing import Any

import numpy as np

from builder.check.checks.index import IndexComparison
from builder.check.checks.viewers import knows_script
from builder.check.findings import Finding, finding
from builder.check.medium.medium import Medium
from builder.check.places.place import read_file
from builder.check.png import lines_of, picture_problem, unfiltered
from bundle import web
from bundle.errors import BundleError
from bundle.hanging_file import HangingMistaken, decode_hanging, hanging_text
from bundle.hanging_protocol import Hanging
from bundle.index.records import Series, Stack, StackFrame
from bundle.layout import FORM, HANGING
from bundle.reading.form_file import MAX_FORM, FormMistaken, decode_form

_OF_A_CASE = ("pseudonym", "date", "series-number")
# What follows from a value of a frame, by its key in the list.
_OF_FRAME: dict[str, Callable[[StackFrame], object]] = {
    "folder": lambda frame: frame.path[: -len("/IM000001")],
    "number": lambda frame: int(frame.path[-len("000001") :]),
    "frame_index": lambda frame: frame.frame_index,
    "pixel_offset": lambda frame: frame.pixel_offset,
    "pixel_length": lambda frame: frame.pixel_length,
    "file_size": lambda frame: frame.file_size,
    "header_digest": lambda frame: frame.header_digest,
    "x": lambda frame: frame.image_position_patient and frame.image_position_patient[0],
    "y": lambda frame: frame.image_position_patient and frame.image_position_patient[1],
    "z": lambda frame: frame.image_position_patient and frame.image_position_patient[2],
    "rescale_slope": lambda frame: frame.rescale_slope,
    "rescale_intercept": lambda frame: frame.rescale_intercept,
    "voi_lut_function": lambda frame: frame.voi_lut_function,
    "pixel_padding_value": lambda frame: frame.pixel_padding_value,
    "pixel_padding_range_limit": lambda frame: frame.pixel_padding_range_limit,
    "altered": lambda frame: frame.altered,
    "orientation": lambda frame: " ".join(f"{cosine!r}" for cosine in frame.image_orientation_patient or ()),
}


def program(both: IndexComparison) -> Iterator[Finding]:
    """A page or script that is not that of this program; a bundle of an earlier program has none of them."""
    medium = both.medium
    present = [path for path in web.FILES if medium.has(path)]
    fixed = web.FIXED if knows_script(str(both.index.catalog.properties.get("generator"))) else ()
    for path in web.FILES if present else ():
        if not medium.has(path):
            yield finding("web.script", path, "it is missing, though other parts of the reader are there")
        elif path in fixed and medium.intact(path) and _digest(medium, path) != _known(path):
            yield finding("web.script", path, "it is not the one of this version of mkbundle")


def rows(both: IndexComparison) -> Iterator[Finding]:
    """A list that says anything else than the index, or anything more."""
    if not both.medium.intact(web.ROWS):
        return
    rules, shown = _rules(both.medium), _shown(both.medium)
    if rules is None or shown is None:
        return
    try:
        right = web.script_of(_expected(both, rules, shown))
    except (BundleError, ValueError):
        return  # a path, a row or a preview of the index is none, which the checks of the index report
    try:
        found = read_file(both.medium.root / web.ROWS, len(right))
    except OSError as error:
        yield finding("web.rows", web.ROWS, f"the index asks for {len(right):,} bytes, and {error.strerror}")
        return
    if found != right:
        pairs = enumerate(zip(found, right, strict=False))
        at = next((place for place, (ours, its) in pairs if ours != its), min(len(found), len(right)))
        yield finding("web.rows", web.ROWS, f"it differs from the index at byte {at:,}")


def _digest(medium: Medium, path: str) -> str:
    read = medium.files[path].digest
    return read or hashlib.sha256((medium.root / path).read_bytes()).hexdigest()


def _known(path: str) -> str:
    name = path.rpartition("/")[2]
    return hashlib.sha256(resources.files("bundle_template").joinpath(name).read_bytes()).hexdigest()


def _rules(medium: Medium) -> Hanging | None:
    """The hanging rules; None if they are not as they were written, which other checks report."""
    if not medium.has(HANGING):
        return Hanging()
    if not medium.intact(HANGING):
        return None
    content = (medium.root / HANGING).read_bytes()
    try:
        rules = decode_hanging(content, HANGING)
    except HangingMistaken:
        return None
    return rules if content == hanging_text(rules).encode() else None


def _shown(medium: Medium) -> Collection[str] | None:
    """What readers may see of a case besides its images; None if the form cannot be read, which other checks report."""
    if not medium.has(FORM):
        return _OF_A_CASE
    try:
        return decode_form(read_file(medium.root / FORM, MAX_FORM), FORM, is_old=True).show
    except (FormMistaken, OSError):
        return None


def _before(both: IndexComparison, rules: Hanging) -> dict[str, str]:
    """The case before each, of the same person, where readers may see that."""
    if both.medium.has(FORM) or not any(rule.prior for rule in rules.rules):
        return {}
    found = {}
    for patient in both.index.catalog.patients:
        cases = [study.case for study in patient.studies]
        found.update({case: cases[place] for place, case in enumerate(cases[1:])})
    return found


def _expected(both: IndexComparison, rules: Hanging, shown: Collection[str]) -> dict[str, Any]:
    """The list that the index, the hanging rules, and what readers may be `shown` ask for."""
    catalog = both.index.catalog
    before = _before(both, rules)
    persons = {study.study_id: patient.pseudonym for patient in catalog.patients for study in patient.studies}
    cases = []
    for study in catalog.studies():
        case: dict[str, Any] = {
            "case": study.case,
            "pseudonym": persons[study.study_id] if "pseudonym" in shown else "",
            "date": study.study_date if "date" in shown else "",
            "before": before.get(study.case, ""),
            "images_not_chosen": study.images_not_chosen,
            "images_unreadable": study.images_unreadable,
            "series": [],
        }
        for series in study.series:
            of_series: dict[str, Any] = {
                "modality": series.modality,
                "number": series.series_number if "series-number" in shown else 0,
                "images": series.number_of_instances,
                "images_left_out": series.images_left_out,
                "frame_of_reference": _place(series.frame_of_reference_uid, study.series),
            }
            frames = ((stack, catalog.frames(stack.stack_id)) for stack in series.stacks)
            of_series["stacks"] = [_stack(series, stack, slices) for stack, slices in frames]
            for stack, said in zip(series.stacks, of_series["stacks"], strict=True):
                fitting = (number for number, rule in enumerate(rules.rules, start=1) if rule.fits(series, stack))
                said["acquired"] = stack.acquired if "date" in shown else ""
                said["rule"] = next(fitting, 0)
                said["preview_columns"], said["preview"] = _preview(both.index.preview(stack.stack_id))
            case["series"].append(of_series)
        cases.append(case)
    has_chunks = any(map(web.is_chunk, both.medium.expected or both.medium.files))
    said_rules = [{"layout": rule.layout, "window": rule.window, "prior": rule.prior} for rule in rules.rules]
    chunk_frames = web.CHUNK_FRAMES if has_chunks else 0
    return {"version": web.VERSION, "chunk_frames": chunk_frames, "rules": said_rules, "cases": cases}


def _stack(series: Series, stack: Stack, frames: Sequence[StackFrame]) -> dict[str, Any]:
    several = len(series.stacks) > 1 and stack.description
    said = {key: getattr(stack, key, None) for key in web.STACK_KEYS}
    said["name"] = stack.description if several else series.description
    said["orientation"] = stack.image_orientation_patient
    said["frames"] = {key: _column([value(frame) for frame in frames]) for key, value in _OF_FRAME.items()}
    return said


def _place(uid: str, all_series: Sequence[Series]) -> int:
    """Which of the frames of reference of a case this is."""
    known: list[str] = []
    for series in all_series:
        if series.frame_of_reference_uid and series.frame_of_reference_uid not in known:
            known.append(series.frame_of_reference_uid)
    return known.index(uid) + 1 if uid else 0


def _preview(png: object) -> tuple[int, str]:
    """The columns and the signs that follow from a preview of the index; raises ValueError if that is damaged."""
    problem = None if png is None else picture_problem(png)
    if problem is not None:
        raise ValueError(problem)
    lines = lines_of(png) if isinstance(png, bytes) else None
    if lines is None:
        return 0, ""
    picture = unfiltered(lines)
    block = -(-max(picture.shape) // web.PREVIEW_SIDE)
    signs = ""
    for top in range(0, picture.shape[0], block):
        band = picture[top : top + block]
        sums = np.add.accumulate(band.sum(axis=0))
        ends = [*range(block, len(sums), block), len(sums)]
        for left, right in zip([0, *ends], ends, strict=False):
            inside = sums[right - 1] - (sums[left - 1] if left else 0)
            grey = int(inside / (len(band) * (right - left)) + 0.5)
            signs += web.PREVIEW_GREYS[grey * len(web.PREVIEW_GREYS) // 256]
    return -(-picture.shape[1] // block), signs


def _column(values: list[object]) -> object:
    alike = all(value == values[0] for value in values)
    return values[0] if alike else values


CHECKS = (program, rows)
