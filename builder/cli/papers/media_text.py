"""The media of a build, and the cases on each, in its report."""

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a build's own modules take longer to load than a check of a stick
    from builder.pipeline.outcome import Outcome


def media_lines(outcome: "Outcome") -> list[str]:
    """The cases on each medium, and the images of discs."""
    cases: dict[str, list[str]] = defaultdict(list)
    for case in outcome.media:
        cases[case.medium].append(case.case)
    text = [f"  {medium}: {', '.join(members)}" for medium, members in cases.items()]
    return text + [f"  Image of a disc: {image}" for image in outcome.images]
