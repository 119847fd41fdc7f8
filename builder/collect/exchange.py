"""Writes the wide table for other systems: REDCap (data and data dictionary) and CDISC ODM 1.3.2."""

from collections.abc import Callable, Iterator, Mapping, Sequence
import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
import re
from typing import Any
from xml.etree import ElementTree

from builder.collect.columns import Row
from builder.collect.formats import beside
from builder.collect.gather import Gathered
from builder.collect.table import Tables
from bundle.reading.form_questions import FIRST, OF_READER, SEPARATOR
from bundle.reading.questions import Question, QuestionType

_NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"
# The columns of a data dictionary of REDCap, in its order.
_REDCAP = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number",
    "Text Validation Min", "Text Validation Max", "Identifier?", "Branching Logic (Show field only if...)",
    "Required Field?", "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?",
    "Field Annotation",
)  # fmt: skip
_FORM, _RECORD = "reading", "record_id"
_VALIDATION = {"integer": "integer", "number": "number"}
_ODM_TYPES = {"integer": "integer", "number": "float", "true or false": "boolean"}


def write_exchange(gathered: Gathered, tables: Tables, output: Path, kind: str) -> list[Path]:
    """Write in this format; returns the paths. Raises OSError."""
    output.parent.mkdir(parents=True, exist_ok=True)
    return _WRITERS[kind](gathered, tables, output)


def _questions(gathered: Gathered) -> dict[str, Question]:
    """By id, with the options and limits of all sessions, so that every answer fits the dictionary."""
    found: dict[str, Question] = {}
    for form in reversed(gathered.forms.values()):
        for question in form.questions:
            found[question.id] = _widened(found[question.id], question) if question.id in found else question
        found |= {OF_READER + question.id: question for question in form.of_reader}
    return found


def _widened(question: Question, earlier: Question) -> Question:
    known = {option.value for option in question.options}
    options = [*question.options, *(option for option in earlier.options if option.value not in known)]
    lows, highs = [question.minimum, earlier.minimum], [question.maximum, earlier.maximum]
    low = None if None in lows else min(end for end in lows if end is not None)
    high = None if None in highs else max(end for end in highs if end is not None)
    return replace(question, options=tuple(options), minimum=low, maximum=high)


def _question_of(column: str, questions: Mapping[str, Question]) -> Question | None:
    asked = column.removesuffix(FIRST)
    return questions.get(asked) or questions.get(asked.rsplit("_s", 1)[0])


def _record(row: Row) -> str:
    return f"{row['reader']}|{row['session']}|{row['case']}|{row['occurrence']}"


# REDCap


def _redcap(gathered: Gathered, tables: Tables, output: Path) -> list[Path]:
    """Options are numbered from 1, as REDCap's codes hold letters and figures only; the dictionary names them."""
    questions, path = _questions(gathered), output.with_suffix(".csv")
    rows = [_redcap_row(row, questions) for row in tables.wide]
    names = list(dict.fromkeys(name for row in rows for name in row))
    _write_csv(path, names, ([row.get(name, "") for name in names] for row in rows))
    dictionary = beside(path, "-redcap-dictionary", "csv")
    first = [_RECORD, _FORM, "", "text", "Reader, session, case and occurrence", *[""] * 13]
    fields = [_redcap_field(row, _question_of(row["column"], questions)) for row in tables.dictionary]
    _write_csv(dictionary, _REDCAP, [first, *fields])
    return [path, dictionary]


def _redcap_row(row: Row, questions: Mapping[str, Question]) -> Row:
    found: Row = {_RECORD: _record(row)}
    for name, cell in row.items():
        question = _question_of(name, questions)
        if question is not None and question.kind is QuestionType.CHOICES:
            chosen = [] if cell is None else str(cell).split(SEPARATOR)
            codes = enumerate(question.options, start=1)
            found |= {f"{_redcap_name(name)}___{code}": int(option.value in chosen) for code, option in codes}
        else:
            found[_redcap_name(name)] = _redcap_cell(cell, question)
    return found


def _redcap_cell(cell: Any, question: Question | None) -> Any:
    if cell is None:
        return ""
    if question is not None and question.kind is QuestionType.CHOICE:
        values = [option.value for option in question.options]
        return values.index(cell) + 1 if cell in values else cell
    return int(cell) if isinstance(cell, bool) else cell


def _redcap_name(column: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", column.lower())


def _redcap_field(row: Row, question: Question | None) -> list[str]:
    kind, choices, validation, low, high = "text", "", _VALIDATION.get(row["type"], ""), "", ""
    if question is not None:
        low, high = ("" if end is None else f"{end:g}" for end in (question.minimum, question.maximum))
    if question is not None and question.options:
        kind = "checkbox" if question.kind is QuestionType.CHOICES else "radio"
        numbered = enumerate(question.options, start=1)
        choices = " | ".join(f"{code}, {option.text.replace('|', '/')}" for code, option in numbered)
    elif row["type"] == "true or false":
        kind = "truefalse"
    note = f"in {row['unit']}" if row["unit"] else ""
    said = [row["meaning"], choices, note, validation, low, high]
    return [_redcap_name(row["column"]), _FORM, "", kind, *said, *[""] * 8]


def _write_csv(path: Path, names: Sequence[str], rows: Any) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(names)
        table.writerows(rows)


# CDISC ODM


def _odm(gathered: Gathered, tables: Tables, output: Path) -> list[Path]:
    """A case is a subject, a session an event, a reader's time of reading it a form, and a column an item."""
    path, questions = output.with_suffix(".xml"), _questions(gathered)
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    root = ElementTree.Element("ODM", {
        "xmlns": _NAMESPACE, "ODMVersion": "1.3.2", "FileType": "Snapshot", "FileOID": f"readings.{now}",
        "CreationDateTime": now,
    })  # fmt: skip
    study = _add(root, "Study", OID="S.READINGS")
    names = _add(study, "GlobalVariables")
    title = next((form.title for form in gathered.forms.values()), "Readings")
    for tag, text in (("StudyName", title), ("StudyDescription", title), ("ProtocolName", title)):
        _add(names, tag).text = text
    _metadata(study, tables, questions)
    data = _add(root, "ClinicalData", StudyOID="S.READINGS", MetaDataVersionOID="V.1")
    for row in tables.wide:
        _subject(data, row, questions)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return [path]


def _add(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, attributes)


def _metadata(study: ElementTree.Element, tables: Tables, questions: Mapping[str, Question]) -> None:
    version = _add(study, "MetaDataVersion", OID="V.1", Name="Version 1")
    _add(_add(version, "Protocol"), "StudyEventRef", StudyEventOID="E.SESSION", Mandatory="No")
    event = _add(version, "StudyEventDef", OID="E.SESSION", Name="Session", Repeating="Yes", Type="Scheduled")
    _add(event, "FormRef", FormOID="F.READING", Mandatory="No")
    form = _add(version, "FormDef", OID="F.READING", Name="Reading", Repeating="Yes")
    _add(form, "ItemGroupRef", ItemGroupOID="G.READING", Mandatory="Yes")
    group = _add(version, "ItemGroupDef", OID="G.READING", Name="Reading", Repeating="No")
    for row in tables.dictionary:
        _add(group, "ItemRef", ItemOID=f"I.{row['column']}", Mandatory="No")
    lists: dict[str, Question] = {}
    for row in tables.dictionary:
        question = _question_of(row["column"], questions)
        kind = _ODM_TYPES.get(row["type"], "text")
        item = _add(version, "ItemDef", OID=f"I.{row['column']}", Name=row["column"], DataType=kind)
        unit = f" ({row['unit']})" if row["unit"] else ""
        _add(_add(item, "Question"), "TranslatedText").text = row["meaning"] + unit
        if question is not None and question.kind is QuestionType.CHOICE:
            _add(item, "CodeListRef", CodeListOID=f"C.{question.id}")
            lists[question.id] = question
    for name, question in lists.items():
        listed = _add(version, "CodeList", OID=f"C.{name}", Name=question.text, DataType="text")
        for option in question.options:
            coded = _add(listed, "CodeListItem", CodedValue=option.value)
            _add(_add(coded, "Decode"), "TranslatedText").text = option.text


def _subject(data: ElementTree.Element, row: Row, questions: Mapping[str, Question]) -> None:
    subject = _add(data, "SubjectData", SubjectKey=row["case"])
    event = _add(subject, "StudyEventData", StudyEventOID="E.SESSION", StudyEventRepeatKey=str(row["session"]))
    form = _add(event, "FormData", FormOID="F.READING", FormRepeatKey=f"{row['reader']}|{row['occurrence']}")
    group = _add(form, "ItemGroupData", ItemGroupOID="G.READING")
    for name, cell in _filled(row):
        _add(group, "ItemData", ItemOID=f"I.{name}", Value=str(cell).lower() if isinstance(cell, bool) else str(cell))


def _filled(row: Row) -> Iterator[tuple[str, Any]]:
    yield from ((name, cell) for name, cell in row.items() if cell is not None and cell != "")


_WRITERS: Mapping[str, Callable[[Gathered, Tables, Path], list[Path]]] = {"redcap": _redcap, "odm": _odm}
