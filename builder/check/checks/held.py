"""Which attributes that an option keeps are without their value, since it held an identifier of its own patient."""

from collections import defaultdict
from collections.abc import Iterator

from builder.check.findings import Finding, finding
from builder.check.medium.medium import Medium


def check_held(medium: Medium) -> Iterator[Finding]:
    """One finding for each attribute, at the first file that says so."""
    by_words: dict[str, list[str]] = defaultdict(list)
    for path, file in medium.dicom.items():
        for words in file.held:
            by_words[words].append(path)
    for words, paths in by_words.items():
        yield finding("identity.held", paths[0], words + (f" (in {len(paths):,} files)" if len(paths) > 1 else ""))
