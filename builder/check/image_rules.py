"""The checks of images, of their stacks, and of the index about both."""

from builder.check.rule import ERROR, FORMAT, HINT, PRIVACY, REBUILD, WARNING, Rule

DICOM_RULES = (
    Rule("dicom.stored", ERROR, "No pixel holds more than its Bits Stored.", REBUILD, "PS3.5 8.1.1"),
    Rule(
        "dicom.padding", HINT, "The padding value and its range limit are values that the pixels can have.",
        "The scans came that way, and no pixel has the value: nothing is lost.", "PS3.3 C.7.5.1.1.2",
    ),
)  # fmt: skip

PICTURE_RULES = (
    Rule(
        "pictures.unreadable", HINT, "All images of each case could be read when the bundle was built.",
        "Their files were damaged or not supported: the report beside the study key names them. Get them again, and "
        "build again.",
        FORMAT,
    ),
    Rule(
        "pictures.not_chosen", HINT, "All images of each case are on the medium, unless text was in their way.",
        "They were left out by an option or a plan of the build: the report beside the study key has the reasons.",
        FORMAT,
    ),
)  # fmt: skip

IDENTITY_RULES = (
    Rule(
        "identity.held", HINT, "No value that an option keeps held an identifier of its own patient.",
        "Nothing: these values were removed or replaced. If you need one, correct it in the scans, and build again.",
        "PS3.15 E.1.1",
    ),
    Rule(
        "identity.derivation", ERROR,
        "Derivation Description (0008,2111) describes in fixed words what was done to the pixels, or is empty.",
        PRIVACY, "PS3.15 E.1.1",
    ),
    Rule(
        "identity.stated", ERROR,
        "The methods in (0012,0064) agree with (0028,0301), (0028,0302), (0028,0303) and (0008,2111).",
        PRIVACY, "PS3.15 E.3",
    ),
)  # fmt: skip

INDEX_RULES = (
    Rule("index.frames", ERROR, "Every frame of every file is in a stack of its series exactly once.", REBUILD, FORMAT),
    Rule("index.position", ERROR, "Positions are those of the files.", REBUILD, "PS3.3 C.7.6.2"),
    Rule("index.rescale", ERROR, "Rescale slope and intercept are those of the files.", REBUILD, "PS3.3 C.11.1"),
    Rule("index.window", ERROR, "Windows are those of the files, and have a width.", REBUILD, "PS3.3 C.11.2"),
    Rule(
        "index.stack", ERROR, "Matrix, pixel format, spacing, orientation and time are those of the files.",
        REBUILD, "PS3.3 C.7.6.2",
    ),
    Rule(
        "index.padding", ERROR, "The padding of a slice is that of its file.", REBUILD, "PS3.3 C.7.5.1.1.2",
    ),
    Rule("index.units", ERROR, "A stack's values have the unit that its files give.", REBUILD, "PS3.3 C.11.1"),
    Rule("index.named", ERROR, "A stack is named after its own frames.", REBUILD, FORMAT),
    Rule(
        "index.mixed", ERROR, "No stack mixes two kinds of images: no echo, phase, kernel or the like alternates.",
        REBUILD, FORMAT,
    ),
    Rule(
        "index.order", ERROR, "The slices of a stack follow each other along the normal, at one place in time.",
        REBUILD, "PS3.3 C.7.6.2",
    ),
    Rule(
        "index.geometry", ERROR, "Step, spacing, tilt, regularity and notes follow from the positions.", REBUILD,
        FORMAT,
    ),
    Rule(
        "index.gap", WARNING, "No stack lacks a slice.",
        "Find out whether the scans came that way, or whether images were left out: viewers show the gap and fill "
        "nothing in.",
        FORMAT,
    ),
    Rule(
        "index.interleaved", HINT, "No two stacks of a series lie between each other's slices.",
        "Usually the scans came that way, as two passes. Find out whether they are as they should be.", FORMAT,
    ),
    Rule(
        "index.split", WARNING, "No two stacks of a series are separated only by a formality.",
        "Readers see one volume in two parts. Tell the makers of mkbundle.", FORMAT,
    ),
    Rule("index.preview", ERROR, "Every stack has a preview picture that a viewer can show.", REBUILD, FORMAT),
    Rule(
        "index.picture", ERROR, "A preview shows the slice that it claims, in the window of its stack.",
        REBUILD, FORMAT,
    ),
    Rule(
        "segments.listed", ERROR, "The index says of each segmentation and its segments what its file says.",
        REBUILD, FORMAT,
    ),
    Rule(
        "segments.grid", ERROR, "Every mask lies on the voxels of the image that it names.", REBUILD, "PS3.3 A.51",
    ),
    Rule(
        "segments.compact", ERROR, "The compact form of a segmentation holds its masks, voxel by voxel.",
        REBUILD, FORMAT,
    ),
    Rule(
        "segments.figures", ERROR, "Volume, voxels and slices of a segment are those of its masks.", REBUILD, FORMAT,
    ),
    Rule(
        "index.altered", ERROR, "The file and the index both describe, in fixed words, what was done to pixels.",
        REBUILD, "PS3.3 C.7.6.1.1.3",
    ),
)  # fmt: skip
