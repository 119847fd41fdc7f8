"""Which PET lies over the other series of its case, how opaque it is, and why it cannot."""

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, pyqtSignal

from bundle.errors import BundleError
from viewer.entries import Entry
from viewer.images.volume import LoadedStack
from viewer.words import tr, tr_error

if TYPE_CHECKING:  # they need NumPy, which loads after the first slices
    from viewer.scene.overlaid import Overlaid
    from viewer.ui.slices.viewing import Viewing

# The modality that lies over others.
PET = "PT"
_OPACITY = 50


class Fusing(QObject):
    """At most one PET; `changed` announces everything, `refused` says why there is none."""

    changed = pyqtSignal()
    refused = pyqtSignal(str)

    def __init__(self, viewing: "Viewing") -> None:
        super().__init__(viewing)
        self._viewing = viewing
        self.pet: Entry | None = None
        self.over: Overlaid | None = None
        self.opacity, self.white = _OPACITY, 0.0
        self._loaded: LoadedStack | None = None
        viewing.opened.connect(self._follow)
        viewing.listed.connect(self._relist)
        viewing.loadings.arrived.connect(self._arrived)
        self.changed.connect(viewing.changed)

    @property
    def loading(self) -> tuple[int, int]:
        """How many slices of the PET have arrived, and how many it has."""
        return (0, 0) if self._loaded is None else (self._loaded.arrived, len(self._loaded.slices))

    @property
    def damaged(self) -> int:
        """How many slices of the PET are damaged."""
        return 0 if self._loaded is None else self._loaded.damaged

    @property
    def loaded_stack(self) -> LoadedStack | None:
        """The stack of the PET."""
        return self._loaded

    def offered(self) -> list[Entry]:
        """Every PET of the open case."""
        study = self._viewing.entry.study.study_id
        return [
            entry for entry in self._viewing.entries if entry.study.study_id == study and entry.series.modality == PET
        ]

    def concerns(self, entry: Entry) -> bool:
        """Whether a pane with this series has to say something about the fusion."""
        return self.pet is not None and entry.study.study_id == self.pet.study.study_id and entry.series.modality != PET

    def why_not(self, below: Entry, pet: Entry) -> str:
        """Why a PET cannot lie over a series; empty if it can."""
        from viewer.space.registered import not_registered

        if below.series.modality == PET:
            return tr("this series is a PET itself; open the CT or MR that it is to lie over")
        return not_registered(below, pet)

    def over_for(self, entry: Entry) -> "Overlaid | None":
        """What lies over a series; None if nothing does."""
        if self.pet is None or self.over is None or not self.concerns(entry) or self.why_not(entry, self.pet):
            return None
        return self.over

    # Changes

    def toggle(self) -> None:
        """Lay the first PET of the case that fits over its other series, or take it away."""
        if self.pet is not None:
            self.end()
            return
        offered = self.offered()
        if not offered:
            self.refused.emit(tr("There is no PET in this case."))
            return
        fitting = [pet for pet in offered if not self.why_not(self._viewing.entry, pet)]
        self.lay_over((fitting or offered)[0])

    def lay_over(self, pet: Entry) -> None:
        """Lay this PET over the others; `refused` says why it cannot."""
        reason = self.why_not(self._viewing.entry, pet)
        if reason:
            self.refused.emit(reason[:1].upper() + reason[1:] + ".")
            return
        self.end()
        try:
            self._loaded = self._viewing.loadings.stack(pet)
        except BundleError as error:
            self.refused.emit(tr_error(error))
            return
        self.pet = pet
        center, width = self._viewing.hanging.window_for(pet.series, pet.stack)
        self.white = center + width / 2
        self._go_on()
        self.changed.emit()

    def end(self) -> None:
        """Take the PET away, and release its memory."""
        over, ended = self.over, self.pet is not None
        self.over = self.pet = self._loaded = None
        if over is not None:
            over.close()
        if ended:
            self.changed.emit()

    def set_opacity(self, percent: int) -> None:
        """From 0, where nothing is seen of the PET, to 100."""
        if percent != self.opacity:
            self.opacity = percent
            self.changed.emit()

    def set_white(self, value: float) -> None:
        """The value, in the units of the file, from which on the colour is white; black stays at zero."""
        if value > 0 and value != self.white:
            self.white = value
            self.changed.emit()

    # Loading

    def _follow(self) -> None:
        """Another series has opened; its panes may have stopped the PET's loader."""
        if self.pet is None:
            return
        if all(port.entry.study.study_id != self.pet.study.study_id for port in self._viewing.ports):
            self.end()
        elif self.over is None:
            self._go_on()

    def _relist(self) -> None:
        """Another case is listed, or the same one anew: it opens as if for the first time."""
        if self.pet is not None and not any(entry is self.pet for entry in self._viewing.entries):
            self.end()

    def _go_on(self) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        if loaded.complete:
            self._make(loaded)
        else:
            beside = sum(stack.size for stack in {port.loaded_stack for port in self._viewing.ports} - {loaded})
            self._viewing.loadings.load(loaded, loaded.stack.preview_frame, beside)

    def _arrived(self, loaded: LoadedStack, _index: int) -> None:
        if loaded is not self._loaded or self.over is not None or not loaded.complete:
            return
        if all(port.loaded_stack is not loaded for port in self._viewing.ports):
            self._viewing.loadings.ended(loaded)
        self._make(loaded)
        self.changed.emit()

    def _make(self, loaded: LoadedStack) -> None:
        try:
            from viewer.scene.overlaid import Overlaid
            from viewer.space.voxel_volume import NoSolid

            try:
                self.over = Overlaid(loaded)
            except NoSolid as error:
                self._give_up(tr("The PET cannot be cut in planes: {reason}.").format(reason=error.reason))
        except MemoryError:
            self._give_up(tr("This PC does not have enough memory to show the whole series."))
        except (ImportError, OSError) as error:
            from viewer.ui.slices.stack_page import unavailable

            self._give_up(unavailable(error))

    def _give_up(self, reason: str) -> None:
        self.pet = self._loaded = None
        self.changed.emit()
        self.refused.emit(reason)
