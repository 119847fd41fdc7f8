"""The policy in force as a table that a privacy officer can read."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydicom._dicom_dict import DicomDictionary
from pydicom.datadict import dictionary_keyword, repeater_has_tag
from pydicom.tag import BaseTag

from builder.deidentify import allowlist, profile
from builder.deidentify.policy import Action, Policy

# The values that `clean` writes regardless of the source.
_WRITTEN = {
    "PatientName": "the pseudonym",
    "PatientID": "the pseudonym",
    "StudyInstanceUID": "a new UID",
    "SeriesInstanceUID": "a new UID",
    "SOPInstanceUID": "a new UID",
    "SeriesNumber": "one number for the whole series",
    "InstanceNumber": "kept if it is a valid number, else counted",
    "Modality": "by the SOP Class",
    "PatientIdentityRemoved": "YES",
    "DeidentificationMethod": "what was done",
    "DeidentificationMethodCodeSequence": "the profile and each option",
    "LongitudinalTemporalInformationModified": "by the option for dates",
}


_UNDATED = allowlist.UNDATED_PET.keys() | allowlist.UNDATED_ENHANCED.keys()


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute: the code of Table E.1-1 (empty if the table does not list it) and the program's action."""

    tag: str
    keyword: str
    table: str
    done: str


def explain(policy: Policy) -> list[Row]:
    """Every standard attribute that affects the output, and every one of Table E.1-1, by tag."""
    return [row for tag in _tags() if (row := _row(policy, tag))]


def _tags() -> Iterator[BaseTag]:
    yield from (BaseTag(tag) for tag in sorted(DicomDictionary) if not repeater_has_tag(tag))


def _row(policy: Policy, tag: BaseTag) -> Row | None:
    keyword, table = dictionary_keyword(tag), profile.action(tag)
    done = _done(policy, tag, keyword)
    if done == Action.REMOVED.value and not table:
        return None
    return Row(f"({tag.group:04X},{tag.element:04X})", keyword, table, done)


def _done(policy: Policy, tag: BaseTag, keyword: str) -> str:
    if keyword in _WRITTEN:
        return _WRITTEN[keyword]
    action = policy.action(tag)
    if policy.temporal == "REMOVED" and keyword in _UNDATED:
        return "a dummy or empty where a PET or enhanced object must have it, otherwise removed"
    if action is Action.REMOVED and keyword in allowlist.EMPTIED:
        return "empty"
    if action is Action.REMOVED and keyword in allowlist.EMPTIED_IF_PRESENT:
        return "empty where it was present"
    return action.value
