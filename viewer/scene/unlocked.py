"""Calls VTK's slow steps of ray casting without Python's lock, so that the window answers meanwhile.

VTK's Python modules hold the lock during these calls: computing the gradients of a CT takes seconds. The steps are
exported by VTK's libraries under the names that the compilers give them, neither virtual nor inline, and ctypes calls
them without the lock. A VTK that lacks them is called as usual.
"""

from collections.abc import Callable, Iterator
import ctypes
from functools import cache
from pathlib import Path
import sys
from typing import Any

_MAPPER = "vtkFixedPointVolumeRayCastMapper"
# The Itanium C++ ABI 5.1 on Linux; the names of Microsoft's compiler on Windows, where `this` is the first argument
# of a 64-bit call too.
INITIALIZE = {
    "linux": f"_ZN32{_MAPPER}23PerVolumeInitializationEP11vtkRendererP9vtkVolume",
    "win32": f"?PerVolumeInitialization@{_MAPPER}@@QEAAXPEAVvtkRenderer@@PEAVvtkVolume@@@Z",
}
RENDER = {
    "linux": f"_ZN32{_MAPPER}15RenderSubVolumeEv",
    "win32": f"?RenderSubVolume@{_MAPPER}@@QEAAXXZ",
}


def initialize_volume(mapper: Any, renderer: Any, volume: Any) -> None:
    """`PerVolumeInitialization`: gradients and tables, after whatever changed."""
    call = function(INITIALIZE.get(sys.platform, ""), 3)
    if call is None:
        mapper.PerVolumeInitialization(renderer, volume)
    else:
        call(_address(mapper), _address(renderer), _address(volume))


def render(mapper: Any) -> None:
    """`RenderSubVolume`: cast all rays."""
    call = function(RENDER.get(sys.platform, ""), 1)
    if call is None:
        mapper.RenderSubVolume()
    else:
        call(_address(mapper))


@cache
def function(name: str, arguments: int) -> Callable[..., None] | None:
    """A function of VTK's library by its compiled name; None if this VTK has none."""
    for library in _libraries() if name else ():
        found = getattr(library, name, None)
        if found is not None:
            found.restype, found.argtypes = None, [ctypes.c_void_p] * arguments
            return found  # type: ignore[no-any-return]
    return None


def _libraries() -> Iterator[ctypes.CDLL]:
    """VTK's library of volume rendering, which is loaded already."""
    from vtkmodules import vtkRenderingVolume

    if sys.platform != "win32":  # a search begins with the module and goes on to the libraries that it needs
        yield ctypes.CDLL(vtkRenderingVolume.__file__)
        return
    beside = Path(vtkRenderingVolume.__file__).parent.parent / "vtk.libs"
    yield from (ctypes.CDLL(str(path)) for path in beside.glob("vtkRenderingVolume[-.]*dll"))


def _address(of: Any) -> int:
    """Of a VTK object: Python gets it as text, `_<address>_p_<class>`."""
    return int(of.__this__.split("_")[1], 16)
