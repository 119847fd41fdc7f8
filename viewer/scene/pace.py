"""How many rays a body has while it moves: as many as this PC casts in time, whatever else it does."""

import math

# In seconds; a picture that took longer has fewer rays the next time, one that took less more.
_IN_TIME = 0.05
# At most about as many rays as pixels of a small picture, at least enough to see where one turns.
_MOST, _LEAST = 60_000, 20_000
# One slow picture, such as the first with its gradients, must not spoil the next ones.
_FEWER, _MORE = 0.7, 1.15
# A picture has at most so many pixels of the screen along each side for a ray.
_FINEST = 1.5


class Pace:
    """Follows how long the pictures took."""

    def __init__(self) -> None:
        self.rays = float(_MOST)

    def coarse(self, size: tuple[int, int]) -> float:
        """The factor that divides the rays of a picture of (width, height) along each side."""
        return max(math.sqrt(size[0] * size[1] / self.rays), _FINEST)

    def took(self, seconds: float) -> None:
        """A picture with as many rays as now took so long."""
        by = min(max(_IN_TIME / max(seconds, 1e-6), _FEWER), _MORE)
        self.rays = min(max(self.rays * by, _LEAST), _MOST)
