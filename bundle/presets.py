"""The windows for CT that have a name."""

from dataclasses import dataclass

Window = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Preset:
    """A window, (center, width) in HU, with its name in English and the number key that chooses it."""

    key: str
    name: str
    window: Window


CT_PRESETS = (
    Preset("1", "Brain", (40, 80)),
    Preset("2", "Subdural", (75, 215)),
    Preset("3", "Stroke", (40, 40)),
    Preset("4", "Soft tissue", (50, 400)),
    Preset("5", "Abdomen", (60, 400)),
    Preset("6", "Mediastinum", (50, 350)),
    Preset("7", "Lung", (-600, 1500)),
    Preset("8", "Bone", (400, 1800)),
    Preset("9", "Angio", (300, 600)),
)
