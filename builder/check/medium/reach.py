"""How much of a medium a check reads: everything, or headers with a sample of whole files."""

from collections.abc import Iterable
from dataclasses import dataclass
import random

from bundle.layout import DICOM_FOLDER, DICOMDIR, README, VIEWER_FOLDER, WINDOWS_VIEWER


@dataclass(frozen=True, slots=True)
class Reach:
    """With `sample` None everything is read; else this many random files, and the beginning of the others."""

    sample: int | None = None

    @property
    def partial(self) -> bool:
        """Whether anything is left out."""
        return self.sample is not None

    def skimmed(self, paths: Iterable[str], others: bool = False) -> set[str]:
        """The files that are not read to the end. The lists of the others are always read whole.

        On a foreign medium, images and programs may be anywhere.
        """
        if self.sample is None:
            return set()
        large = [
            path for path in paths
            if path.startswith(_LARGE) or path == WINDOWS_VIEWER or (others and path not in (DICOMDIR, README))
        ]  # fmt: skip
        # Different ones each time: frequent checks see more, and nobody can predict the sample.
        drawn = random.SystemRandom().sample(large, min(self.sample, len(large)))
        return set(large).difference(drawn)


_LARGE = (f"{DICOM_FOLDER}/", f"{VIEWER_FOLDER}/")
EVERYTHING = Reach()
