"""Run by a Python whose NumPy has the products of `products.c`: writes what NumPy says of many cases.

`python multiplied.py FILE.npz`. The cases come from seeds, by the generator that is the same in every version of NumPy.
"""

from collections.abc import Callable, Iterator
import itertools
import sys
from typing import Any

import numpy as np

KINDS = ("f4", "f8", "c8", "c16")
SIZES = (0, 1, 2, 3, 4, 7, 33)
Array = Any


def whole(random: np.random.RandomState, shape: tuple[int, ...], kind: str) -> Array:
    """Small whole numbers, so that their products are exact in every type."""
    parts = random.randint(-9, 10, (2, *shape)).astype("f8")
    return (parts[0] + 1j * parts[1] if kind[0] == "c" else parts[0]).astype(kind)


def layouts(array: Array) -> Iterator[Array]:
    """The same numbers laid out in memory in every way that NumPy knows."""
    yield array
    yield np.asfortranarray(array)
    wide = np.zeros([3 * size + 2 for size in array.shape], array.dtype)
    places = tuple(slice(1, 1 + 3 * size, 3) for size in array.shape)
    wide[places] = array
    yield wide[places]
    padded = np.zeros((*array.shape[:-1], array.shape[-1] + 3), array.dtype)
    padded[..., 2:-1] = array
    yield padded[..., 2:-1]
    backwards = np.ascontiguousarray(array[::-1])
    yield backwards[::-1]
    yield array.astype(array.dtype.newbyteorder())


def products(kind: str) -> Iterator[tuple[Callable[..., Array], tuple[Array, ...]]]:
    """A function of NumPy, and what it is called with."""
    random = np.random.RandomState(KINDS.index(kind))
    for m, n, k in itertools.product(SIZES, (0, 1, 3, 4, 33), (0, 1, 3, 4, 33)):
        a, b = whole(random, (m, k), kind), whole(random, (k, n), kind)
        for left, right in zip(layouts(a), reversed(list(layouts(b))), strict=True):
            yield np.matmul, (left, right)
        yield np.matmul, (a, whole(random, (n, k), kind).T)
        yield np.matmul, (whole(random, (k, m), kind).T, b)
        yield np.dot, (whole(random, (k, m), kind).T, whole(random, (n, k), kind).T)
        yield np.matmul, (a, a.T)
        yield np.matmul, (a.T, a)
        yield np.matmul, (a, a.conj().T)
    for n, k in itertools.product(SIZES, SIZES):
        a, x, y = whole(random, (n, k), kind), whole(random, (k,), kind), whole(random, (n,), kind)
        for matrix, vector in itertools.product(layouts(a), layouts(x)):
            yield np.matmul, (matrix, vector)
        for matrix, vector in itertools.product(layouts(a), layouts(y)):
            yield np.matmul, (vector, matrix)
        for vector, other in itertools.product(layouts(x), layouts(whole(random, (k,), kind))):
            yield np.dot, (vector, other)
            yield np.vdot, (vector, other)
        yield np.inner, (a, whole(random, (3, k), kind))
        yield np.outer, (x, y)
        yield np.einsum, ("ij,j->i", a, x)
        yield np.tensordot, (a, whole(random, (k, 2, 3), kind), 1)
    stacked = whole(random, (5, 3, 4), kind)
    yield np.matmul, (stacked, whole(random, (4, 4), kind))
    yield np.matmul, (stacked.transpose(0, 2, 1), stacked)
    yield np.einsum, ("nij,njk->nik", stacked, whole(random, (5, 4, 2), kind))
    yield np.correlate, (whole(random, (50,), kind), whole(random, (7,), kind))
    yield np.convolve, (whole(random, (50,), kind), whole(random, (7,), kind))


def multiplied() -> Iterator[Array]:
    """Every product."""
    for kind in KINDS:
        for function, arguments in products(kind):
            yield np.asarray(function(*arguments))


def solved() -> Iterator[Array]:
    """What comes of equations of random numbers, and of lengths."""
    random = np.random.RandomState(7)
    for kind, n in itertools.product(("f4", "f8"), (1, 2, 3, 4, 9, 30)):
        for matrix in random.standard_normal((4, n, n)).astype(kind):
            sides = random.standard_normal((n, 3)).astype(kind)
            yield np.linalg.solve(matrix, sides)
            yield np.linalg.solve(matrix.T, sides[:, 0])
            yield np.linalg.inv(matrix)
            yield np.linalg.inv(np.eye(n, dtype=kind)[::-1] * 2)
            yield np.linalg.norm(matrix, axis=0)
            yield np.linalg.norm(matrix)


def flat(results: Iterator[Array]) -> tuple[Array, Array]:
    """All results one behind the other, and how many numbers each has."""
    found = [np.asarray(result, "c16").ravel() for result in results]
    return np.concatenate(found), np.array([len(numbers) for numbers in found])


def main() -> None:
    """Write all results; or do one thing that the viewer never does, or that has no result."""
    if sys.argv[1] == "eig":
        np.linalg.eig(np.eye(3))
    elif sys.argv[1] == "singular":
        np.linalg.solve(np.array([[1.0, 2.0], [2.0, 4.0]]), np.ones(2))
    else:
        with np.errstate(all="ignore"):
            products_, lengths = flat(multiplied())
            np.savez(sys.argv[1], products=products_, lengths=lengths, solved=flat(solved())[0])


if __name__ == "__main__":
    main()
