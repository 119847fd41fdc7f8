"""BundleError with its exit code, and the failures that both the builder and the viewer can meet."""

EXIT_DONE = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_DRIVE = 3
EXIT_STOPPED = 4


class BundleError(Exception):
    """A failure that a user can meet: the message says what happened, where, and what to do next.

    `details` fill the placeholders of `text`, so that a viewer can translate the text.
    """

    exit_code = EXIT_DRIVE

    def __init__(self, text: str = "", **details: object) -> None:
        super().__init__(text.format(**details) if details else text)
        self.text, self.details = text, details


class PathLeavesBundle(BundleError):
    """A path in the index or the manifest points outside the bundle."""

    def __init__(self, path: str) -> None:
        super().__init__(
            "The path {path!r} leads out of the bundle, so it is not opened. "
            "The bundle is damaged or was altered: ask for a new copy.",
            path=path,
        )


class NoBundle(BundleError):
    """The folder holds no bundle."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            "There is no bundle in {folder}: BUNDLE/INDEX.DB is missing. "
            "Start the viewer on the medium itself, or name the folder that holds viewer.exe and BUNDLE. "
            "If the file is lost, ask for a new copy.",
            folder=folder,
        )


class UnreadableIndex(BundleError):
    """The index is not a database that this program can read."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            "The index {path} cannot be read ({reason}). The medium may be damaged: "
            "check it with 'mkbundle check', or ask for a new copy.",
            path=path,
            reason=reason,
        )


class NewerFormat(BundleError):
    """A later version made the bundle, in a format that this program does not know."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            "This bundle has format {found}; this program knows formats up to {known}. "
            "Use the viewer on the same medium, or a newer mkbundle.",
            found=found,
            known=known,
        )


class DamagedManifest(BundleError):
    """A manifest line is not in the format that sha256sum writes and checks."""

    def __init__(self, line_number: int) -> None:
        super().__init__(
            "Line {line_number} of BUNDLE/MANIFEST.TXT is not a checksum line. "
            "The manifest is damaged or was edited: build the bundle again.",
            line_number=line_number,
        )


class DamagedFile(BundleError):
    """A DICOM file on the medium differs from the description in the index."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            "{path} does not match the index ({reason}), so its image is not shown. "
            "The medium may be damaged: ask for a new copy.",
            path=path,
            reason=reason,
        )
