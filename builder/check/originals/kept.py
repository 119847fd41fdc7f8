"""What each option keeps: the attributes, and the kinds of originals that may stand in them, file by file."""

from collections.abc import Set
from functools import cache

from pydicom.datadict import tag_for_keyword

_FULL_DATES, _PATIENT, _DEVICE, _UIDS, _INSTITUTION, _DESCRIPTORS = (
    "113106", "113108", "113109", "113110", "113112", "113105",
)  # fmt: skip
_TEXTS = {
    _DEVICE: (
        "Manufacturer", "ManufacturerModelName", "SoftwareVersions", "DeviceSerialNumber", "StationName", "GantryID",
        "GeneratorID", "DetectorID", "PlateID", "CassetteID", "DeviceDescription", "XRayDetectorID",
        "XRayDetectorLabel", "XRaySourceID",
    ),
    _INSTITUTION: ("InstitutionName", "InstitutionAddress", "InstitutionalDepartmentName"),
    _PATIENT: ("EthnicGroup",),
    _DESCRIPTORS: ("StudyDescription", "SeriesDescription", "ProtocolName"),
}  # fmt: skip
_KINDS = {
    _DEVICE: frozenset({"device", "maker"}),
    _INSTITUTION: frozenset({"institution"}),
    _PATIENT: frozenset({"patient"}),
    _DESCRIPTORS: frozenset[str](),
}
_DEVICE_UIDS = ("DeviceUID", "ManufacturerDeviceClassUID")
# Makers put the serial number of the device and the day into a UID; nobody's own number belongs there.
_IN_UIDS = frozenset({"uid", "date", "device", "institution"})
_DATES = frozenset({"date"})
# UIDs and dates have their own columns and elements in the lists of a bundle, which repeat those of the files.
_IN_LISTS = {_UIDS: frozenset({"uid"}), _FULL_DATES: _DATES}


@cache
def _codes_by_tag() -> dict[int, str]:
    named = ((tag_for_keyword(keyword), code) for code, keywords in _TEXTS.items() for keyword in keywords)
    return {tag: code for tag, code in named if tag is not None}


@cache
def _device_uids() -> frozenset[int | None]:
    return frozenset(map(tag_for_keyword, _DEVICE_UIDS))


def kinds_kept(tag: int, vr: str, codes: Set[str]) -> frozenset[str] | None:
    """The kinds of originals that may stand in an element of a file that states these codes of CID 7050.

    None if no option keeps the element; then no original may stand there.
    """
    if vr == "UI":
        return _IN_UIDS if _UIDS in codes or (_DEVICE in codes and tag in _device_uids()) else None
    if vr in ("DA", "DT"):
        return _DATES if _FULL_DATES in codes else None
    if _codes_by_tag().get(tag) not in codes:
        return None
    # What stands in one attribute of the file anyway, may also stand in another.
    return frozenset().union(*(kinds for code, kinds in _KINDS.items() if code in codes))


def kinds_in_lists(codes: Set[str]) -> frozenset[str]:
    """The kinds that may stand in the index, in INDEX.HTM and in journals of a medium whose files state these codes."""
    return frozenset().union(*(kinds for code, kinds in _IN_LISTS.items() if code in codes))
