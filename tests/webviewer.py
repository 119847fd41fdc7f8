"""Makes the reader in a browser from `webviewer/`: `python -m tests.webviewer` writes it into `bundle_template/`.

Debian's esbuild bundles it and Debian's TypeScript checks its types: both are of one version for as long as Debian 12.
"""

import base64
import hashlib
import json
from pathlib import Path
from string import Template
import subprocess
import sys

from bundle import __version__

ROOT = Path(__file__).parents[1]
SOURCE, SHIPPED = ROOT / "webviewer", ROOT / "bundle_template"
# Journals name the program that wrote them.
PROGRAM = f"{__version__} browser"
OPTIONS = [
    "--bundle",
    "--minify",
    "--target=es2020",
    "--format=iife",
    "--charset=ascii",
    f"--define:PROGRAM={json.dumps(PROGRAM)}",
]


def script() -> bytes:
    """READER.JS: one classic script, plain ASCII."""
    made = subprocess.run(["esbuild", "src/main.ts", *OPTIONS], cwd=SOURCE, capture_output=True, check=True)
    return made.stdout


def page() -> bytes:
    """READER.HTM: its style is part of it, and the page names the digest of the one style that it may have."""
    css = (SOURCE / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return Template((SOURCE / "page.html").read_text("utf-8")).substitute(css=css, style=f"sha256-{digest}").encode()


def check_types() -> str:
    """What TypeScript finds wrong; empty if nothing is."""
    return subprocess.run(["tsc", "-p", "."], cwd=SOURCE, capture_output=True, text=True, check=False).stdout


def main() -> None:
    wrong = check_types()
    if wrong:
        sys.exit(wrong)
    (SHIPPED / "READER.JS").write_bytes(script())
    (SHIPPED / "READER.HTM").write_bytes(page())


if __name__ == "__main__":
    main()
