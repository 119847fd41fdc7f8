"""The checks of the papers and pages on a medium, of readers' answers, and of what the study's register keeps."""

from builder.check.rule import ERROR, FORMAT, HINT, REBUILD, WARNING, Rule

_PDI = "IHE RAD TF-3 4.47"

_ASK = "Compare the medium with the reader's own copy, or ask who had it, before you use the answers."
_CHANGED = (
    "Do not trust the medium: somebody changed it, and its checksums to match. Collect its answers (mkbundle collect), "
    "compare them with the reader's, and build the bundle again on another medium."
)

ANSWER_RULES = (
    Rule(
        "readings.whole", ERROR, "No line of a journal was altered, and none before its last one is missing.", _ASK,
        FORMAT,
    ),
    Rule(
        "readings.case", ERROR, "Journals and index give each case the same study.",
        "Find out which of the two was changed: the answers may count for another patient.", FORMAT,
    ),
    Rule(
        "readings.form", ERROR, "The form is valid, names only cases that are there, and is the one that was answered.",
        "A form belongs to its medium: build another one for another form.", FORMAT,
    ),
    Rule(
        "readings.places", WARNING, "Both ends of a measurement lie on one image, or on one plane.",
        "Do not use this value: it is no distance on an image. Ask the reader to measure again.", FORMAT,
    ),
    Rule(
        "readings.absent", WARNING, "Every journal that another one continues is on the medium.",
        "Ask the reader for the file: it may be in the documents folder of the PC.", FORMAT,
    ),
    Rule(
        "readings.torn", HINT, "No journal ends in half a line.",
        "The medium was taken away while the viewer wrote: about two seconds of typing are lost.", FORMAT,
    ),
    Rule(
        "media.list", ERROR, "MEDIA.CSV beside the media of a build lists the cases of each.",
        "Make the list anew: build the media again, with --resume.", FORMAT,
    ),
    Rule(
        "register.manifest", ERROR, "With --key: the medium has the manifest with which it was handed out.", _CHANGED,
        FORMAT,
    ),
    Rule(
        "register.case", ERROR,
        "With --key: register and crosswalk give each case the number and pseudonym that it has.", _CHANGED, FORMAT,
    ),
    Rule(
        "register.answers", ERROR, "With --key: the answers that were on the medium when it was handed out are there.",
        _ASK, FORMAT,
    ),
    Rule(
        "register.earlier", WARNING, "With --key: the medium is as the last build under this key left it.",
        "Find out whether there is a later state of it: this one may lack cases, or have some that were removed.",
        FORMAT,
    ),
)  # fmt: skip

PAPER_RULES = (
    Rule(
        "web.script", ERROR, "The reader in a browser is whole, and its page and script are those of mkbundle.",
        "Do not open it, and do not give the medium away: somebody may have put another program there. Build the "
        "bundle again.", FORMAT,
    ),
    Rule(
        "web.chunks", ERROR, "The images for browsers are those of the DICOM files, bit for bit.", REBUILD, FORMAT,
    ),
    Rule("web.rows", ERROR, "The list of the reader in a browser says what the index says.", REBUILD, FORMAT),
    Rule(
        "web.form", ERROR, "The reader in a browser asks what the form asks, and knows the cases of the index.",
        REBUILD, FORMAT,
    ),
    Rule("pdi.readme", ERROR, "README.TXT is a text that explains how to open the scans.", REBUILD, _PDI),
    Rule("pdi.page", ERROR, "INDEX.HTM lists every case, runs nothing and loads nothing.", REBUILD, _PDI),
    Rule(
        "pdi.cases", ERROR,
        "INDEX.HTM lists each case with the numbers of series and images of its files, and with the pseudonym, unless "
        "a form blinds its reader.", REBUILD,
        _PDI,
    ),
    Rule(
        "pdi.left_out", ERROR, "README.TXT and INDEX.HTM count the images left out, masked, not chosen and unreadable.",
        REBUILD, _PDI,
    ),
    Rule(
        "pdi.privacy", ERROR,
        "README.TXT, INDEX.HTM and MANUAL.PDF say of the de-identification what every image says.", REBUILD,
        "PS3.15 E.1.1",
    ),
)  # fmt: skip
