"""The loader: every file once, whole, checked; a wrong picture is worse than none."""

from collections.abc import Callable
import io
from pathlib import Path
import shutil
import threading
import time
import weakref

import numpy as np
import pytest

from bundle.errors import DamagedFile
from bundle.index.index import Catalog
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec
from viewer.images import loading, memory, volume
from viewer.images.grey import stored_values
from viewer.images.loading import KeptStacks, Loader, TooLargeForMemory
from viewer.images.volume import FrameReader, LoadedStack


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


def test_the_slices_are_views_into_one_block_and_equal_the_file(tmp_path):
    head = bundles.head_like()
    loaded = load(make(tmp_path / "b", StackSpec(head)))
    assert all(np.shares_memory(loaded.pixels(index), loaded.voxels[index]) for index in range(len(head)))
    assert loaded.voxels.flags.c_contiguous
    assert np.array_equal(stored_values(loaded.pixels(3), loaded.kind), head[3])


def test_bits_above_those_stored_are_no_part_of_the_value(tmp_path):
    values = np.array([[[-2048, -1], [0, 2047]]])
    spec = StackSpec(values, bits_stored=12, junk=0xA000)
    assert load(make(tmp_path / "b", spec)).modality_values(0).tolist() == values[0].tolist()


def test_each_slice_has_its_own_rescale(tmp_path):
    spec = StackSpec(np.full((3, 2, 2), 10), rescales=[(1, 0), (2, 5), (0.5, -1)])
    loaded = load(make(tmp_path / "b", spec), 0)
    assert loaded.volume()[:, 0, 0].tolist() == [10, 25, 4]


class Disc:
    """Notes every opened file and every byte range that is read through `io.FileIO`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[str] = []
        self.ranges: list[tuple[str, int, int]] = []
        disc = self

        class Noting(io.FileIO):
            def __init__(self, name: str) -> None:
                super().__init__(name)
                disc.opened.append(Path(name).name)

            def readinto(self, place: memoryview) -> int:
                start = self.tell()
                count = super().readinto(place)
                disc.ranges.append((Path(self.name).name, start, start + count))
                return count

        monkeypatch.setattr(volume.io, "FileIO", Noting)


@pytest.mark.parametrize("one_file", [False, True])
def test_every_byte_is_read_once_and_in_the_order_of_the_disc(tmp_path, monkeypatch, one_file):
    head = bundles.head_like(30)
    root = make(tmp_path / "b", StackSpec(head, one_file=one_file))
    disc = Disc(monkeypatch)
    loaded = load(root)
    assert np.array_equal(loaded.volume(), head)
    files = sorted((root / "DICOM").rglob("IM*"))
    assert disc.opened == [path.name for path in files]
    assert disc.ranges == sorted(disc.ranges)
    for path in files:
        ranges = [(start, end) for name, start, end in disc.ranges if name == path.name]
        assert [start for start, _ in ranges] == [0, *(end for _, end in ranges[:-1])]
        assert ranges[-1][1] == path.stat().st_size


def test_in_a_file_of_many_frames_the_frame_at_the_cursor_does_not_wait_for_the_others(tmp_path):
    order: list[int] = []
    head = bundles.head_like(60)
    loaded = load(make(tmp_path / "b", StackSpec(head, one_file=True)), cursor=40, order=order)
    assert order[0] == 40
    assert set(order[:17]) == set(range(32, 49))
    assert np.array_equal(loaded.volume(), head)


def test_the_cursor_may_move_while_the_rest_is_read(tmp_path):
    root = make(tmp_path / "b", StackSpec(np.zeros((100, 2, 2), int)))
    with Catalog(root) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    order: list[int] = []

    def settled(index: int) -> None:
        order.append(index)
        if len(order) == 30:
            loader.look_at(90)

    loader = Loader(root, loaded, 0, settled)
    loader.run()
    assert order[30] == 90
    assert set(order[30:47]) == set(range(82, 99))
    assert sorted(order) == list(range(100))


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
    loaded = LoadedStack(stack, [frame])
    FrameReader(root, loaded).read(0)
    assert isinstance(loaded.failure(0), DamagedFile)
    assert "incomplete" in str(loaded.failure(0))


def test_a_path_that_leaves_the_bundle_is_not_opened(tmp_path):
    root = make(tmp_path / "b", StackSpec(bundles.head_like(2)))
    with Catalog(root) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        frames = catalog.frames(stack.stack_id)
    object.__setattr__(frames[0], "path", "../secret")
    loaded = LoadedStack(stack, frames)
    loader = Loader(root, loaded, 0, lambda index: None)
    loader.run()
    assert "leads out of the bundle" in str(loaded.failure(0))
    assert loaded.pixels(1) is not None


def test_the_oldest_stacks_go_when_memory_is_short(tmp_path):
    root = make(tmp_path / "b", *[StackSpec(np.zeros((4, 8, 8), int)) for _ in range(3)])
    stacks = [load(root, number) for number in range(3)]
    kept = KeptStacks(budget=2 * stacks[0].size)
    for stack in stacks:
        kept.put(stack)
    assert kept.get(stacks[0].stack.stack_id) is None
    assert kept.get(stacks[2].stack.stack_id) is stacks[2]


def test_a_stack_is_read_ahead_only_where_it_fits_beside_the_open_one(tmp_path):
    root = make(tmp_path / "b", *[StackSpec(np.zeros((4, 8, 8), int)) for _ in range(4)])
    stacks = [load(root, number) for number in range(4)]
    ids = [stack.stack.stack_id for stack in stacks]
    kept = KeptStacks(budget=2 * stacks[0].size)
    kept.put(stacks[0])
    kept.put(stacks[1])
    assert kept.put_beside(stacks[2])
    assert [kept.peek(id_) is not None for id_ in ids] == [False, True, True, False]
    kept.put(stacks[3])
    assert [kept.peek(id_) is not None for id_ in ids] == [False, True, False, True]
    tight = KeptStacks(budget=stacks[0].size)
    tight.put(stacks[0])
    assert not tight.put_beside(stacks[1])
    assert tight.peek(ids[0]) is stacks[0]
    assert tight.peek(ids[1]) is None


def test_the_memory_of_a_stack_that_goes_is_given_back(tmp_path):
    root = make(tmp_path / "b", StackSpec(np.zeros((4, 8, 8), int)))
    loaded = load(root)
    gone = weakref.ref(loaded.voxels)
    del loaded
    assert gone() is None


def test_a_stack_that_this_pc_cannot_hold_is_refused_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "physical_bytes", lambda: 1000)
    loaded = load(make(tmp_path / "b", StackSpec(np.zeros((4, 8, 8), int))))
    assert all(isinstance(loaded.failure(index), TooLargeForMemory) for index in range(4))
    assert loaded.arrived == 4


def test_a_series_of_2000_slices_fits_a_pc_with_4_gb(monkeypatch):
    monkeypatch.setattr(memory, "physical_bytes", lambda: 4 << 30)
    series = 2000 * 512 * 512 * 2
    assert series <= memory.stack_bytes()
    assert memory.kept_bytes() + series < 3 << 30


def test_the_memory_of_this_pc_is_known():
    total = next(
        int(line.split()[1]) << 10 for line in Path("/proc/meminfo").read_text().splitlines() if "MemTotal" in line
    )
    assert memory.physical_bytes() == pytest.approx(total, rel=0.01)


def test_a_link_that_leads_out_of_the_bundle_is_not_followed(tmp_path):
    root = make(tmp_path / "b", StackSpec(bundles.head_like(3)))
    path = root / "DICOM/PT000001/ST000001/SE000001/IM000002"
    path.rename(tmp_path / "outside")
    path.symlink_to(tmp_path / "outside")
    loaded = load(root)
    assert "leads out of the bundle" in str(loaded.failure(1))
    assert loaded.pixels(0) is not None


def test_a_stopped_loader_reads_no_further_file(tmp_path):
    root = make(tmp_path / "b", StackSpec(np.zeros((30, 2, 2), int)))
    with Catalog(root) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    loader = Loader(root, loaded, 0, lambda index: loader.stop())
    loader.run()
    assert loaded.arrived == 1
    shutil.rmtree(root)


def _loaded_and_loader(root: Path, on_slice: Callable[[int], None]) -> tuple[LoadedStack, Loader]:
    with Catalog(root) as catalog:
        stack = catalog.patients[0].studies[0].series[0].stacks[0]
        loaded = LoadedStack(stack, catalog.frames(stack.stack_id))
    return loaded, Loader(root, loaded, 0, on_slice)


@pytest.mark.parametrize("one_file", [False, True])
def test_what_comes_from_memory_is_read_by_two_threads_and_each_slice_once(tmp_path, monkeypatch, one_file):
    monkeypatch.setattr(loading, "_FROM_MEMORY", 0.0)  # whatever else the machine does
    values = np.random.default_rng(3).integers(0, 4000, (100, 256, 256))
    order: list[int] = []
    second = threading.Event()

    def arrived(index: int) -> None:
        order.append(index)
        if threading.current_thread().name == "second loader":
            second.set()
        elif len(order) > 90:
            assert second.wait(20)

    loaded, loader = _loaded_and_loader(make(tmp_path / "b", StackSpec(values, one_file=one_file)), arrived)
    loader.run()
    assert second.is_set()
    assert sorted(order) == list(range(100))
    assert loaded.complete
    assert np.array_equal(loaded.volume(), values)


def test_a_slow_medium_has_one_reader_and_keeps_its_order(tmp_path):
    order: list[int] = []
    names: set[str] = set()

    def arrived(index: int) -> None:
        order.append(index)
        names.add(threading.current_thread().name)
        time.sleep(0.005)  # 512 KB in 5 ms: 100 MB/s

    loaded, loader = _loaded_and_loader(make(tmp_path / "b", StackSpec(np.zeros((40, 512, 512), int))), arrived)
    loader.start()
    loader.join(60)
    assert names == {"loader"}
    assert order == list(range(40))
    assert loaded.complete
