"""Builds a new data set from the values that may stay; it edits nothing in place, so it cannot miss anything."""

from collections.abc import Mapping
from dataclasses import replace

from pydicom import Dataset, Sequence
from pydicom.datadict import keyword_for_tag
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag

from builder.content import ENHANCED, PET
from builder.deidentify import allowlist, dates, retained
from builder.deidentify.held import held_in_dataset, held_uids
from builder.deidentify.policy import JUDGED, Option, Policy
from builder.deidentify.rules import LONGEST, NOBODY, Identity, clean_items, numbers_as, shift_of
from builder.dicom.source_file import Values, sop_class, text

METHOD_TEXT = "mkbundle: allowlist on top of PS3.15 Basic Profile"


def clean(source: Dataset, identity: Identity) -> Dataset:
    """A new data set without pixel data and file meta that holds only what may stay. Source: PS3.15 Annex E."""
    kept = clean_items(source, _with_references(source, identity))
    _move_dates(source, kept, identity)
    for keyword, value in (dummy_dates(source, identity.policy.temporal) | identifying_values(identity)).items():
        setattr(kept, keyword, value)
    kept.DeidentificationMethod = [METHOD_TEXT, *_held(source, identity)]
    kept.DeidentificationMethodCodeSequence = method_items(identity.policy)
    _fill_gaps(source, kept)
    if Option.SAFE_PRIVATE in identity.policy.options:
        _keep_safe_private(source, kept)
    if any(not str(element.value).isascii() for element in kept if element.VR in LONGEST):
        kept.SpecificCharacterSet = "ISO_IR 192"
    return kept


def _with_references(source: Dataset, identity: Identity) -> Identity:
    """The identity with the UIDs of its own study and series, by which evidence of references names them."""
    new = {"StudyInstanceUID": identity.study_instance_uid, "SeriesInstanceUID": identity.series_instance_uid}
    return replace(identity, renamed=tuple(((keyword, text(source, keyword)), uid) for keyword, uid in new.items()))


def _held(source: Dataset, identity: Identity) -> list[str]:
    """What is said of attributes that held an identifier of their own patient."""
    if identity.own == NOBODY:
        return []
    return sorted({*held_uids(source, identity), *held_in_dataset(source, identity)})


def clean_and_encode(
    source: Dataset, identity: Identity, described: Mapping[str, object]
) -> tuple[bytes, tuple[str, ...]]:
    """The result of `clean` with `described` set in it, encoded in Explicit VR Little Endian; and the dropped keywords.

    These are the keywords of numbers, dates and times at the top level that were dropped because they were broken.
    """
    judged = _judged(source, identity.policy)
    kept = clean(source, identity)
    lost = tuple(keyword_for_tag(tag) for tag in sorted(judged) if tag not in kept or kept[tag].is_empty)
    for keyword, value in described.items():
        kept.pop(keyword, None)  # with its VR: a source may have written US although its pixels are signed (PS3.5 A.1)
        setattr(kept, keyword, value)
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, False
    write_dataset(buffer, kept)
    return buffer.getvalue(), lost


def _judged(source: Dataset, policy: Policy) -> list[BaseTag]:
    """The numbers, dates and times that are present; collected before parsing, as only the bytes are certain."""
    tags = [tag for tag in source.keys() if policy.action(BaseTag(tag)) in JUDGED]  # noqa: SIM118
    return [tag for tag in tags if _says_something(source.get_item(tag).value)]


def _says_something(value: object) -> bool:
    if isinstance(value, bytes):
        return bool(value.strip(b" \0"))
    values = value if isinstance(value, MultiValue | list) else [value]
    return any(part not in (None, "", 0) for part in values)


def _fill_gaps(source: Dataset, kept: Dataset) -> None:
    """Empty values for type 2 attributes and dummies for type 1 ones, as PS3.15 Table E.1-1a requires."""
    for keyword in allowlist.EMPTIED:
        if keyword not in kept:
            setattr(kept, keyword, "")
    for keyword in allowlist.EMPTIED_IF_PRESENT:
        if keyword in source and keyword not in kept:
            setattr(kept, keyword, [] if keyword.endswith("Sequence") else "")
    if sop_class(source) in ENHANCED:
        _fill_enhanced(source, kept)
    elif "BodyPartExamined" not in kept and "Laterality" not in kept:  # type 2C: PS3.3 C.7.3.1
        kept.Laterality = ""


def _fill_enhanced(source: Dataset, kept: Dataset) -> None:
    for keyword in allowlist.DUMMIES_IF_ENHANCED:
        if (keyword in source or keyword in kept) and not kept.get(keyword):
            setattr(kept, keyword, allowlist.DUMMY)
    if text(source, "BurnedInAnnotation") == "NO":  # type 1C there; a YES is dropped, or becomes NO by masking
        kept.BurnedInAnnotation = "NO"


def _move_dates(source: Dataset, kept: Dataset, identity: Identity) -> None:
    """The dates, each shifted with its time of day, so that crossing midnight changes the date."""
    if identity.policy.temporal != "REMOVED":
        for date, time in allowlist.DATE_PAIRS.items():
            moved = dates.shift_date(text(source, date), text(source, time), shift_of(identity))
            if moved:
                setattr(kept, date, moved)
    for keyword in ("StudyDate", "StudyTime"):  # type 2: PS3.3 C.7.2.1
        if keyword not in kept:
            setattr(kept, keyword, "")


def dummy_dates(source: Values, temporal: str) -> dict[str, str]:
    """The values in place of dates and times if none may stay."""
    kind = sop_class(source)
    if temporal != "REMOVED" or (kind not in ENHANCED and kind != PET):
        return {}
    wanted = allowlist.UNDATED_ENHANCED if kind in ENHANCED else allowlist.UNDATED_PET
    return {keyword: dummy for keyword, dummy in wanted.items() if text(source, keyword)}


def identifying_values(identity: Identity) -> dict[str, str]:
    """The new identity of the instance, and the statement that it was de-identified (PS3.15 E.1.1)."""
    return {
        "PatientName": identity.pseudonym,
        "PatientID": identity.pseudonym,
        "StudyInstanceUID": identity.study_instance_uid,
        "SeriesInstanceUID": identity.series_instance_uid,
        "SOPInstanceUID": identity.sop_instance_uid,
        "PatientIdentityRemoved": "YES",
        "DeidentificationMethod": METHOD_TEXT,
        "LongitudinalTemporalInformationModified": identity.policy.temporal,
    }


def method_items(policy: Policy) -> Sequence:
    """One item of CID 7050 for the profile and one for each option."""
    return Sequence(_method(code, meaning) for code, meaning in policy.methods)


def _method(code: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code, "DCM", meaning
    return item


def _keep_safe_private(source: Dataset, kept: Dataset) -> None:
    """Private numbers of the reviewed list, identified by their creator and never by the tag alone (PS3.15 E.3.10)."""
    for creator, elements in retained.SAFE_PRIVATE.items():
        for (group, element), vr in elements.items():
            try:
                number = numbers_as(source.private_block(group, creator).__getitem__(element), vr)
            except Exception:  # missing or broken: either way nothing to keep
                continue
            if number is not None and number.VM:
                kept.private_block(group, creator, create=True).add_new(element, vr, number.value)
