"""Reads what a written file says of its own de-identification (PS3.15 E.1.1, E.3)."""

from builder.dicom.source_file import Values, text
from builder.traits import Stated


def stated_in(dataset: Values) -> Stated:
    """The statements of a file."""
    items = dataset.get("DeidentificationMethodCodeSequence") or ()
    return Stated(
        methods=tuple(sorted(text(item, "CodeValue") for item in items)),
        temporal=text(dataset, "LongitudinalTemporalInformationModified"),
        faceless=text(dataset, "RecognizableVisualFeatures") == "NO",
        weighed=any(text(dataset, keyword) for keyword in ("PatientWeight", "PatientSize", "PatientSex")),
    )
