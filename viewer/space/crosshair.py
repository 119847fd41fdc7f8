"""Where the cross-hair's lines lie on a pane, and which of them is near the pointer; no Qt."""

from dataclasses import dataclass
from enum import Enum
import math

import numpy as np

from viewer.space import mpr
from viewer.space.mpr import Cut, MprState, Plane
from viewer.space.plane_view import Place

# In screen pixels: the gap around the point, how near a pointer must come, and how far out a line starts to turn.
GAP, _NEAR, _NEAR_POINT = 16.0, 6.0, 13.0
# A line turns by its outer part: this share of the way to the nearer edge of the pane.
_TURNS_FROM = 0.55


class Grip(Enum):
    """The effect of a drag that begins here."""

    POINT = "point"
    MOVE = "move"
    TURN = "turn"


@dataclass(frozen=True, slots=True)
class CrosshairLine:
    """Another plane as a pane shows it: a line through the cross-hair's point; (right, down) is its direction."""

    other: Plane
    direction: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Held:
    """The pointer's hold: the grip, and the plane whose line it is (None for the point)."""

    grip: Grip
    other: Plane | None = None


@dataclass(frozen=True, slots=True)
class CrossHair:
    """The cross-hair on one pane, in pixels of its picture; at more than `reach` from the point a line turns."""

    plane: Plane
    center: Place
    lines: tuple[CrosshairLine, ...]
    reach: float

    def held_at(self, place: Place, scale: float = 1.0) -> Held | None:
        """The hold of a pointer at this place; `scale` is the number of picture pixels per screen pixel."""
        away = place[0] - self.center[0], place[1] - self.center[1]
        far = math.hypot(*away)
        if far <= _NEAR_POINT * scale:
            return Held(Grip.POINT)
        near = [(abs(away[0] * line.direction[1] - away[1] * line.direction[0]), line.other) for line in self.lines]
        distance, other = min(near, key=lambda candidate: candidate[0], default=(math.inf, None))
        if distance > _NEAR * scale:
            return None
        return Held(Grip.TURN if far >= self.reach else Grip.MOVE, other)

    def angle_of(self, place: Place) -> float:
        """The direction from the point to a place in degrees, clockwise on the screen."""
        return math.degrees(math.atan2(place[1] - self.center[1], place[0] - self.center[0]))


def cross_hair(state: MprState, plane: Plane, cut: Cut) -> CrossHair:
    """The cross-hair in this picture; planes parallel to it have no line."""
    found = ((other, mpr.line(state, plane, other)) for other in Plane if other is not plane)
    lines = tuple(CrosshairLine(other, direction) for other, direction in found if direction is not None)
    return CrossHair(plane, cut.place_of(np.array(state.point)), lines, _TURNS_FROM * min(cut.columns, cut.rows) / 2)


def turned(state: MprState, cut: Cut, held: Held, was: Place, now: Place, plane: Plane) -> MprState:
    """The state after turning a line from one place to another: it follows the pointer."""
    hair = cross_hair(state, plane, cut)
    return mpr.turn(state, plane, hair.angle_of(now) - hair.angle_of(was), oblique=held.other is Plane.OBLIQUE)


def shifted(state: MprState, cut: Cut, held: Held, was: Place, now: Place, plane: Plane) -> Place:
    """The new place of the point after moving it or a line, which shifts the point at a right angle to itself."""
    x, y = cut.place_of(np.array(state.point))
    dx, dy = now[0] - was[0], now[1] - was[1]
    direction = None if held.other is None else mpr.line(state, plane, held.other)
    if direction is not None:
        across = -direction[1], direction[0]
        length = dx * across[0] + dy * across[1]
        dx, dy = length * across[0], length * across[1]
    return x + dx, y + dy
