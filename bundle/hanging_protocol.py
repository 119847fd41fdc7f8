"""Hanging rules: which series of a case opens first, with which window, and in how many panes."""

from collections.abc import Iterable
from dataclasses import dataclass
import re

from bundle.images.directions import unit_normal
from bundle.index.records import Series, Stack
from bundle.presets import Window

# The layouts by name, with their number of panes; the planes and the 3D view take the place of a single pane.
LAYOUTS = {"single": 1, "two": 2, "four": 4, "six": 6, "mpr": 1, "3d": 1}
PLANES = ("sagittal", "coronal", "axial")
MODALITIES = ("CT", "MR", "PT")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class HangingProtocol:
    """Conditions that a series must meet, and how a case with such a series is shown; a missing condition fits all.

    The description of the series must contain all `words`; `spacing_from` and `spacing_to` are mm between slices.
    A `window` of None stands for the window of the series. With `prior`, the patient's previous study opens beside it.
    """

    modality: str = ""
    plane: str = ""
    spacing_from: float | None = None
    spacing_to: float | None = None
    words: tuple[str, ...] = ()
    window: Window | None = None
    layout: str = "single"
    prior: bool = False

    @property
    def panes(self) -> int:
        """The number of panes."""
        return LAYOUTS[self.layout]

    def fits(self, series: Series, stack: Stack) -> bool:
        """Whether a series meets the conditions of this rule."""
        return (
            self.modality in ("", series.modality)
            and self.plane in ("", plane_of(stack))
            and self._is_as_far_apart(stack.spacing_between_slices)
            and all(_words(word) in _words(series.name_of(stack)) for word in self.words)
        )

    def _is_as_far_apart(self, spacing: float | None) -> bool:
        if spacing is None:
            return self.spacing_from is None and self.spacing_to is None
        return (self.spacing_from or 0) <= spacing and (self.spacing_to is None or spacing <= self.spacing_to)


@dataclass(frozen=True, slots=True)
class Hanging:
    """The rules, the most important first; without rules, the viewer decides how a case opens."""

    rules: tuple[HangingProtocol, ...] = ()

    def rule_for(self, series: Series, stack: Stack) -> HangingProtocol | None:
        """The first rule that a series fits."""
        return next((rule for rule in self.rules if rule.fits(series, stack)), None)

    def window_for(self, series: Series, stack: Stack) -> Window:
        """The window with which a series opens."""
        rule = self.rule_for(series, stack)
        return stack.window if rule is None or rule.window is None else rule.window

    def rank(self, series: Series, stack: Stack) -> int:
        """The place of a series among those that open beside the first: by the first rule that it fits."""
        fitting = (place for place, rule in enumerate(self.rules) if rule.fits(series, stack))
        return next(fitting, len(self.rules))

    def unused(self, stacks: Iterable[tuple[Series, Stack]]) -> list[int]:
        """The numbers, from 1, of the rules that no series fits."""
        everything = list(stacks)
        numbered = enumerate(self.rules, start=1)
        return [number for number, rule in numbered if not any(rule.fits(*arguments) for arguments in everything)]


def plane_of(stack: Stack) -> str:
    """The plane that the slices lie in or lean least from; empty where nobody knows."""
    if stack.image_orientation_patient is None:
        return ""
    along = [abs(part) for part in unit_normal(stack.image_orientation_patient)]
    return PLANES[along.index(max(along))]


def _words(text: str) -> str:
    """The words of a text with a blank around each, so that only whole words are found in it."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
