"""The methods of de-identification in the report of a build."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a build's own modules take longer to load than a check of a stick
    from builder.pipeline.outcome import Outcome


def cleaning_lines(outcome: "Outcome") -> list[str]:
    """The methods of de-identification, as all images of the medium state them; before a build, those in force."""
    if outcome.options.dry_run:
        return [f"  By {code} {meaning}" for code, meaning in outcome.options.policy.methods]
    of, suv = outcome.cleaning.images, outcome.cleaning.claims.get("patients_suv", 0)
    text = [
        f"  By {method.code} {method.meaning}"
        + ("" if method.images == of else f" ({method.images:,} of {of:,} image{'s' * (of != 1)})")
        for method in outcome.cleaning.methods
    ]
    kept = f"  Weight, size and sex of patients stay, to compute SUV ({suv:,} of {of:,} image{'s' * (of != 1)})"
    return [*text, kept] if suv else text
