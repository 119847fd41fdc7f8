"""python -m bench.bytes_alone FROM TO: the limit of a build that notes the SHA-256 of each file that it writes.

As many processes as there are cores read each file, take its SHA-256, and write it; nothing is parsed, cleaned or
listed.
"""

from concurrent.futures import ProcessPoolExecutor
import hashlib
import os
from pathlib import Path
import sys

_BATCH = 32


def main() -> None:
    """Copy a folder of scans."""
    source, target = map(Path, sys.argv[1:])
    pairs = [(path, target / path.relative_to(source)) for path in sorted(source.rglob("*.dcm"))]
    for _, to in pairs:
        to.parent.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        digests = list(pool.map(_copied, pairs, chunksize=_BATCH))
    (target / "digests").write_text("\n".join(digests))


def _copied(pair: tuple[Path, Path]) -> str:
    content = pair[0].read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    pair[1].write_bytes(content)
    return digest


if __name__ == "__main__":
    main()
