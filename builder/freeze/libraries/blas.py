"""Replaces OpenBLAS, which NumPy brings, by the few routines that the viewer needs: 25 to 33 megabytes less.

OpenBLAS holds each routine in a version for every processor of the last twenty years. The viewer multiplies and solves
matrices of three or four rows; `products.c` says how, and ends the program at everything else.
"""

from pathlib import Path

from builder.freeze.libraries.compiling import compile_library, compiler

SOURCE = Path(__file__).with_name("products.c")
_REPLACED = "libscipy_openblas*"
# Of GCC's Fortran, for OpenBLAS alone.
_NEEDED_BY_IT = ("libgfortran*", "libquadmath*")
# Complex products by their definition. No product is rounded together with a sum (contracted), so that all compilers
# come to the same numbers.
_OPTIONS = ("-fcx-limited-range", "-ffp-contract=off")


def only_products(platform: str, folder: Path) -> None:
    """Replace the library below `folder`; where a Windows PC has no compiler, the whole OpenBLAS stays."""
    for library in folder.rglob(_REPLACED) if compiler(platform) else ():
        compile_products(platform, library)
        for pattern in _NEEDED_BY_IT:
            for needless in library.parent.glob(pattern):
                needless.unlink()


def compile_products(platform: str, library: Path) -> None:
    """Write the library; it has the name by which NumPy asks for it."""
    compile_library(platform, [SOURCE], library, *_OPTIONS)
