"""What became of a medium since it was handed out, in the report of a check."""

from builder.check import Returned
from builder.cli.reports.words import count, printable

_SHOWN, _EXAMPLES = 10, 3


def returned_lines(returned: Returned | None) -> list[str]:
    """What became of a medium since it was handed out."""
    if returned is None:
        return []
    text = ["", f"Since stick {returned.stick} was handed out ({returned.moment[:16]} UTC)"]
    answers = [(name, lines, "new") for name, lines in returned.new_answers]
    answers += [(name, lines, "longer") for name, lines in returned.grown_answers]
    text += [f"  READINGS: {name}, {count(lines, 'line')}, {how}" for name, lines, how in answers[:_SHOWN]]
    text += [f"  READINGS: {len(answers) - _SHOWN:,} more files"] if len(answers) > _SHOWN else []
    if not answers:
        text.append("  READINGS: nothing new")
    others = {"changed": returned.changed, "gone": returned.gone, "new": returned.added}
    for how, names in others.items():
        more = f" and {len(names) - _EXAMPLES:,} more" if len(names) > _EXAMPLES else ""
        text += [f"  {how.capitalize()}: {printable(', '.join(names[:_EXAMPLES]))}{more}"] if names else []
    return text if any(others.values()) else [*text, "  All other files are as they were"]
