"""The slices shown before NumPy is loaded look exactly as afterwards."""

from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np

from tests.viewer.test_imports import run
from viewer.images import early, grey
from viewer.images.windowing import PixelKind, Rescale

KINDS = st.builds(
    lambda allocated, spare, signed, monochrome1, padding: PixelKind(
        allocated, max(1, allocated - spare), signed, monochrome1, padding
    ),
    st.sampled_from([8, 16]), st.integers(0, 15), st.booleans(), st.booleans(),
    st.sampled_from([None, 0, -2000, 63536]),
)  # fmt: skip
RESCALES = st.builds(Rescale, st.sampled_from([1.0, 0.5, 0.00123, 7.84, -1.0]), st.floats(-2000, 2000))
WINDOWS = st.tuples(st.floats(-3000, 3000), st.floats(0.5, 70000))


@settings(max_examples=60, deadline=None)
@given(KINDS, RESCALES, WINDOWS, st.booleans())
def test_every_bit_pattern_gets_the_grey_that_numpy_gives_it(kind, rescale, window, inverted):
    patterns = np.arange(1 << kind.bits_allocated).astype(f"<u{kind.bits_allocated // 8}").reshape(16, -1)
    wanted = grey.to_grey(patterns, kind, rescale, window, inverted)
    assert early.to_grey(patterns.data.cast("B"), kind, rescale, window, inverted) == wanted.tobytes()


def test_what_it_cannot_show_waits_for_numpy():
    assert not early.can_show(PixelKind(32, 32, False, False, None))
    assert early.can_show(PixelKind(16, 12, False, False, None))


def test_numpy_is_brought_once_it_is_asked_for():
    run(
        "import sys, time; from viewer.images import early\n"
        "assert 'numpy' not in sys.modules and not early.numpy_is_here()\n"
        "early.bring_numpy(); early.bring_numpy()\n"
        "end = time.monotonic() + 20\n"
        "while not early.numpy_is_here(): assert time.monotonic() < end; time.sleep(0.01)\n"
        "assert 'numpy' in sys.modules\n"
    )
