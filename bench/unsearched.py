"""mkbundle without the search for originals in what it wrote, to know what that costs; nobody can switch it off."""

from typing import Any

from builder.cli.main import main
from builder.pipeline import build


def _nothing(*_: Any) -> int:
    return 0


if __name__ == "__main__":
    build.prove = _nothing
    main()
