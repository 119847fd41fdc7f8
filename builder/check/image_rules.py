"""The checks of what images hold, of how they stand in stacks, and of what the index says of both."""

from builder.check.rule import ERROR, FORMAT, HINT, PRIVACY, REBUILD, WARNING, Rule

DICOM_RULES = (
    Rule("dicom.stored", ERROR, "No pixel holds more than its Bits Stored.", REBUILD, "PS3.5 8.1.1"),
    Rule(
        "dicom.padding", ERROR, "The padding value and its range limit are values that the pixels can have.",
        REBUILD, "PS3.3 C.7.5.1.1.2",
    ),
)  # fmt: skip

IDENTITY_RULES = (
    Rule(
        "identity.derivation", ERROR,
        "Derivation Description (0008,2111) says in fixed words what was done to the pixels, or nothing.",
        PRIVACY, "PS3.15 E.1.1",
    ),
)  # fmt: skip

INDEX_RULES = (
    Rule("index.frames", ERROR, "Every frame of every file is once in a stack of its series.", REBUILD, FORMAT),
    Rule("index.position", ERROR, "Positions are those of the files.", REBUILD, "PS3.3 C.7.6.2"),
    Rule("index.rescale", ERROR, "Rescale slope and intercept are those of the files.", REBUILD, "PS3.3 C.11.1"),
    Rule("index.window", ERROR, "Windows are those of the files, and have a width.", REBUILD, "PS3.3 C.11.2"),
    Rule(
        "index.stack", ERROR, "Matrix, pixel format, spacing and orientation are those of the files.",
        REBUILD, "PS3.3 C.7.6.2",
    ),
    Rule(
        "index.padding", ERROR, "What is padding in a slice is what its file says.", REBUILD, "PS3.3 C.7.5.1.1.2",
    ),
    Rule("index.units", ERROR, "A stack's values are in the units that its files give.", REBUILD, "PS3.3 C.11.1"),
    Rule("index.named", ERROR, "A stack is named by its own frames.", REBUILD, FORMAT),
    Rule(
        "index.altered", ERROR, "What was done to the pixels of an image is in the index as its file says it.",
        REBUILD, FORMAT,
    ),
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
        "Look whether the scans came so, or whether images were left out: viewers show the gap and fill nothing in.",
        FORMAT,
    ),
    Rule(
        "index.interleaved", HINT, "No two stacks of a series lie between each other's slices.",
        "Mostly the scans came so, as two passes. Look whether they are what they should be.", FORMAT,
    ),
    Rule(
        "index.split", WARNING, "No two stacks of a series are kept apart by a formality alone.",
        "Readers see one volume in two parts. Tell the makers of mkbundle.", FORMAT,
    ),
    Rule("index.preview", ERROR, "Every stack has a preview picture that can be shown.", REBUILD, FORMAT),
    Rule(
        "index.picture", ERROR, "A preview shows the slice that it claims, in the window of its stack.",
        REBUILD, FORMAT,
    ),
)  # fmt: skip
