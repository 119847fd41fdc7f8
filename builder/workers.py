"""Where the parallel steps run: processes of this machine, or the workers of a Dask cluster."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import parent_process
import os
import signal
from threading import Thread
from typing import Any

from builder.errors import ClusterMissing, ClusterUnreachable

_PATIENCE = "20s"


def _begin() -> None:
    """Ctrl-C goes to every process of the terminal: the main one ends the work in order, the workers keep quiet."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Where the main process is killed, nobody may go on writing on the drive."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def local_workers(number: int) -> Iterator[Executor]:
    """So many processes on this machine."""
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
