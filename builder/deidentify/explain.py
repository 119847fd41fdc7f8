"""The policy in force as a table that a privacy officer can read."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydicom._dicom_dict import DicomDictionary
from pydicom.datadict import dictionary_keyword, repeater_has_tag
from pydicom.tag import BaseTag

from builder.deidentify import allowlist, profile
from builder.deidentify.policy import NO_DATES, Action, Option, Policy

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
}


# What each option does; docs/deidentification.md has the same words.
OPTIONS = {
    Option.MODIFIED_DATES.label: "dates and times are shifted together by one secret offset per patient; the default",
    Option.FULL_DATES.label: "dates and times stay",
    NO_DATES: "dates and times are removed; if a PET or enhanced object must have one, it is 1900-01-01",
    Option.SUV.label:
        "weight, size and sex stay, from which a PET viewer computes SUV (the weight is in the index, too); doses and "
        "times stay anyway, except under "
        "`no-dates`, which excludes it",
    Option.PATIENT.label: "sex, age (90 and older combined), size, weight, smoking, pregnancy, ethnic group stay",
    Option.DEVICE.label: "maker, model, software, serial number, station and other device names stay",
    Option.INSTITUTION.label: "name, address and department of the institution stay",
    Option.UIDS.label: "UIDs stay; if one is reused for another object, the second gets a new one",
    Option.SAFE_PRIVATE.label: "private numbers of a reviewed list stay, found by their creator",
    Option.DESCRIPTORS.label:
        "study and series description and protocol keep the words of a reviewed list, and short numbers",
    Option.PIXELS.label: "text that is read beside the patient is masked, and the image stays; the same as `--mask`",
    Option.FACES.label: "the face is blanked in head CT; the same as `--deface`",
}  # fmt: skip
# What these become if an option keeps them.
_KEPT = {
    (Option.UIDS, "StudyInstanceUID"): "kept if it has the form of a UID, else a new UID",
    (Option.UIDS, "SeriesInstanceUID"): "kept if it has the form of a UID, else a new UID; a new one if it is reused",
    (Option.UIDS, "SOPInstanceUID"): "kept if it has the form of a UID, else a new UID; a new one if it is reused",
    (Option.PATIENT, "PatientAge"): "kept if it has the expected form; 90 years and older are 090Y",
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
    kept = next((_KEPT[option, keyword] for option in policy.options if (option, keyword) in _KEPT), "")
    if kept or keyword in _WRITTEN:
        return kept or _WRITTEN[keyword]
    if keyword == "LongitudinalTemporalInformationModified":
        return policy.temporal
    action = policy.action(tag)
    if policy.temporal == "REMOVED" and keyword in _UNDATED:
        return "a dummy or empty where a PET or enhanced object must have it, otherwise removed"
    if action is Action.REMOVED and keyword in allowlist.EMPTIED:
        return "empty"
    if action is Action.REMOVED and keyword in allowlist.EMPTIED_IF_PRESENT:
        return "empty where it was present"
    return action.value
