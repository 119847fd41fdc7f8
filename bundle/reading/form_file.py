"""Reads a reading form from TOML; reports all mistakes at once, each with its line and question."""

from collections.abc import Sequence
import re
from typing import TypeGuard

from bundle.bounded import MAX_TOML, read_toml
from bundle.errors import EXIT_USAGE, BundleError
from bundle.mistakes import Mistake, as_list, encoding_mistake, syntax_mistake
from bundle.reading.form import SHOWABLE, Design, Form, Media, Order, counted, digest_of
from bundle.reading.form_parts.feedback import FEEDBACK, check_feedback, read_feedback
from bundle.reading.form_parts.of_readers import READER, check_of_reader
from bundle.reading.form_parts.sessions import SESSION_KEYS, read_given, read_sessions
from bundle.reading.form_questions import read_question
from bundle.reading.form_table import Table
from bundle.reading.journal import reader_key
from bundle.reading.questions import Question
from bundle.toml_lines import TomlLines, toml_lines
from bundle.veiled import unveiled_file, veiled_file

MAX_QUESTIONS = 200
# In base64 three bytes take four, and a line end every 76; a character takes up to four bytes.
MAX_FORM = 6 * MAX_TOML
_MOST_MEDIA, _MOST_CASES = 1000, 100_000
_CASE = re.compile(r"CASE-\d{3,}")
_TOP = (
    "title", "version", "introduction", "lock", "keep_view", "no_way_back", "hand_over", "idle_after", "readers",
    "show", "order", "question", "reader_question", "media", FEEDBACK, *SESSION_KEYS,
)  # fmt: skip
_MEDIA_NAME = re.compile(r"[0-9a-f]{32}")
_ORDER = ("shuffle", "design", "blocks", "seed", "cases", "training", "repeat")
_LONGEST_IDLE = 3600


class FormMistaken(BundleError):
    """The reading form cannot be used."""

    exit_code = EXIT_USAGE

    def __init__(self, name: str, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__(
            "The reading form {name} cannot be used:\n{listed}\n"
            "Correct this and try again; 'mkbundle form' shows the form without building anything.",
            name=name,
            listed=as_list(mistakes),
        )


def read_form(text: str, name: str = "form", *, is_old: bool = False) -> Form:
    """The form in a TOML text; raises FormMistaken with all mistakes. Messages call the text `name`.

    `is_old`: it lies on a medium already, and may be older than this program's rules.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        content = read_toml(text)
    except ValueError as error:
        raise FormMistaken(name, [syntax_mistake(str(error))]) from None
    lines = toml_lines(text)
    top = Table(content, lines, "", is_old=is_old)
    top.only(_TOP)
    mistakes, questions = _questions(top, lines, "question")
    wrong, of_reader = _questions(top, lines, READER)
    order, more = _order(top, lines)
    readers, shown = _readers(top), _shown(top)
    form = Form(
        title=top.text("title", "Reading") or "Reading",
        version=top.text("version", "1"),
        introduction=top.text("introduction"),
        questions=tuple(questions),
        of_reader=tuple(of_reader),
        order=order,
        lock=top.flag("lock"),
        keep_view=top.flag("keep_view"),
        no_way_back=top.flag("no_way_back"),
        hand_over=_hands_over(top, shown),
        idle_after=top.whole("idle_after", 60, 5, _LONGEST_IDLE),
        readers=readers,
        sessions=read_sessions(top, readers),
        given=read_given(top, [question.id for question in questions]),
        feedback=read_feedback(top, [question.id for question in questions]),
        show=shown,
        text=text,
        digest=digest_of(text),
        media=_media(top, lines),
    )
    mistakes = sorted([*top.mistakes, *mistakes, *wrong, *more])
    if mistakes:
        raise FormMistaken(name, mistakes)
    return form


def decode_form(content: bytes, name: str = "form", *, is_old: bool = False) -> Form:
    """The form in the bytes of a file, veiled or not, as in `read_form`; raises FormMistaken."""
    try:
        return read_form(unveiled_file(content).decode("utf-8-sig"), name, is_old=is_old)
    except UnicodeDecodeError as error:
        raise FormMistaken(name, [encoding_mistake(error)]) from None
    except ValueError as error:
        raise FormMistaken(name, [Mistake(1, "", f"it is damaged: {error}")]) from None


def form_content(form: Form) -> bytes:
    """The form as it lies on a medium: veiled, since it names the order, and which cases are for training."""
    return veiled_file(form.text)


def _questions(top: Table, lines: TomlLines, key: str) -> tuple[list[Mistake], list[Question]]:
    """The questions about cases, of which a form has at least one, or those about the reader."""
    listed = top.content.get(key, [])
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        top.wrong(key, f"questions are written as [[{key}]], each with its lines below")
        return [], []
    if not listed and key != READER:
        top.wrong(key, f"the form has no question; write [[{key}]] and below it id, text and type")
    if len(listed) > MAX_QUESTIONS:
        top.wrong(key, f"the form has more than {MAX_QUESTIONS} questions")
    mistakes: list[Mistake] = []
    questions: list[Question] = []
    for place, content in enumerate(listed):
        table = Table(content, lines, key, place, is_old=top.is_old)
        questions.append(read_question(table, questions, {mistake.question for mistake in mistakes}))
        if key == READER:
            check_of_reader(table, questions[-1])
        mistakes += table.mistakes
    return mistakes, questions


def _readers(top: Table) -> tuple[str, ...]:
    """Names that differ only in case or blanks would mean one reader."""
    readers = top.texts("readers")
    first: dict[str, str] = {}
    for reader in readers:
        if first.setdefault(reader_key(reader), reader) != reader:
            top.wrong("readers", f"'{reader}' and '{first[reader_key(reader)]}' are one and the same reader")
    return readers


def _hands_over(top: Table, shown: frozenset[str]) -> bool:
    """The files of a case tell all that a form may hide."""
    hidden = [word for word in SHOWABLE if word not in shown]
    allowed = top.flag("hand_over")
    if allowed and hidden:
        top.wrong("hand_over", f"the files of a case tell what 'show' hides; write {', '.join(hidden)} there, too")
    return allowed


def _shown(top: Table) -> frozenset[str]:
    shown = top.texts("show")
    for word in shown:
        if word not in SHOWABLE:
            top.wrong("show", f"'{word}' cannot be shown; possible are {', '.join(SHOWABLE)}")
    return frozenset(shown)


def _order(top: Table, lines: TomlLines) -> tuple[Order, list[Mistake]]:
    content = top.content.get("order", {})
    if not isinstance(content, dict):
        top.wrong("order", "the order is a table: write [order] and its lines below")
        return Order(), []
    table = Table(content, lines, "order")
    table.only(_ORDER)
    repeat = content.get("repeat")
    order = Order(
        shuffle=table.flag("shuffle"),
        design=_design(table, top),
        blocks=table.whole("blocks", 2, 2, 1000) if "blocks" in content else 0,
        seed=table.whole("seed", 0, 0, 2**63 - 1),
        cases=_cases(table, "cases"),
        training=_cases(table, "training"),
        repeat=table.whole("repeat", 0, 0, 100_000) if isinstance(repeat, int) else _cases(table, "repeat"),
    )
    if not isinstance(order.repeat, int):
        for case in sorted(set(order.repeat) & set(order.training)):
            table.wrong("repeat", f"{case} is a training case and cannot be repeated")
    for key, case in order.names():
        if order.cases and key == "repeat" and case not in order.cases:
            table.wrong(key, f"{case} is not among 'cases'")
    return order, table.mistakes


def _design(table: Table, top: Table) -> Design | None:
    """A balanced order gives each reader a row of a square, so the form has to name the readers."""
    word = table.text("design")
    if not word:
        if "blocks" in table.content:
            table.wrong("blocks", 'write design = "blocks" beside the number of blocks')
        return None
    if word not in [design.value for design in Design]:
        table.wrong("design", f"'design' must be one of {', '.join(design.value for design in Design)}")
        return None
    design = Design(word)
    if not top.content.get("readers"):
        table.wrong("design", "a balanced order needs the 'readers' of the whole study by name, at the top of the form")
    if (design is Design.BLOCKS) != ("blocks" in table.content):
        table.wrong("blocks", "'blocks' is the number of blocks, and belongs to design = \"blocks\"")
    return design


def _media(top: Table, lines: TomlLines) -> Media | None:
    """mkbundle writes [media], so anything unusual there was changed by hand."""
    content = top.content.get("media")
    if content is None:
        return None
    name, cases = (content.get("set"), content.get("cases")) if isinstance(content, dict) else (None, None)
    numbers = _media_cases(cases)
    if not isinstance(name, str) or not _MEDIA_NAME.fullmatch(name) or not numbers:
        line = lines.tables.get(("media", 0)) or lines.find("", 0, "media")
        top.mistakes.append(Mistake(line, "", "only mkbundle --span writes [media]; remove it"))
        return None
    return Media(name, numbers)


def _media_cases(value: object) -> tuple[tuple[int, ...], ...]:
    """The numbers of the cases on each medium: as they are, or as they follow from how many there are; or nothing."""
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_MEDIA:
        return ()
    if _are_numbers(value):
        return counted(value) if sum(value) <= _MOST_CASES else ()
    if not all(
        isinstance(medium, list) and medium and _are_numbers(medium) and medium == sorted(medium) for medium in value
    ):
        return ()
    every = [number for medium in value for number in medium]
    return tuple(map(tuple, value)) if len(set(every)) == len(every) else ()


def _are_numbers(value: Sequence[object]) -> TypeGuard[list[int]]:
    return len(value) <= _MOST_CASES and all(type(number) is int and 0 < number <= _MOST_CASES for number in value)


def _cases(table: Table, key: str) -> tuple[str, ...]:
    listed = table.texts(key)
    for case in listed:
        if not _CASE.fullmatch(case):
            table.wrong(key, f"'{case}' is not a case number such as CASE-004")
    return listed


def check_cases(form: Form, cases: Sequence[str], name: str = "form") -> None:
    """Raise FormMistaken if the form names cases that the bundle does not have, or repeats a case that cannot repeat.

    `cases` are those of one bundle; if it is one of several media, the form knows the cases of the others.
    """
    table = Table({}, toml_lines(form.text), "order")
    order = form.order
    everywhere = cases if form.media is None else form.media.beside(cases)
    for key, case in order.names():
        if case not in everywhere:
            table.wrong(key, f"{case} is not in this bundle, which has {len(everywhere)} cases")
    groups = [list(cases)] if form.media is None else form.media.with_present(cases)
    read = [order.read(group) for group in groups]
    if not table.mistakes and not any(case in order.training or case in order.read(cases) for case in cases):
        table.wrong("cases", "there is no case to read" + (" on this medium" if form.media else ""))
    check_feedback(table, form.feedback, order.training)
    _check_repeat(order, table, [case for group in read if len(group) > 1 for case in group])
    if table.mistakes:
        raise FormMistaken(name, sorted(table.mistakes))


def _check_repeat(order: Order, table: Table, possible: Sequence[str]) -> None:
    """A repeated case needs another case in between, on its own medium."""
    repeated = order.repeat if isinstance(order.repeat, int) else len(order.repeat)
    alone = [] if isinstance(order.repeat, int) or table.mistakes else sorted(set(order.repeat) - set(possible))
    if repeated and not possible:
        table.wrong("repeat", "a case can be repeated only where another one comes in between")
    elif repeated > len(possible):
        table.wrong("repeat", f"{repeated} cases cannot be repeated where {len(possible)} are read")
    elif alone:
        table.wrong("repeat", f"{alone[0]} is alone on its medium: no other case can come in between")
