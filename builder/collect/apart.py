"""Names measurements whose ends do not belong together, as the first viewers took them."""

from collections.abc import Iterator

from bundle.reading.marks import apart, marks_of
from bundle.reading.readings import CaseReading


def said_apart(where: str, reading: CaseReading) -> Iterator[str]:
    """A remark for each; `where` names reader and case."""
    for (name, _), value in reading.answers.items():
        if why := apart(marks_of(value) if isinstance(value, dict) else ()):
            yield f"{where}: {name}: {why}, so that its value is no distance on an image"
