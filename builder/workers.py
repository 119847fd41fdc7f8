"""Where the parallel steps run: processes of this machine, or the workers of a Dask cluster."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
import signal
from typing import Any

from builder.errors import ClusterMissing, ClusterUnreachable

_PATIENCE = "20s"


def _leave_interrupts() -> None:
    """Ctrl-C goes to every process of the terminal: the main one ends the work in order, the workers keep quiet."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def local_workers(number: int) -> Iterator[Executor]:
    """So many processes on this machine."""
    executor = ProcessPoolExecutor(number, initializer=_leave_interrupts)
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
