"""Every check by name: its severity, what must hold, what to do, and the clause behind it."""

from dataclasses import replace

from builder.check.image_rules import DICOM_RULES, IDENTITY_RULES, INDEX_RULES, PICTURE_RULES
from builder.check.paper_rules import ANSWER_RULES, PAPER_RULES
from builder.check.rule import ERROR, HINT, SEVERITIES, WARNING, Rule
from builder.check.rule import FORMAT as _FORMAT
from builder.check.rule import PRIVACY as _PRIVACY
from builder.check.rule import REBUILD as _REBUILD

__all__ = ["RULES", "SEVERITIES", "Rule"]

_RECOPY = "Do not give the medium away: build the bundle again, onto another medium if it happens twice."
_REMOVE = "Find out what it is, remove it, and check again."
_PDI = "IHE RAD TF-3 4.47"
# The tests that MESA had for media creators of IHE PDI, and the checks (or all that begin so) that ask the same.
_MESA = {
    1902: ("drive.file_system", "layout.link", "layout.too_large"),
    1903: ("layout.file_id", "layout.name", "layout.long_path"),
    1904: ("directory.", "files."),
    1905: ("dicom.",),
    1910: ("pdi.page",),
    1911: ("layout.case_clash",),
}
# IHE BIR, RAD TF-2 4.16.4.2.2.5: layout, navigation, windowing, scrolling, spatial cues, annotation, measurement.
_BIR = {
    2: ("index.preview", "index.picture", "viewer.self_test"), 3: ("index.frames", "index.count"),
    4: ("index.rescale", "index.window"), 5: ("index.order", "index.mixed"), 7: ("index.position",),
    8: ("index.agrees",), 10: ("index.stack", "index.geometry", "index.units"),
}  # fmt: skip

_ALL = (
    Rule(
        "medium.unreadable", ERROR, "Every file can be read.",
        "The medium may be worn out: build the bundle again onto another medium.", _PDI,
    ),
    Rule(
        "medium.others", WARNING, "The medium was made by mkbundle.",
        "Only the general requirements of DICOM and IHE PDI were checked: not whether it identifies patients, nor "
        "whether files were lost or changed.", _PDI,
    ),
    Rule(
        "drive.file_system", HINT, "A USB stick has a FAT file system.",
        "PCs read it. For devices that follow the standard to the letter, format a stick with FAT32.",
        "PS3.12 Annex R",
    ),
    Rule(
        "drive.room", WARNING, "There is room for readings.",
        "Readers can look at the scans, but answers may not fit: use a larger medium, or free some room.", _FORMAT,
    ),
    Rule(
        "drive.slow", HINT, "The first case can be read within a minute.",
        "Its first pictures come at once, the rest later. A faster stick, or a faster port, saves the readers' time.",
        _FORMAT,
    ),
    # The manifest
    Rule(
        "manifest.absent", ERROR, "A finished bundle has a manifest, which is written last.",
        "The bundle is not finished: build it again, or continue with --resume.", _FORMAT,
    ),
    Rule("manifest.damaged", ERROR, "The manifest holds checksum lines, each file once.", _REBUILD, _FORMAT),
    Rule("manifest.outside", ERROR, "The manifest names only files inside the bundle.", _REBUILD, _FORMAT),
    Rule("manifest.missing", ERROR, "Every file of the manifest is on the medium.", _RECOPY, _FORMAT),
    Rule("manifest.unexpected", ERROR, "Every file of the bundle is in the manifest.", _REMOVE, _FORMAT),
    Rule("manifest.changed", ERROR, "Every file has the checksum that the manifest gives.", _RECOPY, _FORMAT),
    # Names and places
    Rule(
        "layout.unfinished", ERROR, "No marker of an unfinished bundle is left.",
        "Build the bundle again, or continue with --resume.", _FORMAT,
    ),
    Rule(
        "layout.autorun", ERROR, "Nothing on the medium starts by itself.",
        "Remove the file: no bundle has one, so it may be malware. Have the medium scanned.", "IHE ITI TF-2 3.32",
    ),
    Rule("layout.hanging", ERROR, "A hanging rule is valid, and its file holds nothing else.", _REBUILD, _FORMAT),
    Rule(
        "layout.link", ERROR, "The bundle holds plain files and folders: no link, no device.", _REMOVE,
        "PS3.12 Annex R",
    ),
    Rule(
        "layout.executable", ERROR, "The only programs of the bundle are its viewers.",
        "Remove the file: it is not part of a bundle and may be malware. Have the medium scanned.", _PDI,
    ),
    Rule("layout.file_id", ERROR, "Every file below DICOM has a File ID as its path.", _REBUILD, "PS3.10 8.2"),
    Rule(
        "layout.case_clash", ERROR, "No two names differ only in upper and lower case.", _REBUILD, "PS3.12 Annex R",
    ),
    Rule(
        "layout.too_large", WARNING, "No file is too large for FAT32 (4 GiB).",
        "The bundle cannot be copied to a FAT32 stick: use exFAT or NTFS, which not every device reads.",
        "PS3.12 Annex R",
    ),
    Rule("layout.name", ERROR, "Windows accepts every name.", _REBUILD, "PS3.12 Annex R"),
    Rule(
        "layout.long_path", WARNING, "Paths stay short enough for Windows when the bundle is copied into a folder.",
        "Use the bundle from the medium, or copy it to a folder with a short name.", "PS3.12 Annex R",
    ),
    Rule("layout.unknown", ERROR, "The bundle's own folders hold only files of a bundle.", _REMOVE, _FORMAT),
    Rule(
        "layout.hard_link", WARNING, "No file has a second name elsewhere.",
        "A change to a file under its other name changes the bundle: copy the bundle anew.", _FORMAT,
    ),
    Rule(
        "layout.foreign_program", WARNING, "The medium holds no programs but the viewers.",
        "Find out where they come from: a reader may start them. Remove them, or have the medium scanned.",
        _PDI,
    ),
    Rule(
        "layout.foreign", HINT, "The medium holds nothing but the bundle.",
        "Find out whether these files may go to the reader; the bundle neither uses nor checks them.", _PDI,
    ),
    Rule(
        "layout.litter", HINT, "No system has left files of its own on the medium.",
        "Every Mac does that, and Windows sometimes. They harm nothing; remove them if you like.", _PDI,
    ),
    # Each DICOM file
    Rule("dicom.prefix", ERROR, "Every file below DICOM is a DICOM file.", _REBUILD, "PS3.10 7.1"),
    Rule("dicom.preamble", ERROR, "The preamble is 128 zero bytes.", _PRIVACY, "PS3.10 7.1"),
    Rule(
        "dicom.meta", ERROR, "The File Meta Information is complete and agrees with the data set.",
        _REBUILD, "PS3.10 7.1",
    ),
    Rule(
        "dicom.transfer_syntax", ERROR,
        "The transfer syntax is Explicit VR Little Endian (on media of others, also JPEG or JPEG 2000).",
        _REBUILD, "PS3.11 D.3.1",
    ),
    Rule("dicom.structure", ERROR, "The data set can be read from its first to its last byte.", _REBUILD, "PS3.5 7.1"),
    Rule(
        "dicom.value", WARNING, "Every value has the form of its value representation.",
        "Other viewers may stumble over the file. Tell the makers of mkbundle.", "PS3.5 6.2",
    ),
    Rule("dicom.required", ERROR, "The attributes that an image must have are present.", _REBUILD, "PS3.3 C.7.6.3"),
    Rule(
        "dicom.iod", HINT, "Images have the attributes of their IOD (by dciodvfy, if it is installed).",
        "Usually the scans came that way: find out whether the viewers that will open the medium can cope.",
        "PS3.3 Annex A",
    ),
    Rule(
        "dicom.character_set", ERROR, "Texts are written in the character set that the file names.", _REBUILD,
        "PS3.3 C.12.1.1.2",
    ),
    Rule("dicom.uid", ERROR, "Every UID is valid.", _REBUILD, "PS3.5 9.1"),
    Rule("dicom.pixels", ERROR, "The pixel data have the length that the attributes give.", _REBUILD, "PS3.5 8.2"),
    Rule("dicom.trailing", ERROR, "Nothing follows the pixel data.", _PRIVACY, "PS3.10 7.2"),
    *DICOM_RULES,
    # Identity
    Rule("identity.removed", ERROR, "Patient Identity Removed (0012,0062) is YES.", _PRIVACY, "PS3.15 E.1.1"),
    Rule(
        "identity.method", ERROR, "De-identification Method Code Sequence (0012,0064) names the Basic Profile, 113100.",
        _PRIVACY, "PS3.15 E.1.1",
    ),
    Rule(
        "identity.dates", ERROR, "Longitudinal Temporal Information Modified (0028,0303) is present.",
        _PRIVACY, "PS3.15 E.3.6",
    ),
    Rule("identity.private", ERROR, "No private element, at any depth.", _PRIVACY, "PS3.15 E.3.10"),
    Rule("identity.overlay", ERROR, "No overlay (60xx) and no curve (50xx).", _PRIVACY, "PS3.15 E.3.3"),
    Rule("identity.burned_in", ERROR, "Burned In Annotation (0028,0301) is not YES.", _PRIVACY, "PS3.15 E.3.1"),
    Rule("identity.name", ERROR, "Every person's name is the pseudonym, or empty.", _PRIVACY, "PS3.15 E.2"),
    Rule(
        "identity.direct", ERROR, "No birth date, address, accession number or institution has a value.",
        _PRIVACY, "PS3.15 E.2",
    ),
    Rule(
        "identity.original", ERROR, "With --key: no name, number, date or UID of the source is anywhere on the medium.",
        _PRIVACY, "PS3.15 E.1.1",
    ),
    *IDENTITY_RULES,
    # Files against what lists them
    Rule(
        "files.missing", ERROR, "Every file that the DICOMDIR or the index names is on the medium.", _RECOPY,
        "PS3.10 8.6",
    ),
    Rule(
        "files.unlisted", ERROR, "Every DICOM file is in the DICOMDIR and in the index.", _REBUILD, "PS3.10 8.6",
    ),
    Rule("files.duplicate", ERROR, "No two files hold the same SOP Instance UID.", _REBUILD, "PS3.5 9"),
    Rule(
        "files.consistent", HINT, "The files of a series agree on its number, those of a study on its date.",
        "The scans came that way. Other viewers may show the series or study in pieces.", "PS3.3 A.1.2",
    ),
    # The DICOMDIR
    Rule("directory.absent", ERROR, "There is a DICOMDIR.", _REBUILD, "PS3.10 8.6"),
    Rule("directory.unreadable", ERROR, "The DICOMDIR can be read as DICOM.", _REBUILD, "PS3.10 8.6"),
    Rule(
        "directory.head", ERROR, "The DICOMDIR is a Media Storage Directory without known inconsistencies.",
        _REBUILD, "PS3.3 F.3.2",
    ),
    Rule("directory.offsets", ERROR, "The offsets lead to each directory record once.", _REBUILD, "PS3.3 F.3.2.2"),
    Rule("directory.hierarchy", ERROR, "Patients hold studies, studies series, series images.", _REBUILD, "PS3.3 F.4"),
    Rule("directory.keys", ERROR, "Every directory record has the keys of its type.", _REBUILD, "PS3.3 F.5"),
    Rule("directory.unique", ERROR, "No patient, study, series or instance has two records.", _REBUILD, "PS3.3 F.5.1"),
    Rule("directory.file_id", ERROR, "Every Referenced File ID is a File ID.", _REBUILD, "PS3.10 8.2"),
    Rule(
        "directory.reference", ERROR, "A record's SOP class, instance and transfer syntax are those of its file.",
        _REBUILD, "PS3.3 F.3.2.2",
    ),
    Rule("directory.agrees", ERROR, "A record's keys are those of the files below it.", _REBUILD, "PS3.3 F.5"),
    Rule("directory.unlisted", ERROR, "The DICOMDIR lists every DICOM file.", _REBUILD, "PS3.10 8.6"),
    # The index
    Rule("index.absent", ERROR, "There is an index.", _REBUILD, _FORMAT),
    Rule("index.unreadable", ERROR, "The viewer can open the index.", _REBUILD, _FORMAT),
    Rule(
        "index.newer", ERROR, "The index has a format that this program knows.",
        "Check the medium with the version of mkbundle that made it, or a newer one.", _FORMAT,
    ),
    Rule("index.integrity", ERROR, "The database is sound.", _REBUILD, _FORMAT),
    Rule("index.journal", ERROR, "The database opens on write-protected media: no write-ahead log.", _REBUILD, _FORMAT),
    Rule(
        "index.leftovers", ERROR, "The database is empty outside its rows, so that no deleted row remains.", _PRIVACY,
        _FORMAT,
    ),
    Rule(
        "index.contents", ERROR, "The database holds the tables and columns of its format, and no others.", _PRIVACY,
        _FORMAT,
    ),
    Rule("index.path", ERROR, "Every path is relative and leads to a File ID inside the bundle.", _REBUILD, _FORMAT),
    Rule("index.unique", ERROR, "Pseudonyms, case numbers, UIDs and paths are unique.", _REBUILD, _FORMAT),
    Rule(
        "index.instance", ERROR, "A row's SOP class, SOP instance and number are those of its file.",
        _REBUILD, _FORMAT,
    ),
    Rule("index.pixels", ERROR, "The pixels start and end where the index says.", _REBUILD, _FORMAT),
    Rule("index.size", ERROR, "Files are as large as the index says.", _REBUILD, _FORMAT),
    Rule("index.header", ERROR, "The digests of the headers are correct.", _REBUILD, _FORMAT),
    Rule("index.digest", ERROR, "Every file has the checksum that the index gives.", _REBUILD, _FORMAT),
    Rule("index.agrees", ERROR, "Patients, studies and series are those of the files below them.", _REBUILD, _FORMAT),
    Rule("index.count", ERROR, "Series hold as many instances as the index says.", _REBUILD, _FORMAT),
    *INDEX_RULES,
    Rule(
        "index.left_out", ERROR, "The numbers of images left out and masked are those of the files.", _REBUILD, _FORMAT,
    ),
    Rule("index.unlisted", ERROR, "The index lists every DICOM file.", _REBUILD, _FORMAT),
    # Text in pictures
    Rule(
        "pictures.undecided", WARNING, "Somebody has reviewed every picture that may show text.",
        "Look at the page beside the study key (*.look.html), fill in the table beside it (*.decide.csv), and build "
        "again with --decide.", "PS3.15 E.3.1",
    ),
    Rule(
        "pictures.kept", HINT, "No picture in which text was read is on the medium.",
        "They are there because of a line of --decide.", "PS3.15 E.3.1",
    ),
    Rule(
        "pictures.left_out", HINT, "No image was left out for text in its picture.",
        "Decide on the page beside the study key (*.look.html) whether readers can do without them.", "PS3.15 E.3.1",
    ),
    *PICTURE_RULES,
    Rule(
        "pictures.masked", HINT, "No text was masked.",
        "The viewer shows on the image how much of it was overwritten.", "PS3.15 E.3.1",
    ),
    *ANSWER_RULES,
    # What else is on the medium
    Rule("viewer.windows", ERROR, "viewer.exe and its program files are there together.", _REBUILD, _FORMAT),
    Rule("viewer.linux", ERROR, "viewer.sh and its program files are there together.", _REBUILD, _FORMAT),
    Rule(
        "viewer.bill", ERROR, "A viewer's files are those of its bill of materials, each with its checksum.",
        "Do not give the medium away: somebody may have put another program there. Build the bundle again.", _FORMAT,
    ),
    Rule(
        "viewer.beside", ERROR, "Beside viewer.exe lies nothing that Windows or Qt would load with it.",
        "Do not give the medium away: a viewer may load it instead of its own part. Find out where it comes from, and "
        "remove it.", _FORMAT,
    ),
    Rule(
        "viewer.altered", ERROR, "A viewer that this machine made is unchanged.",
        "Do not give the medium away: somebody may have put another program there. Build the bundle again.", _FORMAT,
    ),
    Rule(
        "viewer.script", ERROR, "The script of this version of mkbundle starts the Linux viewer.",
        "Do not give the medium away: somebody may have put another program there. Build the bundle again.", _FORMAT,
    ),
    Rule(
        "viewer.self_test", ERROR, "Each viewer opens every series and shows its pixels.", _REBUILD,
        "IHE RAD TF-2 4.16",
    ),
    Rule(
        "viewer.not_run", HINT, "Each viewer has been run.",
        "Check on a PC of that system as well: double-click the viewer there.", _FORMAT,
    ),
    Rule(
        "viewer.none", HINT, "There is a viewer.",
        "Readers need their own DICOM viewer. Build again with --viewer to put one on the medium.",
        _PDI,
    ),
    *PAPER_RULES,
)  # fmt: skip


def _with_numbers(rule: Rule) -> Rule:
    """The clause with the test and the part of BIR that ask the same."""
    tests = [f"MESA {number}" for number, names in _MESA.items() if rule.name.startswith(names)]
    parts = [f"IHE BIR .{number}" for number, names in _BIR.items() if rule.name in names]
    return replace(rule, clause="; ".join((rule.clause, *tests[:1], *parts)))


RULES = {rule.name: _with_numbers(rule) for rule in _ALL}
