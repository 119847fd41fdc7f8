"""The named windows for CT, and the window that spans given values."""

from dataclasses import dataclass

Window = tuple[float, float]
# Hounsfield units as the index spells them; only these have presets.
HU = "HU"
# In a range narrower than this many units, half a unit matters.
_FEW = 10.0


@dataclass(frozen=True, slots=True)
class Preset:
    """A window, (center, width) in HU, with its name in English and the number key that chooses it; empty for none."""

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
    Preset("", "Liver", (30, 150)),
    Preset("", "Spine", (50, 250)),
    Preset("", "Temporal bone", (600, 2800)),
)


def spanning(low: float, high: float) -> Window:
    """The window, (center, width), that shows `low` black and `high` white."""
    if high - low >= _FEW:
        return (low + high) / 2, high - low
    # PS3.3 C.11.2.1.2.1 puts the middle at the center less a half; from black to white is the width less one.
    return (low + high + 1) / 2, high - low + 1
