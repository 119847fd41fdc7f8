"""The translations of the viewer: python -m tests.translations brings every .ts up to date and compiles its .qm.

A new text comes into the .ts as unfinished, one that is gone leaves it. What is then translated there (with any editor,
or Qt Linguist) is compiled by the next call. Compiling takes Qt's `lrelease` (on Debian in qttools5-dev-tools).
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
import shutil
import subprocess
from xml.etree import ElementTree

import bundle
from bundle.images import alterations
from bundle.presets import CT_PRESETS
import viewer
from viewer.annotation import Nothing
from viewer.scene.render_presets import CT_LOOKS, look_of_window

FOLDER = Path(viewer.__file__).parent / "ui" / "translations"
CONTEXT = "viewer"
# How many forms a language has for a number of things: (English) 1 image, 2 images.
FORMS = 2
# What the builder writes into the index, as `tr_remark` looks it up: {} in the place of each number.
_POSITIONS = [", ".join(["{}"] * number) for number in range(1, 6)]  # no more are listed
REMARKS = (
    "a single image",
    "several images at one place",
    "the images say nothing about their position",
    "the images carry no pixel spacing",
    "the images are shifted against each other",
    "images of different directions",
    "the files do not say which images belong together",
    "tilted gantry, {}°",
    "uneven spacing, {} to {} mm",
    *(f"slices missing at position {places} mm" for places in _POSITIONS),
    f"slices missing at position {_POSITIONS[-1]} … mm",
    *(
        f"compressed with loss{ratio}{method}"
        for ratio in ("", ", {} : {}")
        for method in ("", ", JPEG", ", JPEG-LS", ", JPEG {}", ", HTJ{}K", ", MPEG{}")
    ),
    "text masked",
    alterations.kept_with_text(),
    "stray bits above the lowest {} cleared",
    *(f"padding {old} rewritten as {new}" for old in ("{}", "{} to {}") for new in ("{}", "{} to {}")),
    "one of {} series of one image each that were put together",
)
# Where the notes on stacks come from.
NOTES = (Path("bundle/images/geometry.py"), Path("builder/stacks/same_place.py"))
# Why an answer is none, as the form says it.
ANSWERS = (
    "an answer is needed",
    "it is longer than {} characters",
    "it is not one of the options",
    "at least {} must be chosen",
    "at most {} may be chosen",
    "it is less than {}",
    "it is more than {}",
    "at least {} must be set",
    "at most {} may be set",
    "every mark needs a rating",
    "a rating is outside its limits",
)


@dataclass
class Message:
    """A text with its translations: as many as the language has forms where it counts something, else one."""

    source: str
    counts: bool = False
    said: list[str] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        return len(self.said) == (FORMS if self.counts else 1) and all(self.said)


def sources() -> dict[str, bool]:
    """Every text for a person in the viewer, and whether it contains a count."""
    found = dict(_called(Path(viewer.__file__).parent.rglob("*.py")))
    names = [preset.name for preset in CT_PRESETS] + [look.name for look in (*CT_LOOKS, look_of_window((0, 1)))]
    names.append("Tissue")  # the preset of values without a scale
    for text in (*names, *(reason.value for reason in Nothing), *REMARKS, *ANSWERS, *_errors()):
        found.setdefault(text, False)
    return found


def _called(paths: Iterable[Path]) -> Iterator[tuple[str, bool]]:
    """The arguments of `tr`; a name there is a constant of some module; computed texts are listed above."""
    trees = [ast.parse(path.read_text("utf-8")) for path in sorted(paths)]
    constants = dict(pair for tree in trees for pair in _constants(tree))
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr":
                text = node.args[0]
                value = text.value if isinstance(text, ast.Constant) else constants.get(getattr(text, "id", ""))
                if value:
                    yield value, len(node.args) > 1


def literals(path: Path) -> set[str]:
    """The texts of several words in a module, with {} for placeholders, without docstrings."""
    tree = ast.parse((Path(viewer.__file__).parents[1] / path).read_text("utf-8"))
    whole = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in whole for part in ast.walk(node) if part is not node}
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    plain = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    found = {node.value for node in plain if id(node) not in parts | docs}
    found |= {"".join(getattr(part, "value", "{}") if isinstance(part, ast.Constant) else "{}" for part in node.values)
              for node in whole}  # fmt: skip
    return {text for text in found if " " in text.strip()}


def computed() -> set[str]:
    """The arguments of `tr` that are neither literals nor names of constants."""
    trees = [ast.parse(path.read_text("utf-8")) for path in Path(viewer.__file__).parent.rglob("*.py")]
    constants = dict(pair for tree in trees for pair in _constants(tree))
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    texts = [call.args[0] for call in calls if getattr(call.func, "id", "") == "tr"]
    said = {ast.unparse(text) for text in texts if not isinstance(text, ast.Constant)}
    return said - constants.keys()


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets, values = node.targets[0], node.value
            pairs = zip(targets.elts, values.elts, strict=True) if _are_tuples(targets, values) else [(targets, values)]
            for target, value in pairs:
                if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield target.id, value.value


def _are_tuples(targets: ast.expr, values: ast.expr) -> bool:
    return isinstance(targets, ast.Tuple) and isinstance(values, ast.Tuple)


def _errors() -> Iterator[str]:
    """The texts of all errors that the viewer can show: those of `bundle`, and its own; what is in `tr` is found."""
    for package in (bundle, viewer):
        for path in sorted(Path(package.__file__ or "").parent.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef) and any(
                    getattr(base, "id", "") == "BundleError" for base in node.bases
                ):
                    yield from _texts_of(node)


def _texts_of(kind: ast.ClassDef) -> Iterator[str]:
    for call in ast.walk(kind):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "__init__" and call.args:
            text = call.args[0]
            assert isinstance(text, ast.Constant | ast.Call), f"{kind.name} makes its text up: give it details"
            if isinstance(text, ast.Constant):
                yield text.value


def languages() -> list[str]:
    """The languages with a .ts: 'de', and 'en' for its singular forms."""
    return sorted(path.stem.removeprefix("viewer_") for path in FOLDER.glob("viewer_*.ts"))


def file_of(language: str, suffix: str = ".ts") -> Path:
    return FOLDER / f"viewer_{language}{suffix}"


def wanted(language: str) -> dict[str, bool]:
    """The texts that a language must have; English only those with a count."""
    return {text: counts for text, counts in sources().items() if counts or language != "en"}


def read(language: str) -> dict[str, Message]:
    """The translations of a language, by source."""
    messages = [_message(node) for node in ElementTree.parse(file_of(language)).iter("message")]
    return {message.source: message for message in messages}


def _message(node: ElementTree.Element) -> Message:
    translation = node.find("translation")
    assert translation is not None
    forms = [form.text or "" for form in translation.iter("numerusform")]
    unfinished = translation.get("type") is not None
    said = [] if unfinished else forms or [translation.text or ""]
    return Message(node.findtext("source") or "", node.get("numerus") == "yes", said)


def update(language: str, known: dict[str, Message]) -> None:
    """Write the .ts with the known translations, and every other text as unfinished."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ElementTree.SubElement(root, "context")
    ElementTree.SubElement(context, "name").text = CONTEXT
    for text, counts in sorted(wanted(language).items()):
        message = known.get(text, Message(text))
        message.counts = counts
        _add(context, message)
    ElementTree.indent(root, "  ")
    content = ElementTree.tostring(root, encoding="unicode")
    file_of(language).write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{content}\n', "utf-8")


def _add(context: ElementTree.Element, message: Message) -> None:
    node = ElementTree.SubElement(context, "message", {"numerus": "yes"} if message.counts else {})
    ElementTree.SubElement(node, "source").text = message.source
    translation = ElementTree.SubElement(node, "translation", {} if message.finished else {"type": "unfinished"})
    if message.counts:
        for number in range(FORMS):
            form = ElementTree.SubElement(translation, "numerusform")
            form.text = message.said[number] if message.finished else ""
    else:
        translation.text = message.said[0] if message.finished else ""


def compile_file(language: str) -> None:
    """Make the .qm of a .ts."""
    lrelease = shutil.which("lrelease") or "/usr/lib/qt5/bin/lrelease"
    command = [lrelease, "-silent", "-nounfinished", str(file_of(language)), "-qm", str(file_of(language, ".qm"))]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    for name in languages():
        update(name, read(name))
        compile_file(name)
