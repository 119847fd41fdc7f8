"""The report of a build as JSON; it names source files, so it stays on the researcher's machine."""

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from builder.decide.picture_records import undecided

if TYPE_CHECKING:  # a build's own modules take longer to load than a check of a stick
    from builder.pipeline.outcome import Forecast, Outcome


def to_json(outcome: "Outcome") -> dict[str, Any]:
    """The outcome of a build for a program to read."""
    return {
        "drive": str(outcome.options.drive),
        "stick": outcome.stick,
        "options_from": outcome.options.options_from,
        "patients": outcome.patients,
        "studies": outcome.studies,
        "series": outcome.series,
        "instances": outcome.instances,
        "segmentations": outcome.segmentations,
        "faceless": outcome.faceless,
        "deidentification": [asdict(method) for method in outcome.cleaning.methods],
        "kept": outcome.kept,
        "searched": outcome.searched,
        "bytes": outcome.bytes_needed,
        "viewers": [pack.platform for pack in outcome.packs],
        "viewers_missing": {platform: str(error) for platform, error in outcome.missing_packs.items()},
        "written": [{"path": path, "source": str(source)} for path, source in outcome.written.items()],
        "left_out": [
            {
                "path": str(file.path),
                "reason": file.reason.name.lower(),
                "text": file.reason.value,
                "detail": file.detail,
            }
            for file in outcome.skipped
        ],
        "text_in_pictures": [asdict(series) for series in outcome.pictures],
        "to_be_decided": undecided(outcome.seen),
        "readings": outcome.readings,
        "files_seen": outcome.seen_files,
        "files_taken": outcome.taken,
        "left_out_by_reason": Counter(file.reason.name.lower() for file in outcome.skipped),
        "forecast": None if outcome.forecast is None else _forecast(outcome.forecast),
        "dropped_values": dict(outcome.lost),
        "held_identifiers": dict(outcome.held),
        "notices": [{"kind": notice.kind, "text": notice.text} for notice in outcome.notices],
        "media": [asdict(case) for case in outcome.media],
        "images": [str(image) for image in outcome.images],
        "findings": [finding.to_json() for finding in outcome.findings],
    }


def _forecast(forecast: "Forecast") -> dict[str, Any]:
    return {
        "bytes_needed": forecast.needed,
        "bytes_free": forecast.free,
        "seconds": round(forecast.seconds),
        "viewers_to_make": list(forecast.unmade),
        "media": forecast.media,
        "images_to_search_for_text": forecast.searched,
        "decided": dict(forecast.decided),
        "series": [row._asdict() | {"person": row.person._asdict()} for row in forecast.rows],
    }
