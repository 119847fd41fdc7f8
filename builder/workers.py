"""Runs the parallel steps: in processes of this machine, or on the workers of a Dask cluster."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from multiprocessing import parent_process
import os
import signal
from threading import Thread
from typing import Any, TypeVar

from builder.errors.build import ClusterMissing, ClusterUnreachable

_PATIENCE = "20s"
_CHUNK = 32
# Chunks that wait for each worker, so that no worker is ever idle.
_WAITING = 3
# Whole series that wait for a worker.
_FEW = 32
# Of a cluster.
MANY_WORKERS = 32

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_turn(
    executor: Executor, call: Callable[[Sequence[Item]], Sequence[Result]], items: Sequence[Item], *, workers: int
) -> Iterator[Result]:
    """The results of `call` for the items, some at a time, in their order.

    Only so many items are submitted ahead that other work, given to the executor meanwhile, is not delayed to the end.
    """
    chunks = (items[i : i + _CHUNK] for i in range(0, len(items), _CHUNK))
    waiting = deque(executor.submit(call, chunk) for chunk in islice(chunks, workers * _WAITING))
    while waiting:
        results = waiting.popleft().result()
        waiting.extend(executor.submit(call, chunk) for chunk in islice(chunks, 1))
        yield from results


def each_in_turn(executor: Executor, call: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """The results of `call` for each of the items, in their order; only a few items are made and submitted ahead."""
    several = iter(items)
    waiting = deque(executor.submit(call, argument) for argument in islice(several, _FEW))
    while waiting:
        result = waiting.popleft().result()
        waiting.extend(executor.submit(call, argument) for argument in islice(several, 1))
        yield result


def _begin() -> None:
    """Ctrl-C goes to every process of the terminal: the main one ends the work in order, the workers ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """If the main process is killed, no worker may keep writing on the drive."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def local_workers(number: int) -> Iterator[Executor]:
    """This many processes on this machine."""
    executor = ProcessPoolExecutor(number, initializer=_begin)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def cluster_workers(address: str) -> Iterator[Executor]:
    """The workers of the Dask scheduler at `address`; raises ClusterMissing, ClusterUnreachable.

    They must have this program, and see the scans and the drive under the same paths as this machine.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise ClusterMissing() from None
    try:
        client = distributed.Client(address, timeout=_PATIENCE)
    except (OSError, ValueError):
        raise ClusterUnreachable(address) from None
    with client, client.get_executor() as executor:
        yield executor
