"""Goes to a slice of the open case, in whichever pane shows its series."""

from viewer.marks.markings import Slice
from viewer.reading.marks import Mark
from viewer.ui.slices.viewing import Viewing


def find_mark(viewing: Viewing, mark: Mark) -> Slice | None:
    """The slice on which a place was marked, or one of those that its plane cuts; None if the open case has none."""
    there = mark if "instance" in mark else mark["volume"]
    for entry in viewing.entries:
        if entry.series.series_instance_uid == mark["series"]:
            for index, frame in enumerate(viewing.loadings.stack(entry).frames):
                if (frame.sop_instance_uid, frame.frame_index) == (there["instance"], there.get("frame")):
                    return entry.stack.stack_id, index
    return None


def go_to(viewing: Viewing, where: Slice) -> None:
    """Show a slice, in a pane that has its series, or else in the selected one; raises UnreadableIndex."""
    stack_id, index = where
    port = next((port for port in viewing.ports if port.entry.stack.stack_id == stack_id and not port.empty), None)
    if port is not None:
        viewing.select(port)
    else:
        entry = next((entry for entry in viewing.entries if entry.stack.stack_id == stack_id), None)
        if entry is None:
            return
        viewing.open(entry)
    viewing.set_index(index)
