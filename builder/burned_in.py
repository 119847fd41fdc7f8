"""Finds text that is burned into the pixels of CT, MR and PET images, without an OCR engine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import shutil
import subprocess

import numpy as np
from numpy.typing import NDArray

# Strokes up to this width, in pixels, stand out from an opening; anything wider is anatomy or a frame.
_WIDEST_STROKE = 6
# A mark stands out by at least this part of the picture's range of values ...
_CONTRAST = 0.06
# ... and by this many times the usual step between neighbouring pixels, which is noise.
_NOISE_STEPS = 4.0
# Every so many-th pixel is enough for the range and the noise.
_SAMPLE_STEP = 4
_RANGE_PERCENT = (1.0, 99.0)

Pixels = NDArray[np.integer]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Box:
    top: int
    left: int
    bottom: int
    right: int


def _levels(pixels):
    low = int(pixels.min())
    levels = pixels.astype(np.int64) - low if pixels.dtype.itemsize > 2 else pixels.astype(np.int32) - low
    over = max(int(levels.max()).bit_length() - 16, 0)
    return (levels >> over).astype(np.uint16)


def _running(values, function, axis):
    n = _WIDEST_STROKE + 1
    def cut(a, start, length):
        return a[start:start+length] if axis == 0 else a[:, start:start+length]
    two = function(cut(values, 0, values.shape[axis]-1), cut(values, 1, values.shape[axis]-1))
    four = function(cut(two, 0, two.shape[axis]-2), cut(two, 2, two.shape[axis]-2))
    return function(cut(four, 0, four.shape[axis]-(n-4)), cut(four, n-4, four.shape[axis]-(n-4)))


def _opening(levels):
    p = np.pad(levels, _WIDEST_STROKE, mode="edge")
    for f in (np.minimum, np.maximum):
        for axis in (0, 1):
            p = _running(p, f, axis)
    return p


def least_contrast(levels):
    s = levels[::_SAMPLE_STEP]
    noise = float(np.median(np.abs(np.diff(s[:, ::2].astype(np.int32), axis=1))))
    low, high = np.percentile(s[:, ::_SAMPLE_STEP], _RANGE_PERCENT)
    if high <= low: high, low = levels.max(), levels.min()
    return max(_CONTRAST * float(high - low), _NOISE_STEPS * noise, 1.0)


def components(levels, mask, equal):
    """labels of flat indices"""
    h, w = levels.shape
    padded = np.zeros((h + 1, w + 2), bool); padded[:h, 1:-1] = mask
    where = np.flatnonzero(padded)
    W = w + 2
    value = levels[where // W, where % W - 1].astype(np.int32)
    newrun = np.ones(len(where), bool)
    newrun[1:] = np.diff(where) != 1
    if equal: newrun[1:] |= np.diff(value) != 0
    run = np.cumsum(newrun) - 1
    place = np.full(padded.size + W+2, -1, np.int32); place[where] = np.arange(len(where), dtype=np.int32)
    ea, eb = [], []
    for d in (W - 1, W, W + 1):
        q = place[where + d]
        ok = q >= 0
        if equal: ok &= value[q] == value
        ea.append(run[ok]); eb.append(run[q[ok]])
    a, b = np.concatenate(ea), np.concatenate(eb)
    lab = np.arange(run[-1] + 1 if len(run) else 0)
    while True:
        m = np.minimum(lab[a], lab[b])
        new = lab.copy()
        np.minimum.at(new, lab[a], m); np.minimum.at(new, lab[b], m)
        new = new[new]
        if (new == lab).all(): break
        lab = new
    _, l = np.unique(lab[run], return_inverse=True) if len(run) else (0, run)
    return where // W, where % W - 1, value, l
