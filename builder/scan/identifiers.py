"""Collects what identifies a person in a header, at every depth: the finished medium is searched for it."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cache, lru_cache
import struct
from sys import intern

from pydicom import DataElement, Dataset
from pydicom.charset import convert_encodings, decode_bytes
from pydicom.datadict import dictionary_has_tag, keyword_for_tag

from builder.dicom.byte_walker import CHARACTER_SET, UNDEFINED, Unsure, WalkedHeader, implicit_element, loose_element
from builder.dicom.common_runs import CommonRun
from builder.dicom.source_file import LONGEST_IDENTIFIER, Values

# (kind, keyword, text).
Identifier = tuple[str, str, str]
Identifiers = frozenset[Identifier]

_KINDS = {
    "id": (
        "PatientID", "OtherPatientIDs", "AccessionNumber", "AdmissionID", "IssuerOfPatientID", "StudyID",
        "RequestedProcedureID", "ScheduledProcedureStepID", "PerformedProcedureStepID", "FillerOrderNumberProcedure",
        "PlacerOrderNumberProcedure", "FillerOrderNumberImagingServiceRequest",
        "PlacerOrderNumberImagingServiceRequest", "PlacerOrderNumberImagingServiceRequestRetired",
        "FillerOrderNumberImagingServiceRequestRetired", "MedicalRecordLocator", "ServiceEpisodeID",
        "InsurancePlanIdentification", "SpecimenAccessionNumber", "SpecimenIdentifier", "ContainerIdentifier",
        "ClinicalTrialSubjectID", "ClinicalTrialSubjectReadingID", "IssuerOfAdmissionID", "IssuerOfServiceEpisodeID",
    ),
    "phone": ("PatientTelephoneNumbers", "ReferringPhysicianTelephoneNumbers", "PersonTelephoneNumbers",
              "OrderCallbackPhoneNumber", "PatientTelecomInformation", "PersonTelecomInformation",
              "ReferringPhysicianTelecomInformation", "OrderCallbackTelecomInformation"),
    "device": ("DeviceSerialNumber", "StationName", "UniqueDeviceIdentifier"),
    "institution": ("InstitutionName", "InstitutionAddress", "InstitutionalDepartmentName"),
    # These identify nobody: texts that options retain, in which another identifier may legitimately occur.
    "maker": ("Manufacturer", "ManufacturerModelName", "SoftwareVersions", "DeviceDescription", "GantryID",
              "GeneratorID", "DetectorID", "PlateID", "CassetteID", "XRayDetectorID", "XRayDetectorLabel",
              "XRaySourceID"),
    "patient": ("EthnicGroup",),
    "address": ("PatientAddress", "ReferringPhysicianAddress", "PersonAddress", "ResponsibleOrganization"),
}  # fmt: skip
_KIND_OF = {keyword: kind for kind, keywords in _KINDS.items() for keyword in keywords}
# Names of code lists and of kinds of objects, which identify nobody.
_NOT_IDENTIFYING = frozenset({
    "CodingSchemeUID", "ContextUID", "ContextGroupExtensionCreatorUID", "MappingResourceUID", "SOPClassUID",
    "ReferencedSOPClassUID",
})  # fmt: skip
_BY_VR = {"PN": "name", "UI": "uid", "DA": "date", "DT": "date"}
# UIDs of the standard identify no patient.
_REGISTERED = "1.2.840.10008."
_NONE = (b"", b"")
_NESTING = ("SQ", "UN")
_DEEPEST = 16
# The start of an item, and the delimiters of items and sequences.
_MARKS = (0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD)


def identifiers_of(header: Values) -> tuple[Collection[Identifier], ...]:
    """Every identifier of a header, in parts; those that the slices of a series share are one part."""
    if isinstance(header, WalkedHeader):
        elements, implicit = header.elements, header.implicit
        character_set = elements.get(CHARACTER_SET, _NONE)[1]
        parts: list[Collection[Identifier]] = [_of_run(run, implicit, character_set) for run in header.runs]
        for tag in header.singles:
            vr, value = elements[tag]
            if vr == b"UI":  # no two files share it: nothing to remember
                parts.append(_of_uid(tag, value))
            elif _tells(tag, vr):
                parts.append(_of_element(tag, vr, value, implicit, character_set))
        return tuple(filter(None, parts))
    return (frozenset(_of_dataset(header)) if isinstance(header, Dataset) else frozenset(),)


def _of_uid(tag: int, value: bytes) -> Collection[Identifier]:
    """For UIDs that every image has of its own: takes a quarter of a set's memory, and stores each UID once."""
    if not _tells(tag, b"UI"):
        return ()
    return tuple((kind, keyword, intern(text)) for kind, keyword, text in _said("uid", tag, value.decode("latin-1")))


@lru_cache(512)
def _of_run(run: CommonRun, implicit: bool, character_set: bytes) -> Identifiers:
    parts = (_of_element(tag, vr, value, implicit, character_set) for tag, (vr, value) in run.elements.items())
    return frozenset().union(*parts)


@cache
def _tells(tag: int, vr: bytes) -> bool:
    return vr.decode("ascii") in _NESTING or kind_of(tag, vr.decode("ascii")) is not None


@cache
def kind_of(tag: int, vr: str) -> str | None:
    """The kind of identifier in an element, None if it has none."""
    keyword = keyword_for_tag(tag)
    return None if keyword in _NOT_IDENTIFYING else _KIND_OF.get(keyword) or _BY_VR.get(vr)


@lru_cache(4096)
def _of_element(tag: int, vr: bytes, value: bytes, implicit: bool, character_set: bytes) -> Identifiers:
    """The identifiers in one element and everything inside it; an unreadable element yields nothing to search for."""
    found: set[Identifier] = set()
    with suppress(Unsure, struct.error, LookupError, ValueError):
        _collect(found, tag, vr.decode("ascii"), value, implicit, _encodings(character_set), 0)
    return frozenset(found)


@cache
def _encodings(character_set: bytes) -> tuple[str, ...]:
    return tuple(convert_encodings([term.strip() for term in character_set.decode("ascii", "replace").split("\\")]))


def _collect(
    found: set[Identifier], tag: int, vr: str, value: bytes, implicit: bool, encodings: tuple[str, ...], depth: int
) -> None:
    if vr in _NESTING:
        if depth < _DEEPEST:
            _collect_items(found, value, implicit or vr == "UN", encodings, depth)
        return
    kind = kind_of(tag, vr)
    if kind is not None:
        text = value.decode("ascii") if value.isascii() and b"\x1b" not in value else _decoded(value, encodings, vr)
        found.update(_said(kind, tag, text))


def _decoded(value: bytes, encodings: tuple[str, ...], vr: str) -> str:
    return decode_bytes(value, list(encodings), set(map(ord, "^=\\\r\n" if vr == "PN" else "\\\r\n")))


def _collect_items(found: set[Identifier], data: bytes, implicit: bool, encodings: tuple[str, ...], depth: int) -> None:
    """Everything in the items of a sequence, open or closed, as one stream of elements: their order does not matter."""
    read, at = implicit_element if implicit else loose_element, 0
    while at + 8 <= len(data):
        tag, vr, length, value = read(data, at)
        if tag in _MARKS:
            at += 8
            continue
        if not at:
            return  # not known to be a sequence, and not one
        if length == UNDEFINED:  # a nested sequence, whose items follow
            at = value
            continue
        content = data[value : value + length]
        if tag == CHARACTER_SET:
            encodings = _encodings(content)
        _collect(found, tag, vr.decode("ascii"), content, implicit, encodings, depth + 1)
        at = value + length


def _of_dataset(dataset: Dataset) -> Iterator[Identifier]:
    """The same from a data set that pydicom parsed."""
    for tag in list(dataset.keys()):
        try:
            element = dataset[tag]
            if element.VR == "SQ":
                for item in element.value:
                    yield from _of_dataset(item)
            elif (kind := kind_of(int(tag), element.VR)) is not None and element.value:
                yield from _said(kind, int(tag), "\\".join(map(str, _values(element))))
        except Exception:  # a broken value, which the writer drops
            continue


def _values(element: DataElement) -> Iterable[object]:
    return element.value if element.VM > 1 else [element.value]


def _said(kind: str, tag: int, text: str) -> Iterator[Identifier]:
    keyword = _name_of(tag)
    for part in text.split("\\"):
        value = part.strip(" \0\r\n")[:LONGEST_IDENTIFIER]  # by its beginning, all of it is found
        if kind == "date":
            value = value[:8]
        if value and not (kind == "uid" and value.startswith(_REGISTERED)):
            yield kind, keyword, value


@cache
def _name_of(tag: int) -> str:
    """The keyword of an attribute, or its tag if it has no keyword."""
    return (dictionary_has_tag(tag) and keyword_for_tag(tag)) or f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
