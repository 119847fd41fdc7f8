"""Tells which attributes that an option keeps held an identifier of their own person, and what was done about it."""

from collections.abc import Iterator

from pydicom import DataElement, Dataset

from builder.deidentify.policy import Action, Option
from builder.deidentify.retained import clean_descriptor
from builder.deidentify.rules import Identity, values_of
from builder.dicom.source_file import Values, text
from bundle.held import held_text

# Only these keep something as the source has it.
LOOKED_INTO = frozenset({Action.TEXT, Action.CLEANED_TEXT, Action.KEPT_UID, Action.ITEMS})
_OF_INSTANCE = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")


def held_uids(source: Values, identity: Identity) -> Iterator[str]:
    """The same of the UIDs that a build gives, and not the cleaning of a header."""
    if Option.UIDS in identity.policy.options:
        for keyword in _OF_INSTANCE:
            if identity.own.is_in_uid(text(source, keyword)):
                yield held_text(keyword, replaced=True)


def held_in_dataset(source: Dataset, identity: Identity) -> Iterator[str]:
    """The fixed words for each attribute that held an identifier, at any depth."""
    for tag in source.keys():  # noqa: SIM118  (iterating over a Dataset parses every element)
        if identity.policy.action(source.get_item(tag).tag) in LOOKED_INTO:
            try:
                element = source[tag]
            except Exception:  # as in `clean`: a broken value is dropped
                continue
            yield from held_in(element, identity)


def held_in(element: DataElement, identity: Identity) -> Iterator[str]:
    """The same for one element and everything in it."""
    action, own = identity.policy.action(element.tag), identity.own
    values = [str(value) for value in values_of(element)]
    if action is Action.ITEMS and element.VR == "SQ":
        for item in element.value:
            yield from held_in_dataset(item, identity)
    elif action is Action.TEXT and own.is_in(" ".join(values)):
        yield held_text(element.keyword, replaced=False)
    elif action is Action.CLEANED_TEXT:
        words = clean_descriptor(" ".join(values))
        if own.is_in(words) or any(map(own.is_word, words.split())):
            yield held_text(element.keyword, replaced=False)
    elif action is Action.KEPT_UID and any(map(own.is_in_uid, values)):
        yield held_text(element.keyword, replaced=True)
