"""python -m bench.rendering STICK ...: how the 3D view at rest looks and what it takes, beside a reference.

The reference is VTK's ray caster with all voxels and a sample each 0.1 mm; the picture before is every n-th voxel up to
24 million, with a sample each half voxel, as the viewer once did. For the largest CT volume of each stick, for each
preset and two sides: the structural similarity within the silhouette of the reference (Gaussian windows of 11 x 11
pixels), and the time as a ratio to the picture before. `--pictures FOLDER` saves them side by side.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
import statistics
import threading
import time

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.measure import print_goal
from bundle.index.index import Catalog
from viewer.images.loading import Loader
from viewer.images.volume import LoadedStack
from viewer.scene.body import Body
from viewer.scene.cast import BodyView, aim, set_look
from viewer.scene.pace import Pace
from viewer.scene.raycast import RayCaster
from viewer.scene.render_presets import CT_LOOKS, SIDES, in_voxels
from viewer.space.voxel_volume import Solid, make_solid

_SIZE = (900, 800)
_REFERENCE_STEP = 0.1
_VOXELS_BEFORE = 24_000_000
_GOAL_LIKE, _GOAL_TIME, _GOAL_FIRST, _GOAL_TURN, _GOAL_WAIT = 0.95, 1.5, 0.5, 0.06, 0.05
# Turns until the pace is found, and those that are timed.
_BEFORE, _TURNS = 20, 20
# Structural similarity (Wang et al., 2004): the width of a window, its deviation, and the two constants.
_WINDOW, _SIGMA, _C1, _C2 = (11, 11), 1.5, (0.01 * 255) ** 2, (0.03 * 255) ** 2

Picture = NDArray[np.uint8]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sticks", type=Path, nargs="+")
    parser.add_argument("--pictures", type=Path, help="where to save the pictures side by side")
    arguments = parser.parse_args()
    for stick in arguments.sticks:
        solid = _largest(stick)
        print(f"\n{stick.name}: {solid.shape[0]} x {solid.shape[1]} x {solid.shape[2]} voxels")
        _measure(solid, stick.name, arguments.pictures)


def _largest(stick: Path) -> Solid:
    with Catalog(stick) as catalog:
        series = [series for study in catalog.studies() for series in study.series if series.modality == "CT"]
        stacks = [stack for each in series for stack in each.stacks if stack.is_volume]
        stack = max(stacks, key=lambda stack: stack.number_of_frames * stack.rows * stack.columns)
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    Loader(stick, loaded, 0, lambda index: None).run()
    return make_solid(loaded)


def _measure(solid: Solid, name: str, pictures: Path | None) -> None:
    start = time.perf_counter()
    body = Body(solid)
    body.set_look(in_voxels(CT_LOOKS[0], solid))
    body.look_from(SIDES[0])
    body.picture(_SIZE, Pace().coarse(_SIZE))
    first = time.perf_counter() - start
    body.rows(body.view(_SIZE), _SIZE, 0, 1)  # the voxels for movement come with those at rest
    turn, rays = _turning(body)
    before, reference = _Plain(solid, every=True), _Plain(solid, every=False)
    print(f"{'':22}{'similar':>9}{'before':>9}{'time':>9}{'before':>9}{'ratio':>8}")
    worst, ratios, waits = 1.0, [], []
    for look, side in ((look, side) for look in CT_LOOKS for side in (SIDES[0], SIDES[2])):
        body.set_look(in_voxels(look, solid))
        body.look_from(side)
        view = body.view(_SIZE)
        body.rows(view, _SIZE, 0, 1)  # gradients and tables, as in the rows before
        (old, old_time), (best, _) = before.picture(view), reference.picture(view)
        new, new_time, wait = _at_rest(body, view)
        mask = best[..., :3].any(axis=2)
        if not mask.any():
            print(f"{look.name + ', ' + side.letter:22}  nothing to see")
            continue
        like, like_before = similarity(new, best, mask), similarity(old, best, mask)
        worst, ratios, waits = min(worst, like), [*ratios, new_time / old_time], [*waits, wait]
        print(
            f"{look.name + ', ' + side.letter:22}{like:9.3f}{like_before:9.3f}{new_time:7.2f} s{old_time:7.2f} s"
            f"{new_time / old_time:8.2f}"
        )
        if pictures is not None:
            strip = np.hstack([picture[..., 2::-1] for picture in (old, new, best)])
            cv2.imwrite(str(pictures / f"{name}-{look.name}-{side.letter}.png".replace(" ", "-").lower()), strip)
    body.close()
    print_goal("least similarity", worst, _GOAL_LIKE, at_least=True, digits=3)
    print_goal("time of the picture before, median", statistics.median(ratios), _GOAL_TIME, digits=3)
    print_goal("seconds to the first picture", first, _GOAL_FIRST, digits=3)
    print_goal(f"seconds a turn, with {rays:.0f} rays", turn, _GOAL_TURN, digits=3)
    print_goal("seconds that another thread waits", max(waits), _GOAL_WAIT, digits=3)


def beside_reference(stick: Path, name: str, size: tuple[int, int]) -> Picture:
    """The preset of this name from the front: the viewer's picture at rest, and to its right the reference; RGB."""
    solid = _largest(stick)
    body = Body(solid)
    body.set_look(in_voxels(next(look for look in CT_LOOKS if look.name == name), solid))
    body.look_from(SIDES[0])
    view = body.view(size)
    mine = body.rows(view, size, 0, size[1])
    body.close()
    best, _ = _Plain(solid, every=False).picture(view, size)
    return np.hstack([mine, best])[..., :3]


class _Plain:
    """VTK's caster by itself."""

    def __init__(self, solid: Solid, *, every: bool) -> None:
        """`every` n-th voxel as before; all of them for the reference."""
        steps = [1, 1, 1]
        while every and np.prod([-(-n // s) for n, s in zip(solid.shape, steps, strict=True)]) > _VOXELS_BEFORE:
            steps[int(np.argmin(solid.spacing * steps))] += 1
        voxels = np.ascontiguousarray(solid.voxels[:: steps[2], :: steps[1], :: steps[0]])
        matrix = solid.affine @ np.diag([*map(float, steps), 1.0])
        mean = float(np.linalg.norm(matrix[:3, :3], axis=0).mean())
        self._caster = RayCaster(voxels, matrix, step=mean / 2 if every else _REFERENCE_STEP)

    def picture(self, view: BodyView, size: tuple[int, int] = _SIZE) -> tuple[Picture, float]:
        """The picture, and the seconds that it took after the gradients were there."""
        assert view.look is not None
        set_look(self._caster, view.look)
        aim(self._caster, view.camera)
        self._caster.rows(size, 0, 1)
        start = time.perf_counter()
        return self._caster.picture(size), time.perf_counter() - start


def _turning(body: Body) -> tuple[float, float]:
    """The seconds that a turn takes, at the pace of the viewer, and how many rays that has."""
    pace, seconds = Pace(), []
    for _ in range(_BEFORE + _TURNS):
        body.turn(3, 1)
        start = time.perf_counter()
        body.picture(_SIZE, pace.coarse(_SIZE))
        seconds.append(time.perf_counter() - start)
        pace.took(seconds[-1])
    return statistics.median(seconds[_BEFORE:]), pace.rays


def _at_rest(body: Body, view: BodyView) -> tuple[Picture, float, float]:
    """The picture, the seconds that it took, and the longest that this thread waited meanwhile."""
    rows: list[Picture] = []
    thread, start = threading.Thread(target=lambda: rows.extend(_bands(body, view))), time.perf_counter()
    thread.start()
    last, wait = start, 0.0
    while thread.is_alive():
        time.sleep(0.001)
        now = time.perf_counter()
        wait, last = max(wait, now - last), now
    return np.vstack(rows), time.perf_counter() - start, wait


def _bands(body: Body, view: BodyView) -> Iterator[Picture]:
    height = _SIZE[1] // 8
    for first in range(0, _SIZE[1], height):
        yield body.rows(view, _SIZE, first, min(first + height, _SIZE[1]))


def similarity(picture: Picture, reference: Picture, mask: NDArray[np.bool_]) -> float:
    """Mean structural similarity of the greys where the reference shows something."""
    grey = [cv2.cvtColor(np.ascontiguousarray(part[..., :3]), cv2.COLOR_RGB2GRAY) for part in (picture, reference)]
    one, other = (part.astype(np.float64) for part in grey)
    means = [cv2.GaussianBlur(part, _WINDOW, _SIGMA) for part in (one, other, one * one, other * other, one * other)]
    product = means[0] * means[1]
    spread = means[2] - means[0] ** 2 + means[3] - means[1] ** 2
    like = (2 * product + _C1) * (2 * (means[4] - product) + _C2)
    like /= (means[0] ** 2 + means[1] ** 2 + _C1) * (spread + _C2)
    return float(like[mask].mean())


if __name__ == "__main__":
    main()
