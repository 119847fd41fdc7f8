"""What a file says of compression with loss, in the words of the index."""

from typing import Any

from pydicom.multival import MultiValue

from builder.check.parsed import Values
from bundle.loss import loss_note


def loss_of(values: Values) -> str:
    """Empty where nothing was lost (PS3.3 C.7.6.1.1.5)."""
    if values.get("LossyImageCompression") != "01":
        return ""
    ratios, methods = (_several(values.get(f"LossyImageCompression{name}")) for name in ("Ratio", "Method"))
    return loss_note([float(ratio) for ratio in ratios], [str(method) for method in methods])


def _several(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if isinstance(value, MultiValue | list) else [value]
