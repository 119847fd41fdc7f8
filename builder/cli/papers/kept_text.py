"""The files that a build keeps for the researcher, in its report."""

from pathlib import Path
from typing import TYPE_CHECKING

from builder.key.crosswalk import crosswalk_path, images_path
from builder.key.private_files import look_path, register_path, report_path
from builder.key.safekeeping.lock import is_locked, locked_name

if TYPE_CHECKING:  # a build's own modules take longer to load than a check of a stick
    from builder.pipeline.outcome import Outcome


def kept_lines(outcome: "Outcome") -> list[str]:
    """Key and register first; of a locked study everything but the key is ciphertext, and the tables are not there."""
    key = outcome.options.key
    new = "  (new: keep a copy in a safe place)" if outcome.key_is_new else ""
    text = ["", "Kept on this machine, for you alone", f"  study key   {key}{new}"]
    text.append(f"  register    {_name(key, register_path(key))}  (the study's memory: mkbundle who)")
    if is_locked(key):
        text.append("  locked      by your passphrase; 'mkbundle key export FOLDER' writes the lists")
    else:
        text.append(f"  crosswalk   {crosswalk_path(key)}")
        text.append(f"  images      {images_path(key)}  (the original of each image)")
    text.append(f"  report      {_name(key, report_path(key))}")
    if outcome.seen:
        text.append(f"  pictures    {_name(key, look_path(key))}  (possible text)")
    return text


def _name(key: Path, path: Path) -> Path:
    return locked_name(path) if is_locked(key) else path
