"""A solid in 3D, cast on the CPU off the screen: few voxels while it moves, all that the PC can hold when it rests."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from viewer.images import memory
from viewer.scene.camera import Vector, camera_from, filling
from viewer.scene.cast import BodyView, Cast
from viewer.scene.labelled.mixed import LabelLook
from viewer.scene.render_presets import SIDES, RenderPreset, Side
from viewer.scene.sculpting.sculpture import Sculpture
from viewer.scene.thinning import steps_for, thinned
from viewer.space.voxel_volume import Solid

# For the first picture very few voxels do, while it moves few; each is the mean of this many along each axis.
_FIRST_VOXELS = 500_000
_MOVING_VOXELS, _SAMPLES = 3_000_000, 2
# At rest all voxels are cast, unless there are more than these: then neighbours are averaged. Each takes two bytes and
# three for its gradient, of at most this share of the PC's memory.
_MOST_VOXELS, _BYTES, _SHARE_OF_MEMORY = 80_000_000, 5, 1 / 16
# With labels, each voxel takes four bytes and three for its gradient, beside those of the body itself.
_LABELLED_VOXELS = 8_000_000
# The side of a picture that is cast for the gradients alone.
_TRIAL = 16
# The share of the picture that a body fills, seen from one of its sides.
_SHARE = 0.86


class Body:
    """One solid as it is seen now; holds the voxels that it needs until `close`.

    One thread at a time may cast `rows`; everything else belongs to the thread that made the body.
    """

    def __init__(self, solid: Solid) -> None:
        self._solid = solid
        self._casting = Lock()
        # A small body is the same in all casts: then one does for all, and they wait for each other.
        self.shared = steps_for(solid, _MOVING_VOXELS) == self.averaged == (1, 1, 1)
        self._moving = Cast(solid, thinned(solid, _MOVING_VOXELS if self.shared else _FIRST_VOXELS, _SAMPLES))
        self._better: Cast | None = None  # with the voxels for movement, as soon as its gradients are there
        self._is_best = self.shared
        self._still = self._moving if self.shared else None
        self._labelled = self._still  # the voxels at rest, if there are labels in them
        ends = [(*place, 1.0) for place in product(*((0.0, float(end)) for end in solid.ends))]
        self._corners = (np.array(ends) @ solid.affine.T)[:, :3]
        self._now, self._fills, self._closed = BodyView(camera_from(SIDES[0], self._corners)), False, False

    @property
    def look(self) -> RenderPreset | None:
        """The preset."""
        return self._now.look

    def set_look(self, look: RenderPreset) -> None:
        """Set colours and opacities by voxel values."""
        self._now = replace(self._now, look=look)

    @property
    def labels(self) -> LabelLook | None:
        """The labels that are cast with the body."""
        return self._now.labels

    def set_labels(self, labels: LabelLook | None) -> None:
        """Cast these with the body, or alone."""
        self._now = replace(self._now, labels=labels)

    def look_from(self, side: Side) -> None:
        """Show the whole body from one of its sides."""
        self._now = replace(self._now, camera=camera_from(side, self._corners))
        self._fills = False

    def turn(self, right: float, down: float) -> None:
        """Turn by degrees, as if a hand moved over the visible side."""
        self._now = replace(self._now, camera=self._now.camera.turned(right, down))

    def move(self, right: float, down: float) -> None:
        """Move by shares of the picture's height."""
        self._now = replace(self._now, camera=self._now.camera.moved(right, down))

    def zoom(self, factor: float) -> None:
        """Zoom in by a factor."""
        self._now = replace(self._now, camera=self._now.camera.zoomed(factor))

    @property
    def facing(self) -> tuple[Vector, Vector]:
        """The directions to the right and down in the picture, in patient LPS."""
        return self._now.camera.right, self._now.camera.down

    def clip(self, shares: Sequence[float]) -> None:
        """Show only a box of the voxels: from and to, as shares, along the columns, rows and slices of the stack."""
        self._now = replace(self._now, box=tuple(shares))

    @property
    def box(self) -> tuple[float, ...]:
        """The part that is shown; see `clip`."""
        return self._now.box

    @property
    def sculpture(self) -> Sculpture:
        """What is hidden."""
        return self._now.sculpture

    def sculpt(self, sculpture: Sculpture) -> None:
        """Hide this, and nothing else."""
        self._now = replace(self._now, sculpture=sculpture)

    def picture(self, size: tuple[int, int], coarse: float) -> NDArray[np.uint8]:
        """RGBA, (height, width, 4), first row on top; `coarse` above 1 divides the number of rays along each side."""
        view = self.view(size)
        if self._better is not None:
            self._moving.close()
            self._moving, self._better = self._better, None
        if not self.shared:
            return self._moving.picture(view, size, coarse)
        with self._casting:
            return self._moving.picture(view, size, coarse)

    def view(self, size: tuple[int, int]) -> BodyView:
        """What `rows` needs to cast the same picture, of this size, from all voxels."""
        if not self._fills:  # the shape of the picture is known only now
            self._now = replace(self._now, camera=filling(self._now.camera, self._corners, size, _SHARE))
            self._fills = True
        return self._now

    def from_side(self, side: Side, look: RenderPreset, size: tuple[int, int]) -> BodyView:
        """The whole body from one of its sides, whatever the current camera and preset."""
        camera = filling(camera_from(side, self._corners), self._corners, size, 1.0)
        return replace(self._now, camera=camera, look=look, labels=None)

    def rows(self, view: BodyView, size: tuple[int, int], first: int, last: int) -> NDArray[np.uint8]:
        """Some rows of the picture of this size, from all voxels; raises MemoryError.

        The first call takes seconds; no call holds Python's lock for long. A closed body gives rows without anything.
        """
        try:
            with self._casting:
                if not self._closed:
                    if not self._is_best:
                        self._make_better(view)
                    return self._at_rest(view).rows(view, size, first, last)
        finally:
            self._release()
        return np.zeros((last - first, size[0], 4), np.uint8)

    def _at_rest(self, view: BodyView) -> Cast:
        if view.labels is not None:
            if self._labelled is None:
                self._labelled = Cast(self._solid, thinned(self._solid, min(_most_voxels(), _LABELLED_VOXELS)))
            return self._labelled
        if self._still is None:
            self._still = Cast(self._solid, thinned(self._solid, _most_voxels()))
        return self._still

    def _make_better(self, view: BodyView) -> None:
        """From now on it has more voxels while it moves: its first picture did not wait for them."""
        better = Cast(self._solid, thinned(self._solid, _MOVING_VOXELS, _SAMPLES))
        better.rows(view, (_TRIAL, _TRIAL), 0, 1)  # computes the gradients
        self._better, self._is_best = better, True

    @property
    def averaged(self) -> tuple[int, int, int]:
        """How many voxels along columns, rows and slices are averaged into one at rest."""
        return steps_for(self._solid, _most_voxels())

    def close(self) -> None:
        """Release all memory; if rows are being cast, that of all voxels follows when they are done."""
        self._closed = True
        if not self.shared:
            self._moving.close()
        self._release()

    def _release(self) -> None:
        """Both threads call this last, so that one of them does it."""
        if self._closed and self._casting.acquire(blocking=False):
            casts = (self._still, self._better, None if self._labelled is self._still else self._labelled)
            for cast in casts:
                if cast is not None:
                    cast.close()
            self._still = self._better = self._labelled = None
            self._casting.release()


def _most_voxels() -> int:
    return int(min(_MOST_VOXELS, memory.physical_bytes() * _SHARE_OF_MEMORY / _BYTES))
