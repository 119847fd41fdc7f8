"""One class for each failure that a researcher can meet while a bundle is made; the message ends in what to do."""

from collections.abc import Sequence
from pathlib import Path

from bundle.errors import EXIT_FINDINGS, EXIT_STOPPED, EXIT_USAGE, BundleError


class SourceMissing(BundleError):
    """A named folder of scans does not exist or cannot be read."""

    exit_code = EXIT_USAGE

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The scans folder {path} does not exist or cannot be read. Check the spelling and your permissions."
        )


class NothingToTake(BundleError):
    """No file in the source is an image that a bundle accepts."""

    exit_code = EXIT_USAGE

    def __init__(self, files: int, skipped: object = ()) -> None:
        self.skipped = skipped
        found = f"{files} file(s) were examined" if files else "the folders are empty"
        super().__init__(
            f"No usable CT, MR or PET image was found: {found}. Nothing was written. "
            "Name the folder that holds the DICOM files; the list above says why each file was left out."
        )


class LabelMapOfNone(BundleError):
    """A label map that was named with --segmentation cannot go to the series that --of names."""

    exit_code = EXIT_USAGE

    def __init__(self, file: Path, series: str, why: str) -> None:
        super().__init__(
            f"--segmentation {file} --of {series}: {why}. Nothing was written. Name a NIfTI or NRRD file, and the "
            "Series Instance UID of its images or the folder in which they lie."
        )


class FilesUnaccounted(BundleError):
    """Some files of the scans are neither on the medium nor among those left out: a fault of this program."""

    exit_code = EXIT_FINDINGS

    def __init__(self, seen: int, taken: int, left_out: int) -> None:
        super().__init__(
            f"{seen:,} files were found below the scans, but {taken:,} were taken and {left_out:,} were left out: "
            "these numbers must add up. This is a fault of mkbundle, and no bundle was made. Please report it, and "
            "build from a part of the scans until it is mended; if they were to be added to a bundle, it is complete "
            "again after the same command with --resume and this part."
        )


class BuildStopped(BundleError):
    """The researcher stopped the build."""

    exit_code = EXIT_STOPPED

    def __init__(self, drive: Path) -> None:
        super().__init__(
            f"Stopped. The files on {drive} are marked as unfinished, so that no program mistakes them for a complete "
            "bundle. Run the same command with --resume to finish it: it keeps the good files."
        )


class FailedWhenComplete(BundleError):
    """The bundle is complete, but something that follows failed."""

    exit_code = EXIT_STOPPED

    def __init__(self, drive: Path, reason: str) -> None:
        super().__init__(
            f"The bundle on {drive} is complete, but a later step failed ({reason}), so that it may not be recorded "
            f"beside the key. Before you give it away, run: mkbundle check {drive}"
        )


class CheckStopped(BundleError):
    """The researcher stopped the check that ends a build."""

    exit_code = EXIT_STOPPED

    def __init__(self, drive: Path) -> None:
        super().__init__(
            f"Stopped. The bundle on {drive} is complete, but the check has not read all of it. "
            f"Before you give it away, run: mkbundle check {drive}"
        )


class KeyOnDrive(BundleError):
    """The study key would be on the medium that is given away."""

    exit_code = EXIT_USAGE

    def __init__(self, key: Path) -> None:
        super().__init__(
            f"The study key {key} is on the drive that you will give away: with it, anybody can link pseudonyms to "
            "patients. Keep it elsewhere: --key FILE."
        )


class PrivateFileOnDrive(BundleError):
    """A private file of the researcher would be on the medium that is given away."""

    exit_code = EXIT_USAGE

    def __init__(self, file: Path, drive: Path) -> None:
        super().__init__(
            f"{file} would be in {drive}, which you will give away, but it is for you alone: it can reveal who is who, "
            "or where the scans came from. Name a file elsewhere. Nothing was written."
        )


class BadKey(BundleError):
    """The key file does not hold a study key."""

    exit_code = EXIT_USAGE

    def __init__(self, key: Path) -> None:
        super().__init__(
            f"{key} is not a study key (64 hexadecimal digits). Name the right file, or one that does not exist "
            "yet: mkbundle then makes a new key."
        )


class OptionRefused(BundleError):
    """An option for de-identification that is unknown, unsupported, or excluded by another."""

    exit_code = EXIT_USAGE

    def __init__(self, name: str, reason: str, known: list[str]) -> None:
        choices = f" Choose from: {', '.join(known)}." if known else ""
        super().__init__(f"The de-identification option {name} cannot be used: {reason}.{choices} Nothing was written.")


class NoOriginals(BundleError):
    """The list of originals that belongs to a key is missing or damaged."""

    exit_code = EXIT_USAGE

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is missing or damaged, so the medium cannot be searched for the originals. Each build writes "
            "it beside its study key: name the key of that build with --key FILE."
        )


class OriginalsWritten(BundleError):
    """Something of the source is in what was written, so that it does not become a bundle."""

    _MOST_SHOWN = 5

    def __init__(self, drive: Path, found: Sequence[tuple[str, str]]) -> None:
        """`found` are file and finding, which names attributes and never shows an identifier."""
        self.found = found
        shown = "".join(f"\n  {path}: {what}" for path, what in found[: self._MOST_SHOWN])
        more = f"\n  and {len(found) - self._MOST_SHOWN:,} more files" if len(found) > self._MOST_SHOWN else ""
        super().__init__(
            f"Identifiers of the scans are in what was written ({len(found):,} file(s)), so there is no bundle:"
            f"{shown}{more}\nDo not give {drive} away like this. Take them out of your own texts (form, hanging rule, "
            "labels), and run the same command with --resume. If they are elsewhere, leave out the option that keeps "
            "these attributes, or these scans, and please report it: no build should write an identifier."
        )


class PseudonymCollision(BundleError):
    """Two patients would get one pseudonym."""

    def __init__(self) -> None:
        super().__init__(
            "Two patients would get the same pseudonym under this study key. Nothing was written. "
            "Choose another key with --key FILE."
        )


class PrivateFileFailed(BundleError):
    """The study key, the crosswalk or the report cannot be kept."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path} cannot be written ({reason}). Key, crosswalk and report are kept in one folder: "
            "name one where you may write with --key FILE."
        )


class WorkerDied(BundleError):
    """A process that read or wrote files ended at once, as a decoder can on a damaged file."""

    exit_code = EXIT_STOPPED

    def __init__(self) -> None:
        super().__init__(
            "A worker process died, most likely in a decoder on a damaged file, or for lack of memory. The bundle is "
            "not complete. Try again with --resume --workers 1; if that fails too, leave out half of the scans to "
            "find the file."
        )


class ClusterMissing(BundleError):
    """The package for Dask clusters is not installed."""

    def __init__(self) -> None:
        super().__init__("--scheduler needs the package 'distributed': pip install 'portable-dicom-bundle[cluster]'.")


class ClusterUnreachable(BundleError):
    """No Dask scheduler answers."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"No Dask scheduler answers at {address}. Start it, check the address, or leave out --scheduler."
        )


class TextReaderFailed(BundleError):
    """The reader of text in pictures does not start, or has ended."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The reader of text in the pictures does not work: {why}. Install mkbundle again, or close other programs "
            "if memory is short; --no-picture-search builds without searching for text and faces."
        )
