"""Draws a folder of scans, new for each seed, with an identifier in every place of a DICOM file that can hold one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
import random
import struct

from pydicom.datadict import DicomDictionary, dictionary_VM, dictionary_VR, keyword_for_tag, tag_for_keyword

from tests.builder.pipeline.plant_encode import BIG, IMPLICIT, PACKED, Element, Elements, element
from tests.builder.pipeline.plant_search import Token

_NEEDED = """SOPClassUID SOPInstanceUID StudyInstanceUID SeriesInstanceUID FrameOfReferenceUID PatientID
 PatientName PatientBirthDate StudyDate StudyTime SeriesDate SeriesTime AcquisitionDate AcquisitionTime ContentDate
 ContentTime AcquisitionDateTime Modality ImageType BurnedInAnnotation SpecificCharacterSet InstanceNumber SeriesNumber
 ImagePositionPatient ImageOrientationPatient PixelSpacing SliceThickness RescaleSlope RescaleIntercept RescaleType
 SamplesPerPixel PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation
 NumberOfFrames PixelData FloatPixelData DoubleFloatPixelData PixelDataProviderURL ModalityLUTSequence
 DirectoryRecordSequence SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence PlanarConfiguration
 TimezoneOffsetFromUTC StudyID AccessionNumber PixelPaddingValue ReferencedImageSequence ExtendedOffsetTable
 ExtendedOffsetTableLengths EncapsulatedPixelDataValueTotalLength DataSetTrailingPadding RadionuclideHalfLife"""
_LARGE = """RadionuclideTotalDose CountsAccumulated PrimaryPromptsCountsAccumulated SecondaryCountsAccumulated
 FrameReferenceTime ActualFrameDuration FrameAcquisitionDuration TriggerTime FrameTime FrameTimeVector FrameDelay
 AcquisitionDuration ExposureTimeInuS DoseCalibrationFactor"""
# What an image needs in order to be one, and what the test compares; it is broken on purpose only in single files.
NEEDED = frozenset(_NEEDED.split())
# Measured in units that make eight figures usual (becquerels, counts, microseconds): a number there tells no name.
LARGE_NUMBERS = frozenset(_LARGE.split())
KEPT_GROUPS = (0x0018, 0x0020, 0x0028, 0x0054)
KEPT_SEQUENCES = (
    "ReferencedImageSequence", "SourceImageSequence", "AnatomicRegionSequence", "PurposeOfReferenceCodeSequence",
    "RadiopharmaceuticalInformationSequence", "EnergyWindowInformationSequence", "CTAcquisitionTypeSequence",
    "CTExposureSequence", "FrameContentSequence", "PixelMeasuresSequence", "DimensionIndexSequence",
    "RadionuclideCodeSequence", "PatientOrientationCodeSequence", "MRImagingModifierSequence", "IconImageSequence",
)  # fmt: skip

CHARSETS = (
    ("ISO_IR 100", "latin-1", "äöüßéèçñå"),
    ("ISO_IR 192", "utf-8", "αβγδεζηθλ"),
    ("\\ISO 2022 IR 87", "iso2022_jp", "山田太郎花子森川石橋"),
    ("GB18030", "gb18030", "王小东李明丽张伟芳"),
    ("ISO_IR 144", "iso8859_5", "абвгджзиклм"),
)

_ALL = [tag for tag, (vr, *_) in DicomDictionary.items() if 0x0008 <= tag >> 16 < 0x7FE0 and vr not in ("SQ", "NONE")]
_LIKELY = [tag for tag in _ALL if tag >> 16 in KEPT_GROUPS]
_SEQUENCES = [tag for tag, (vr, *_) in DicomDictionary.items() if vr == "SQ" and tag >> 16 in (0x0008, *KEPT_GROUPS)]
_BINARY = frozenset(["OB", "OW", "OF", "OD", "OL", "OV", "UN"])
_CONSONANTS, _VOWELS = "bdfghjklmnprstvwz", "aeiouy"


@dataclass
class Planter:
    """Draws identifiers that occur nowhere else, and remembers what was put where."""

    random: random.Random
    tokens: list[Token] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def _new(self, draw: "object", kind: str, place: str, codec: str) -> str:
        # No token begins like another: a part of one would be taken for the other.
        while ((text := draw())[:8] in self.used and kind == "name") or text in self.used:  # type: ignore[operator]
            pass
        self.used |= {text, text[:8]}
        self.tokens.append(Token(text, kind, place, codec))
        return text

    def name(self, place: str, letters: int = 0, codec: str = "utf-8") -> str:
        """A name of invented syllables, eight to ten letters long."""
        return self._new(lambda: self._word(letters or self.random.randint(8, 10)), "name", place, codec)

    def _word(self, letters: int) -> str:
        word = "".join(self.random.choice(_CONSONANTS) + self.random.choice(_VOWELS) for _ in range(5))
        return word[:letters].capitalize()

    def capitals(self, place: str) -> str:
        """Eight capitals; as one or two floating point numbers they are between 8 and 100 000 000."""
        ends = "BCDFG"
        return self._new(
            lambda: self._word(3).upper() + self.random.choice(ends) + self._word(3).upper() + "A",
            "name",
            place,
            "ascii",
        )

    def other_script(self, place: str, codec: str, alphabet: str) -> str:
        """A name in the letters of a character set."""
        letters = 3 if ord(alphabet[0]) > 0x2000 else 8
        return self._new(lambda: "".join(self.random.choices(alphabet, k=letters)), "script name", place, codec)

    def mrn(self, place: str) -> str:
        """A record number of eight figures, without zeros at its end, that is no date."""
        return self._new(self._record_number, "number", place, "ascii")

    def _record_number(self) -> str:
        start, month, end = self.random.randint(1200, 9899), self.random.randint(13, 99), self.random.randint(0, 9)
        return f"{start}{month}{end}7"

    def short_mrn(self, place: str) -> str:
        """A small record number, filled up with zeros to eight figures."""
        return self._new(lambda: f"000{self.random.randint(10_000, 99_999)}", "number", place, "ascii")

    def date(self, place: str) -> str:
        """A date on which no shifted date can fall."""
        return self._new(
            lambda: (datetime(1921, 1, 1) + timedelta(self.random.randrange(18_000))).strftime("%Y%m%d"),
            "date", place, "ascii",
        )  # fmt: skip

    def phone(self, place: str) -> str:
        """A telephone number."""
        return self._new(lambda: f"+49 30 {self.random.randint(2_000_000, 9_999_999)}", "phone", place, "ascii")

    def uid(self, place: str, *parts: str) -> str:
        """A UID that holds what it is given: record numbers, dates."""
        return self._new(
            lambda: ".".join(("1.2.826.0.1", *parts, str(self.random.randrange(10**8, 10**9)))), "uid", place, "ascii"
        )

    def any(self, place: str, codec: str = "utf-8") -> str:
        """A text with one identifier in it."""
        draw = self.random.choice((self.name, self.name, self.mrn, self.phone, self.date))
        return self.random.choice(("{}", "{}", "see {}", "{} called")).format(draw(place))


# Values by VR


def value_for(planter: Planter, vr: str, place: str, codec: str) -> "bytes | tuple[int | float, ...]":
    """A value of a VR, valid or not, that holds an identifier."""
    if vr in PACKED:
        return _packed(planter, vr, place)
    if vr in _BINARY:
        return f"..{planter.any(place)}..".encode()
    return _text(planter, vr, place).encode(codec, "replace")


def _packed(planter: Planter, vr: str, place: str) -> "tuple[int | float, ...]":
    """A record number as a number, or letters that are read as numbers."""
    if vr in ("UL", "SL", "UV", "SV", "FD") and planter.random.random() < 0.5:
        return (float(planter.mrn(place)) if vr == "FD" else int(planter.mrn(place)),)
    content = planter.name(place, letters=8).encode()
    if vr in ("FD", "FL") and planter.random.random() < 0.5:  # capitals that read as numbers of a usual size
        content = planter.capitals(place).encode()
    units = PACKED[vr]
    return struct.unpack(f"<{units * (8 // struct.calcsize('<' + units))}", content)


def _text(planter: Planter, vr: str, place: str) -> str:
    draw = planter.random.random()
    if draw < 0.25 and vr not in ("LT", "ST", "UT"):
        return planter.name(place)  # not a valid value for most
    if vr in ("DS", "IS"):
        number = planter.mrn(place)
        whole = (number, f"+{number}", f"1\\{number}", f" {number} ", planter.short_mrn(place))
        decimal = (f"{number}12", f"{number[0]}.{number[1:]}e7", f"{number}.5", f"{number}e-3")
        return planter.random.choice((*whole, *decimal) if vr == "DS" else whole)
    simple = {
        "DA": planter.date, "PN": lambda p: f"{planter.name(p)}^{planter.name(p)}", "CS": planter.name,
        "DT": lambda p: f"{planter.date(p)}081530.123456+0100", "TM": lambda p: f"0815 {planter.name(p)}",
        "UI": lambda p: planter.uid(p, planter.mrn(p), planter.date(p)), "AE": planter.name,
    }  # fmt: skip
    if vr in simple and draw < 0.85:
        return simple[vr](place)
    return planter.any(place) + " and so on" * (30 if draw > 0.95 else 0)


# Elements at random places


def scattered(planter: Planter, count: int, syntax: str, codec: str, file: str) -> Elements:
    """Attributes of any VR at any depth: standard, retired, private, unknown, of wrong VR and repeated."""
    found = []
    for _ in range(count):
        depth = planter.random.choice((0, 0, 0, 1, 2, 3, 5))
        path = [_sequence(planter.random) for _ in range(depth)]
        place = f"{file} {syntax} " + ">".join(keyword_for_tag(tag) or f"{tag:08X}" for tag in path)
        content = _anything(planter, syntax, codec, place)
        for tag in reversed(path):
            content = [Element(tag, "SQ", [content])]
        found += content
    return _without_clashes(found)


def _sequence(random_: random.Random) -> int:
    if random_.random() < 0.7:
        return int(tag_for_keyword(random_.choice(KEPT_SEQUENCES)) or 0)
    return random_.choice(_SEQUENCES)


def _without_clashes(elements: Elements) -> Elements:
    """Items for one sequence together, as a second element of the same tag would hide the first."""
    merged: dict[int, Element] = {}
    for member in elements:
        before = merged.get(member.tag)
        if before and isinstance(before.value, list) and isinstance(member.value, list):
            before.value.extend(member.value)
        else:
            merged[member.tag] = member
    return [
        member for member in merged.values() if keyword_for_tag(member.tag) not in NEEDED - {"ReferencedImageSequence"}
    ]


def _anything(planter: Planter, syntax: str, codec: str, place: str) -> Elements:
    kinds = (_standard, _standard, _standard, _standard, _private, _unknown, _wrong_vr, _code)
    return planter.random.choice(kinds)(planter, syntax, codec, place)


def _standard(planter: Planter, syntax: str, codec: str, place: str) -> Elements:
    tag = _attribute(planter.random)
    vr = dictionary_VR(tag).split(" or ")[-1] if planter.random.random() < 0.5 else dictionary_VR(tag).split(" or ")[0]
    place = f"{place} {keyword_for_tag(tag)} {vr} {dictionary_VM(tag)}"
    return [Element(tag, vr, value_for(planter, vr, place, codec))]


def _attribute(random_: random.Random) -> int:
    while True:
        tag = random_.choice(_LIKELY if random_.random() < 0.7 else _ALL)
        if keyword_for_tag(tag) not in NEEDED | LARGE_NUMBERS:
            return tag


def _private(planter: Planter, syntax: str, codec: str, place: str) -> Elements:
    group = planter.random.choice((0x0009, 0x0019, 0x0021, 0x0029, 0x0055, 0x2005, 0x7053)) << 16
    vr = planter.random.choice(("LO", "PN", "OB", "UN", "DS", "UT", "DA", "UI", "SH", "FD"))
    number = planter.random.randint(0x1001, 0x10FF)
    held = Element(group | number, vr, value_for(planter, vr, f"{place} private {vr}", codec))
    # Not in big endian: pydicom takes such items for big endian too, and the file is refused as unreadable.
    if syntax != BIG and planter.random.random() < 0.2:  # a private sequence of unknown VR, with items
        inner = [element("PatientName", planter.name(f"{place} private sequence"))]
        held = Element(group | number, "UN", [inner])
    creator = [Element(group | 0x0010, "LO", b"SIEMENS CT VA0  COAD")] if planter.random.random() < 0.5 else []
    return [*creator, held]


def _unknown(planter: Planter, syntax: str, codec: str, place: str) -> Elements:
    group = planter.random.choice((0x0008, 0x0010, *KEPT_GROUPS, 0x0066, 0x4FFE)) << 16
    tag = group | planter.random.choice((0x9FFE, 0xEE02, 0x77F0))
    vr = planter.random.choice(("LO", "PN", "UN", "DS", "IS", "CS", "UI", "UL", "DA"))
    return [Element(tag, vr, value_for(planter, vr, f"{place} unknown {tag:08X} {vr}", codec))]


def _wrong_vr(planter: Planter, syntax: str, codec: str, place: str) -> Elements:
    """An attribute that claims another VR than the standard gives it; without VRs in the file, a value that is none."""
    tag = _attribute(planter.random)
    vr = planter.random.choice(
        ["LO", "UN", "OB", "DS", "IS", "CS", "UL", "FD", "DA", "UI", "SH", "UT", "US", "AT", "LT", "UR", "UC"]
    )
    if syntax in (IMPLICIT, BIG) and (vr in PACKED or dictionary_VR(tag) in PACKED):
        vr = dictionary_VR(tag).split(" or ")[0]
    place = f"{place} {keyword_for_tag(tag)} as {vr}"
    return [Element(tag, vr, value_for(planter, vr, place, codec))]


def _code(planter: Planter, syntax: str, codec: str, place: str) -> Elements:
    """A coded entry: a published code with an identifier as its meaning, or a local code that is one."""
    keyword = planter.random.choice([name for name in KEPT_SEQUENCES if "Code" in name or "Anatomic" in name])
    place = f"{place}>{keyword}"
    published = planter.random.random() < 0.5
    item = [
        element("CodeValue", "T-A0100" if published else planter.mrn(place)),
        element("CodingSchemeDesignator", "SRT" if published else planter.name(place)),
        element("CodingSchemeVersion", planter.name(place)),
        element("CodeMeaning", planter.name(place)),
        element("MappingResource", planter.name(place)),
    ]
    return [element(keyword, [item])]
