"""Whether the step, spacing, tilt and kind of a stack follow from the positions in its files."""

from collections.abc import Iterator

import numpy as np

from builder.check.stacks.indexed_stack import IndexedStack, same
from builder.check.stacks.positions import StackLine

NO_PLACE, SINGLE = "the images say nothing about their position", "a single image"
ONE_PLACE, SHIFTED = "several images at one place", "the images are shifted against each other"
TURNING = "images of different directions"
NO_SPACING = "the images carry no pixel spacing"

# How far from a straight line a volume's positions may lie: a share of the usual step, the effect of rounding to a
# tenth of a millimetre (but never more than a tenth of the step), or a tenth of a pixel.
_STRAIGHT, _ROUNDED, _ROUNDED_SHARE, _OF_PIXEL = 0.02, 0.06, 0.1, 0.1
# There are several ways to fit a line to positions: between these shares of the tolerance, both answers are right.
_SURELY, _SURELY_NOT = 1 / 3, 3.0
# Calculated values may differ by this share of the usual step; tilts also by this in degrees.
_STEP, _DEGREES = 0.01, 0.1
# Steps around the usual one may count as one place or as several if they are as small as this share of a pixel.
_FLAT = 0.2


def shape(seen: IndexedStack) -> Iterator[str]:
    """Statements about the stack's geometry that do not follow from its files."""
    stack, line = seen.stack, seen.line
    surely, perhaps = _reasons(seen)
    if stack.is_volume and (surely or stack.not_volume_reason):
        yield f"is_volume: expected no volume ({', '.join(sorted(surely)) or 'a reason is given'})"
    elif not stack.is_volume and stack.not_volume_reason not in perhaps:
        # A wrong reason may contain anything, and a report is sent on.
        yield f"not_volume_reason: expected {' or '.join(map(repr, sorted(perhaps))) or 'a volume'}"
    if not same(stack.origin, seen.frames[0].image_position_patient):
        yield f"origin: expected {seen.frames[0].image_position_patient}, found {stack.origin}"
    if stack.is_volume and line and line.rises:
        yield from _numbers(seen, line)
    elif stack.tilt:
        yield f"tilt: expected 0, found {stack.tilt}"


def _reasons(seen: IndexedStack) -> tuple[set[str], set[str]]:
    """Why the stack is certainly not a volume, and why it may not be one."""
    line, spacing = seen.line, seen.stack.pixel_spacing
    if line is None:
        reason = NO_PLACE if not seen.has_places else SINGLE
        return {reason}, {reason}
    if seen.turns:
        return {TURNING}, {TURNING}
    surely = set() if spacing else {NO_SPACING}
    if not line.rises:
        return {*surely, ONE_PLACE}, {*surely, ONE_PLACE}
    perhaps = set(surely)
    if line.at_one_place and float(np.ptp(line.along)) < _FLAT * min(spacing or (1.0,)):
        perhaps.add(ONE_PLACE)
    tolerance = _tolerance(line.usual[1], spacing)
    surely |= {SHIFTED} if line.off > _SURELY_NOT * tolerance else set()
    perhaps |= {SHIFTED} if line.off > _SURELY * tolerance else set()
    return surely, perhaps


def _tolerance(usual: float, spacing: tuple[float, float] | None) -> float:
    return max(_STRAIGHT * usual, min(_ROUNDED, _ROUNDED_SHARE * usual), _OF_PIXEL * min(spacing or (0.0,)))


def _numbers(seen: IndexedStack, line: StackLine) -> Iterator[str]:
    """Step, spacing and tilt of a volume."""
    stack, (low, high) = seen.stack, line.usual
    length = stack.spacing_between_slices
    if length is None or not low * (1 - _STEP) <= length <= high * (1 + _STEP):
        yield f"spacing_between_slices: expected {high}, found {length}"
    # The ends of the line, and so its direction, may be off as well.
    loose = 4 * line.off / max(len(line.steps), 1) + _STEP * high
    step = tuple(map(float, line.direction * (length or high)))
    if stack.step is None or not same(stack.step, step, loose):
        yield f"step: expected {step}, found {stack.step}"
    turned = float(np.degrees(4 * line.off / np.ptp(line.along))) + _DEGREES
    if not same(stack.tilt, line.tilt, turned):
        yield f"tilt: expected {line.tilt}, found {stack.tilt}"
