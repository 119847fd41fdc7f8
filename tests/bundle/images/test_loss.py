"""The words for lossy compression."""

import pytest

from bundle.images.loss import loss_text


@pytest.mark.parametrize(
    ("ratios", "methods", "said"),
    [
        ((), (), "compressed with loss"),
        ((10.5,), ("ISO_10918_1",), "compressed with loss, 10.5 : 1, JPEG"),
        ((4.0, 12.894), ("ISO_15444_1", "ISO_15444_15"), "compressed with loss, 12.9 : 1, HTJ2K"),
        ((), ("A METHOD OF ITS OWN",), "compressed with loss"),
    ],
)
def test_the_strongest_ratio_and_the_last_known_method_are_named(ratios, methods, said):
    assert loss_text(ratios, methods) == said
