"""How a body looks in 3D: presets by modality values, and the directions of view; no Qt, no VTK."""

from dataclasses import dataclass, replace

from bundle.presets import HU
from viewer.scene.tissue import points_of_values
from viewer.space.voxel_volume import Solid

# Value, red, green, blue, opacity.
Point = tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class RenderPreset:
    """`points` rise with the value; between them all changes linearly. The name is English; `tr` translates it.

    `maximum`: each ray shows the greatest value on its way alone, in grey. `gloss`: how much light a surface reflects
    like a mirror.
    """

    name: str
    points: tuple[Point, ...]
    maximum: bool = False
    gloss: float = 0.12


MIP = "Maximum (MIP)"
_SKIN = (0.93, 0.73, 0.62)
_BONE = (0.98, 0.95, 0.86)
_FLESH = (0.80, 0.47, 0.40)

# In HU.
CT_LOOKS = (
    RenderPreset(
        "Bone",
        ((130, 0.55, 0.28, 0.18, 0.0), (230, 0.84, 0.62, 0.44, 0.22), (400, 0.95, 0.86, 0.70, 0.7),
         (800, 0.99, 0.95, 0.85, 0.9), (1800, 1.0, 1.0, 1.0, 0.97)),
        gloss=0.25,
    ),
    RenderPreset(
        "Soft tissue", ((-60, *_SKIN, 0.0), (20, *_FLESH, 0.12), (120, 0.84, 0.50, 0.42, 0.4), (350, *_BONE, 0.9)),
    ),
    RenderPreset(
        "Vessels",
        ((100, 0.50, 0.06, 0.05, 0.0), (170, 0.72, 0.12, 0.09, 0.28), (280, 0.92, 0.32, 0.20, 0.7),
         (450, 0.98, 0.66, 0.46, 0.85), (900, *_BONE, 0.92)),
        gloss=0.35,
    ),
    RenderPreset(
        "Lung",
        ((-950, 0.25, 0.35, 0.50, 0.0), (-820, 0.45, 0.60, 0.80, 0.03), (-650, 0.70, 0.80, 0.90, 0.16),
         (-450, 0.85, 0.75, 0.70, 0.10), (-250, 0.85, 0.6, 0.55, 0.0)),
    ),
    RenderPreset("Skin", ((-450, *_SKIN, 0.0), (-150, *_SKIN, 0.6), (50, *_SKIN, 0.9), (400, *_BONE, 1.0))),
    RenderPreset(MIP, ((0, 1.0, 1.0, 1.0, 0.0), (700, 1.0, 1.0, 1.0, 1.0)), maximum=True),
)  # fmt: skip


def look_of_window(window: tuple[float, float]) -> RenderPreset:
    """For values that are not HU: values above the middle of the window stand out."""
    center, width = window
    points = ((center, 0.3, 0.25, 0.22, 0.0), (center + width / 4, 0.85, 0.65, 0.5, 0.3),
              (center + width / 2, 1.0, 0.97, 0.9, 0.8))  # fmt: skip
    return RenderPreset("Window", points)


def tissue_of(solid: Solid) -> RenderPreset:
    """For values that are not HU: all tissue, by the values of the body itself."""
    return RenderPreset("Tissue", points_of_values(solid))


def maximum_of_window(window: tuple[float, float]) -> RenderPreset:
    """The greatest values, in the grey of a window."""
    center, width = window
    white = (1.0, 1.0, 1.0)
    points = (center - width / 2, *white, 0.0), (center + width / 2, *white, 1.0)
    return RenderPreset(MIP, points, maximum=True)


def looks_of_difference(window: tuple[float, float]) -> tuple[RenderPreset, ...]:
    """Where one series has more than the other: what presets take for bone or skin is none in a difference."""
    center, width = window
    return look_of_window(window), maximum_of_window((center + width / 4, width / 2))


def looks_for(solid: Solid, units: str, window: tuple[float, float]) -> tuple[RenderPreset, ...]:
    """The presets to choose from, the usual one first; `units` are those of the values."""
    looks = CT_LOOKS if units == HU else (tissue_of(solid), look_of_window(window), maximum_of_window(window))
    # Where values fall as the stored ones rise, the greatest stored value is the least.
    return tuple(look for look in looks if solid.rescale.slope > 0 or not look.maximum)


def shifted(look: RenderPreset, by: float) -> RenderPreset:
    """The same preset for values that are greater by so much: less is seen."""
    return replace(look, points=tuple((point[0] + by, *point[1:]) for point in look.points)) if by else look


def in_voxels(look: RenderPreset, solid: Solid) -> RenderPreset:
    """The same preset for the values as the voxels store them."""
    slope, intercept = solid.rescale.slope or 1.0, solid.rescale.intercept
    points = [((point[0] - intercept) / slope, *point[1:]) for point in look.points]
    return replace(look, points=tuple(sorted(points)))


@dataclass(frozen=True, slots=True)
class Side:
    """A direction of view: `toward` points to the eye and `up` is up, both in patient LPS."""

    letter: str
    toward: tuple[float, float, float]
    up: tuple[float, float, float]


SIDES = (
    Side("A", (0, -1, 0), (0, 0, 1)),
    Side("P", (0, 1, 0), (0, 0, 1)),
    Side("L", (1, 0, 0), (0, 0, 1)),
    Side("R", (-1, 0, 0), (0, 0, 1)),
    Side("S", (0, 0, 1), (0, -1, 0)),
    Side("I", (0, 0, -1), (0, -1, 0)),
)
