"""The segments in 3D: which labels are cast, with the body or alone, and what is said of them."""

from collections.abc import Sequence

from viewer.scene.labelled.mixed import LabelLook
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr


class LabelsIn3D:
    """Follows what is shown over the slices; `alone` leaves the body out."""

    def __init__(self, viewing: Viewing) -> None:
        self._viewing = viewing
        self.alone = False

    def look(self) -> LabelLook | None:
        """The labels to cast; None while none are shown, or not all have arrived."""
        segmenting, entry = self._viewing.segmenting, self._viewing.entry
        labels = segmenting.labels(entry)
        if labels is None or not labels.complete:
            return None
        shown, segments = sorted(segmenting.shown(labels.segmentation)), labels.segments
        return LabelLook(labels, tuple((label, segments[label - 1].colour) for label in shown), self.alone)

    def turn(self) -> None:
        """Segments alone, or with the body."""
        self.alone = not self.alone
        self._viewing.changed.emit()


def labelled_notes(look: LabelLook | None) -> Sequence[str]:
    """What a reader must know of the segments in the picture."""
    if look is None:
        return ()
    said = [tr("Segments alone") if look.alone else tr("Segments, the body around them almost clear")]
    if len(look.labels.layers) > 1:
        said.append(tr("Where segments overlap, one of them is shown"))
    return said
