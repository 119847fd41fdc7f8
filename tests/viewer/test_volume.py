"""The loader: every file once, whole, checked; a wrong picture is worse than none."""

from pathlib import Path
import shutil

import numpy as np
import pytest

from bundle.errors import DamagedFile
from bundle.index import Catalog
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from viewer import volume
from viewer.volume import KeptStacks, LoadedStack, Loader
from viewer.windowing import stored_values


def make(root: Path, *stacks: StackSpec, modality: str = "CT") -> Path:
    return bundles.make_bundle(root, [CaseSpec([SeriesSpec(list(stacks), modality)])])


def load(root: Path, number: int = 0, cursor: int = 0, order: list[int] | None = None) -> LoadedStack:
    with Catalog(root) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[number]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    loader = Loader(root, loaded, cursor, (order if order is not None else []).append)
    loader.start()
    loader.join(20)
    assert loaded.complete
    return loaded


def test_pixels_are_a_view_into_the_file_and_equal_it(tmp_path):
    head = bundles.head_like()
    loaded = load(make(tmp_path / "b", StackSpec(head)))
    assert loaded.pixels(3).base is not None
    assert np.array_equal(stored_values(loaded.pixels(3), loaded.kind), head[3])


def test_bits_above_those_stored_are_no_part_of_the_value(tmp_path):
    values = np.array([[[-2048, -1], [0, 2047]]])
    spec = StackSpec(values, bits_stored=12, junk=0xA000)
    assert load(make(tmp_path / "b", spec)).modality_values(0).tolist() == values[0].tolist()


def test_each_slice_has_its_own_rescale(tmp_path):
    spec = StackSpec(np.full((3, 2, 2), 10), rescales=[(1, 0), (2, 5), (0.5, -1)])
    loaded = load(make(tmp_path / "b", spec), 0)
    assert loaded.volume()[:, 0, 0].tolist() == [10, 25, 4]


def test_a_file_with_many_frames_is_read_once(tmp_path, monkeypatch):
    head = bundles.head_like(5)
    root = make(tmp_path / "b", StackSpec(head, one_file=True))
    read: list[Path] = []
    plain = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or plain(path))
    loaded = load(root)
    assert len(read) == 1
    assert np.array_equal(loaded.volume(), head)


def test_the_slice_at_the_cursor_comes_first_and_its_neighbours_next(tmp_path):
    order: list[int] = []
    load(make(tmp_path / "b", StackSpec(np.zeros((60, 2, 2), int))), cursor=40, order=order)
    assert order[0] == 40
    assert set(order[:17]) == set(range(32, 49))
    assert order[17:] == [*range(32), *range(49, 60)]


def change(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    if how == "header":
        content[150] ^= 1
    elif how == "shorter":
        content = content[:-2]
    elif how == "longer":
        content += b"\0\0"
    path.unlink()
    if how != "missing":
        path.write_bytes(content)


@pytest.mark.parametrize("how", ["header", "shorter", "longer", "missing"])
def test_an_altered_file_is_refused_by_name_and_the_others_are_shown(tmp_path, how):
    root = make(tmp_path / "b", StackSpec(bundles.head_like(5)))
    path = "DICOM/PT000001/ST000001/SE000001/IM000003"
    change(root / path, how)
    loaded = load(root)
    assert isinstance(loaded.failure(2), DamagedFile)
    assert path in str(loaded.failure(2))
    assert loaded.pixels(2) is None
    assert [i for i in range(5) if loaded.pixels(i) is not None] == [0, 1, 3, 4]
    with pytest.raises(DamagedFile):
        loaded.volume()


def test_an_index_that_promises_more_pixels_than_the_file_has_is_refused(tmp_path):
    root = make(tmp_path / "b", StackSpec(bundles.head_like(3)))
    with Catalog(root) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        frame = catalog.frames(stack.stack_id)[0]
    object.__setattr__(stack, "rows", stack.rows + 1)
    with pytest.raises(DamagedFile, match="too early"):
        volume.read_file(root, stack, [frame])


def test_a_path_that_leaves_the_bundle_is_not_opened(tmp_path):
    root = make(tmp_path / "b", StackSpec(bundles.head_like(2)))
    with Catalog(root) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        frames = catalog.frames(stack.stack_id)
    object.__setattr__(frames[0], "path", "../secret")
    loaded = LoadedStack(stack, frames)
    loader = Loader(root, loaded, 0, lambda index: None)
    loader.run()
    assert "does not stay inside" in str(loaded.failure(0))
    assert loaded.pixels(1) is not None


def test_the_oldest_stacks_go_when_memory_is_short(tmp_path):
    root = make(tmp_path / "b", *[StackSpec(np.zeros((4, 8, 8), int)) for _ in range(3)])
    stacks = [load(root, number) for number in range(3)]
    kept = KeptStacks(budget=2 * stacks[0].size)
    for one in stacks:
        kept.put(one)
    assert kept.get(stacks[0].stack.stack_id) is None
    assert kept.get(stacks[2].stack.stack_id) is stacks[2]


def test_a_stopped_loader_reads_no_further_file(tmp_path):
    root = make(tmp_path / "b", StackSpec(np.zeros((30, 2, 2), int)))
    with Catalog(root) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    loader = Loader(root, loaded, 0, lambda index: loader.stop())
    loader.run()
    assert loaded.arrived == 1
    shutil.rmtree(root)
