"""Segments in 3D: which of them the picture shows where, in which colours, and what a toggle changes."""

from types import SimpleNamespace
import zlib

import numpy as np

from bundle.index.records import Segment
from bundle.segments import RUNS
from viewer.images.windowing import PixelKind, Rescale
from viewer.scene.body import Body
from viewer.scene.labelled.mixed import LabelLook
from viewer.scene.labelled.planes import LabelPlanes
from viewer.scene.render_presets import CT_LOOKS, SIDES
from viewer.segments.compact import CompactForm, PackedMask
from viewer.segments.labels import Labels
from viewer.space.mpr import Cut, Slab
from viewer.space.slice_runs import runs_of
from viewer.space.voxel_volume import Solid

SIZE = 48
RED, BLUE = "#ff0000", "#0000ff"
FRONT, LEFT = (300, 240), 150


def _labels(masks: list[np.ndarray]) -> Labels:
    """Of masks (slices, rows, columns): runs by hand."""
    form = CompactForm.__new__(CompactForm)
    content, packed = b"", []
    for number, mask in enumerate(masks):
        for place, part in enumerate(mask):
            if part.any():
                flat = np.concatenate(([0], part.ravel(), [2]))
                starts = np.flatnonzero(np.diff(flat))
                lengths = np.diff(np.concatenate(([0], starts)))
                data = zlib.compress(lengths.astype("<u4").tobytes())
                packed.append(PackedMask(number, place, (0, SIZE - 1, 0, SIZE - 1), len(content), len(data)))
                content += data
    segments = tuple(
        Segment(n, f"s{n}", "", "", "", RED, int(mask.sum()), 1.0, 0, 1) for n, mask in enumerate(masks, start=1)
    )  # fmt: skip
    form._path, form._content, form.kind, form.masks = "", content, RUNS, tuple(packed)
    form.segmentation, form.size = SimpleNamespace(segments=segments, path=""), (SIZE, SIZE)
    form.of_slice = {}
    for mask in packed:
        form.of_slice.setdefault(mask.place, []).append(mask)
    labels = Labels(form, SIZE)
    for place in range(SIZE):
        labels.fill(place)
    return labels


def _ball(x: float, y: float, z: float, radius: float) -> np.ndarray:
    k, j, i = np.mgrid[:SIZE, :SIZE, :SIZE]
    return ((i - x) ** 2 + (j - y) ** 2 + (k - z) ** 2 < radius**2).astype(np.uint8)


def _body() -> Body:
    """A CT of air and one block of bone behind both balls."""
    voxels = np.full((SIZE, SIZE, SIZE), -1000, np.int16)
    voxels[4:44, 40:44, 4:44] = 900
    body = Body(Solid(voxels, np.eye(4), Rescale(), PixelKind(16, 16, True, False, None), (), ""))
    body.set_look(CT_LOOKS[0])
    body.look_from(SIDES[0])
    return body


def _picture(body: Body) -> np.ndarray:
    return body.picture(FRONT, 1.0)[..., :3].astype(int)


def _has(picture: np.ndarray, colour: int) -> np.ndarray:
    """Where one of red, green and blue stands out."""
    others = [part for part in range(3) if part != colour]
    return picture[..., colour] > 60 + picture[..., others].max(axis=-1)


def test_segments_stand_where_they_are_and_in_their_colours_with_the_body_and_alone():
    labels = _labels([_ball(12, 20, 30, 7), _ball(34, 20, 14, 7)])
    body = _body()
    bare = _picture(body)
    assert not _has(bare, 0).any() and not _has(bare, 2).any()
    for alone in (False, True):
        body.set_labels(LabelLook(labels, ((1, RED), (2, BLUE)), alone))
        seen = _picture(body)
        red, blue = np.argwhere(_has(seen, 0)), np.argwhere(_has(seen, 2))
        # From the front, the patient's right is on the left and the head above.
        assert red[:, 1].mean() < FRONT[0] / 2 < blue[:, 1].mean() and red[:, 0].mean() < blue[:, 0].mean()
        assert abs(len(red) / len(blue) - 1) < 0.2
        beside = ~_has(seen, 0) & ~_has(seen, 2)
        assert (seen[beside].max() > 10) is not alone  # some of the bone, or nothing
    body.close()


def test_a_segment_that_is_hidden_leaves_no_colour_and_comes_back_the_same():
    labels = _labels([_ball(12, 20, 30, 7), _ball(34, 20, 14, 7)])
    body = _body()
    both, one = (LabelLook(labels, colours, True) for colours in (((1, RED), (2, BLUE)), ((2, BLUE),)))
    body.set_labels(both)
    before = _picture(body)
    assert _has(before, 0).sum() > 500
    body.set_labels(one)
    assert not _has(_picture(body), 0).any() and _has(_picture(body), 2).any()
    body.set_labels(both)
    assert np.array_equal(_picture(body), before)
    body.set_labels(None)
    assert not _has(_picture(body), 2).any()
    body.close()


def test_the_picture_at_rest_shows_the_same_segments():
    labels = _labels([_ball(12, 20, 30, 7)])
    body = _body()
    body.set_labels(LabelLook(labels, ((1, RED),), False))
    moving, rows = _picture(body), body.rows(body.view(FRONT), FRONT, 0, FRONT[1])[..., :3].astype(int)
    assert (_has(moving, 0) ^ _has(rows, 0)).mean() < 0.01 and _has(rows, 0).sum() > 500
    body.close()


def test_a_whole_voxel_that_is_cut_away_shows_no_segment():
    labels = _labels([_ball(12, 20, 30, 7)])
    body = _body()
    body.set_labels(LabelLook(labels, ((1, RED),), True))
    assert _has(_picture(body), 0).sum() > 500
    body.clip((0.5, 1.0, 0.0, 1.0, 0.0, 1.0))
    assert not _has(_picture(body), 0).any()
    body.close()


def test_between_uneven_slices_a_plane_has_the_nearest_one_and_nothing_in_a_gap():
    """Slices 1 apart, then 2, then a gap of 6: the labels of a plane across them, by NumPy alone."""
    masks = [np.zeros((SIZE,) * 3, np.uint8) for _ in range(3)]
    for number, mask in enumerate(masks):
        mask[number::3, 5:40, 5:40] = 1
    labels = _labels(masks)
    places = np.concatenate((np.arange(20), 19 + 2.0 * np.arange(1, 11), 45 + np.arange(18.0)))
    runs = runs_of(places, 1.0)
    solid = Solid(
        np.zeros((SIZE,) * 3, np.int16), np.eye(4), Rescale(), PixelKind(16, 16, True, False, None), (), "", runs
    )
    matrix = np.eye(4)
    matrix[:3, :3] = [[0.9, 0, 0], [0, 0, 1], [0, 0.31, 0]]
    matrix[:3, 3] = 3.3, 20.2, 0.05
    cut = Cut(matrix, 44, 200, 1, Slab.MEAN, 0.0)
    (seen,) = LabelPlanes(labels, solid).see(cut)
    sure = 0
    for row in range(200):
        place = matrix[2, 3] + 0.31 * row
        distances = np.sort(np.abs(places - place))
        if distances[1] - distances[0] < 0.05:  # between two slices either is right
            continue
        sure += 1
        in_gap = any(low < place < high for low, high in solid.gaps) or place > places[-1] + 0.5
        for column in range(44):
            i = 3.3 + 0.9 * column
            if abs(i - np.floor(i) - 0.5) < 0.01:
                continue
            k, inside = int(np.argmin(np.abs(places - place))), 5 <= round(i) < 40
            assert seen[row, column] == (k % 3 + 1 if inside and not in_gap else 0), (row, column, place)
    assert solid.gaps and sure > 100
