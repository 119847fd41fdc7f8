"""The sentences on de-identification that the papers of a bundle may hold, and the images for which each is true."""

from collections.abc import Callable
from dataclasses import dataclass

from builder.check.medium.dicom_file import DicomFile
from bundle.images.alterations import is_kept_with_text, is_of_stored_bits, masked_share, split

Holds = Callable[[DicomFile], bool]


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence in each language; claims of one topic exclude each other, so that a wrong one is one mistake.

    `earlier`: only earlier versions of mkbundle wrote it.
    """

    topic: str
    words: tuple[str, str]
    holds: Holds
    earlier: bool = False


def _always(_: DicomFile) -> bool:
    return True


def _states(code: str) -> Holds:
    """Whether a file names this method of CID 7050 in (0012,0064)."""
    return lambda file: any(code == stated for stated, _ in file.methods)


def _not(holds: Holds) -> Holds:
    return lambda file: not holds(file)


def _none_of(*codes: str) -> Holds:
    return lambda file: not any(_states(code)(file) for code in codes)


def _dates(value: str) -> Holds:
    """Whether (0028,0303) has this value."""
    return lambda file: file.temporal == value


def _masked(file: DicomFile) -> bool:
    return masked_share(file.altered) is not None


def _faceless(file: DicomFile) -> bool:
    """Recognizable Visual Features (0028,0302)."""
    return file.visual_features == "NO"


def _corrected(file: DicomFile) -> bool:
    return any(map(is_of_stored_bits, split(file.altered)))


def _same_pixels(file: DicomFile) -> bool:
    return not (_masked(file) or _faceless(file) or _corrected(file))


_OLD_REMOVED = _none_of("113105", "113109", "113111", "113112")
_MODIFIED = _dates("MODIFIED")

CLAIMS = (
    Claim("identity", (
        "The names, numbers and birth dates of patients are removed. A pseudonym replaces the identity of each "
        "patient.",
        "Namen, Nummern und Geburtsdaten der Patienten sind entfernt. Ein Pseudonym ersetzt die Identität jedes "
        "Patienten.",
    ), _states("113100")),
    Claim("staff", (
        "The names of physicians and of staff are removed.", "Die Namen von Ärzten und Personal sind entfernt.",
    ), _states("113100")),
    Claim("overlays", (
        "Text and drawings laid over images are removed.",
        "Text und Zeichnungen, die über Bildern liegen, sind entfernt.",
    ), _states("113100")),
    Claim("descriptors", (
        "Comments, descriptions and other free text are removed.",
        "Kommentare, Beschreibungen und anderer freier Text sind entfernt.",
    ), _not(_states("113105"))),
    Claim("descriptors", (
        "Comments and other free text are removed; descriptions keep the words of a reviewed list.",
        "Kommentare und anderer freier Text sind entfernt; Beschreibungen behalten die Wörter einer geprüften Liste.",
    ), _states("113105")),
    Claim("hospitals", (
        "The names and addresses of hospitals are removed.", "Namen und Adressen von Kliniken sind entfernt.",
    ), _not(_states("113112"))),
    Claim("hospitals", (
        "The names, addresses and departments of hospitals are kept.",
        "Namen, Adressen und Abteilungen von Kliniken sind erhalten.",
    ), _states("113112")),
    Claim("devices", (
        "The makers, models, names and serial numbers of devices are removed.",
        "Hersteller, Modelle, Namen und Seriennummern von Geräten sind entfernt.",
    ), _not(_states("113109"))),
    Claim("devices", (
        "The makers, models, names and serial numbers of devices are kept.",
        "Hersteller, Modelle, Namen und Seriennummern von Geräten sind erhalten.",
    ), _states("113109")),
    Claim("patients", (
        "The sex, age, size and weight of patients are removed.",
        "Geschlecht, Alter, Größe und Gewicht der Patienten sind entfernt.",
    ), lambda file: not (_states("113108")(file) or file.weighed)),
    Claim("patients", (
        "The weight, size and sex of patients are kept, to compute SUV; their age is removed.",
        "Gewicht, Größe und Geschlecht der Patienten sind erhalten, um SUV zu berechnen; ihr Alter ist entfernt.",
    ), lambda file: file.weighed and not _states("113108")(file)),
    Claim("patients", (
        "The sex, age, size, weight and the like of patients are kept; an age above 90 is given as 90.",
        "Geschlecht, Alter, Größe, Gewicht und Ähnliches der Patienten sind erhalten; ein Alter über 90 ist als 90 "
        "angegeben.",
    ), _states("113108")),
    Claim("uids", (
        "The unique identifiers (UIDs) of the scans are replaced by new ones.",
        "Die eindeutigen Kennungen (UIDs) der Aufnahmen sind durch neue ersetzt.",
    ), _not(_states("113110"))),
    Claim("uids", (
        "The unique identifiers (UIDs) of the scans are kept.",
        "Die eindeutigen Kennungen (UIDs) der Aufnahmen sind erhalten.",
    ), _states("113110")),
    Claim("private", (
        "The private data of manufacturers are removed.", "Private Daten der Hersteller sind entfernt.",
    ), _not(_states("113111"))),
    Claim("private", (
        "Of the private data of manufacturers, the numbers of a reviewed list are kept.",
        "Von privaten Daten der Hersteller sind die Zahlen einer geprüften Liste erhalten.",
    ), _states("113111")),
    Claim("dates", (
        "All dates and times are shifted by an unknown amount: the same for one patient, except that a single "
        "examination may be shifted by its own length more.",
        "Alle Daten und Zeiten sind um eine unbekannte Spanne verschoben: dieselbe für einen Patienten, doch kann eine "
        "einzelne Untersuchung um ihre eigene Länge mehr verschoben sein.",
    ), _MODIFIED),
    Claim("dates", (
        "All dates and times of the examinations are kept as they were.",
        "Alle Daten und Zeiten der Untersuchungen sind unverändert erhalten.",
    ), _dates("UNMODIFIED")),
    Claim("dates", (
        "All dates and times are removed, or replaced by a dummy where a file must have one.",
        "Alle Daten und Zeiten sind entfernt, oder ein Platzhalter ersetzt sie, wo eine Datei sie haben muss.",
    ), _dates("REMOVED")),
    Claim("geometry", (
        "The images, their geometry and how they were acquired remain.",
        "Erhalten sind die Bilder, ihre Geometrie und die Art der Aufnahme.",
    ), _always),
    Claim("pixels", (
        "The pixels are those of the original image.", "Die Pixel sind die des Originalbildes.",
    ), _same_pixels),
    Claim("masked", ("Text in the picture was overwritten.", "Text im Bild wurde überdeckt."), _masked),
    Claim("faces", (
        "The face was removed from the picture.", "Das Gesicht wurde aus dem Bild entfernt.",
    ), _faceless),
    Claim("corrected", (
        "Unused bits or padding of the pixels were corrected, which changes no visible value.",
        "Unbenutzte Bits oder Füllwerte der Pixel wurden berichtigt, was keinen sichtbaren Wert ändert.",
    ), _corrected),
    Claim("text kept", (
        "Text was read in the picture, and whoever made this medium decided to keep it.",
        "Im Bild wurde Text gelesen, und wer diesen Datenträger erstellt hat, hat es trotzdem behalten.",
    ), lambda file: is_kept_with_text(file.altered)),
    Claim("faces", (
        "Faces are not removed: from a scan of the head, somebody could reconstruct one.",
        "Gesichter sind nicht entfernt: Aus einer Aufnahme des Kopfes ließe sich eines rekonstruieren.",
    ), _not(_faceless)),
    Claim("recognised", (
        "Anybody who has the original images could recognise these.",
        "Wer die Originale hat, könnte die Bilder erkennen.",
    ), _always),
    # Of earlier versions, which wrote the same whatever the options
    Claim("dates", (
        "All dates and times of one patient are shifted by the same unknown amount.",
        "Alle Daten und Zeiten eines Patienten sind um dieselbe unbekannte Spanne verschoben.",
    ), _MODIFIED, earlier=True),
    Claim("profile", (
        "DICOM PS3.15 Basic Profile (113100) with modified dates (113107)",
        "DICOM PS3.15 Basic Profile (113100) mit verschobenen Daten (113107)",
    ), _MODIFIED, earlier=True),
    Claim("removed", (
        "removed the names, numbers and birth dates of patients; the names of physicians, staff, hospitals and "
        "devices; free text; the private data of manufacturers; and text and drawings laid over images.",
        "hat entfernt: Namen, Nummern und Geburtsdaten der Patienten; Namen von Ärzten, Personal, Kliniken und "
        "Geräten; freien Text; private Daten der Hersteller; Text und Zeichnungen, die über Bildern liegen.",
    ), _OLD_REMOVED, earlier=True),
    Claim("pixels", (
        "The images themselves are not altered", "Die Bilder selbst sind unverändert",
    ), lambda file: not (_masked(file) or _faceless(file)), earlier=True),
    Claim("pixels", (
        "The images themselves are not altered, except for overwritten text",
        "Die Bilder selbst sind bis auf überdeckten Text",
    ), _not(_faceless), earlier=True),
    Claim("pixels", (
        "Apart from overwritten text, the images themselves are not altered",
        "Bis auf überdeckten Text sind die Bilder selbst unverändert",
    ), _not(_faceless), earlier=True),
)  # fmt: skip
