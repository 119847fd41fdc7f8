"""Coded entries: kept only if code and scheme are published, with the published meaning and no other text."""

from functools import cache

from pydicom import Dataset

from builder.dicom.source_file import text

# Scheme -> keyword -> code value -> (meaning, context groups); pydicom leaves the last levels untyped.
_Concepts = dict[str, dict[str, dict[str, tuple[str, list[int]]]]]


@cache
def _meanings() -> dict[tuple[str, str], str]:
    """(coding scheme designator, code value) -> code meaning, of the context groups of PS3.16."""
    from pydicom.sr._concepts_dict import concepts  # this takes a tenth of a second to load

    known: _Concepts = concepts  # type: ignore[assignment]
    return {
        (scheme, code): meaning
        for scheme, keywords in known.items()
        for codes in keywords.values()
        for code, (meaning, _) in codes.items()
    }


def known_meaning(scheme: str, value: str) -> str:
    """The published meaning of a code; empty if it is not published. SNOMED's old style is recognised too."""
    from pydicom.sr._snomed_dict import mapping

    if scheme in ("SRT", "SNM3", "99SDM"):
        return _meanings().get(("SCT", mapping["SRT"].get(value, "")), "")
    return _meanings().get((scheme, value), "")


def published_code(item: Dataset) -> Dataset | None:
    """A coded entry with its published meaning (PS3.3 8.8); None if its code is not published."""
    scheme, value = text(item, "CodingSchemeDesignator"), text(item, "CodeValue")
    meaning = known_meaning(scheme, value)
    if not meaning:
        return None
    kept = Dataset()
    kept.CodeValue, kept.CodingSchemeDesignator, kept.CodeMeaning = value, scheme, meaning[:64]
    return kept
