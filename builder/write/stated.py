"""Reads what a written file says of its own de-identification (PS3.15 E.1.1, E.3)."""

from pydicom.multival import MultiValue

from builder.dicom.source_file import Values, text
from builder.traits import Stated
from bundle.held import held_in


def stated_in(dataset: Values) -> Stated:
    """The statements of a file."""
    items = dataset.get("DeidentificationMethodCodeSequence") or ()
    return Stated(
        methods=tuple(sorted(text(item, "CodeValue") for item in items)),
        temporal=text(dataset, "LongitudinalTemporalInformationModified"),
        faceless=text(dataset, "RecognizableVisualFeatures") == "NO",
        weighed=any(text(dataset, keyword) for keyword in ("PatientWeight", "PatientSize", "PatientSex")),
    )


def held_back(dataset: Values) -> tuple[str, ...]:
    """The attributes that a file names as without their value, since that held an identifier of the patient."""
    methods = dataset.get("DeidentificationMethod")
    return held_in(map(str, methods)) if isinstance(methods, MultiValue | tuple | list) else ()
