"""Makes the reader in a browser from `webviewer/`: `python -m tests.webviewer` writes it into `bundle_template/`.

Debian's esbuild bundles it and Debian's TypeScript checks its types: both are of one version for as long as Debian 12.
The one package in it, @noble/hashes, comes from npm, as package-lock.json pins it with its digest.
"""

import base64
from functools import cache
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


# What differs in the pages of a plain medium and of an encrypted one, which has a worker for its password.
_PLAIN = {"medium": "", "worker": "", "scripts": '<script src="INDEX.JS"></script>\n<script src="FORM.JS"></script>\n'}
_SEALED = {"medium": ' data-medium="sealed"', "worker": " worker-src blob:;", "scripts": ""}


def packages() -> None:
    """Get the package, if it is not there yet."""
    if not (SOURCE / "node_modules/@noble/hashes/argon2.js").is_file():
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=SOURCE, capture_output=True, check=True
        )


def bundled(source: Path | str) -> bytes:
    """A script and all that it imports, as one classic script in plain ASCII."""
    made = subprocess.run(["esbuild", str(source), *options()], cwd=SOURCE, capture_output=True, check=True)
    return made.stdout


@cache
def options() -> list[str]:
    """With the script of the worker, which the page has as a text."""
    packages()
    made = subprocess.run(["esbuild", "src/sealed/stretch.ts", *OPTIONS], cwd=SOURCE, capture_output=True, check=True)
    return [*OPTIONS, f"--define:STRETCHER={json.dumps(made.stdout.decode('ascii'))}"]


def script() -> bytes:
    """READER.JS: one classic script, plain ASCII."""
    return bundled("src/main.ts")


def page(*, sealed: bool = False) -> bytes:
    """READER.HTM: its style is part of it, and the page names the digest of the one style that it may have."""
    css = (SOURCE / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    values = {"css": css, "style": f"sha256-{digest}"} | (_SEALED if sealed else _PLAIN)
    return Template((SOURCE / "page.html").read_text("utf-8")).substitute(values).encode()


def check_types() -> str:
    """What TypeScript finds wrong; empty if nothing is."""
    packages()
    return subprocess.run(["tsc", "-p", "."], cwd=SOURCE, capture_output=True, text=True, check=False).stdout


def main() -> None:
    wrong = check_types()
    if wrong:
        sys.exit(wrong)
    (SHIPPED / "READER.JS").write_bytes(script())
    (SHIPPED / "READER.HTM").write_bytes(page())
    (SHIPPED / "SEALREAD.HTM").write_bytes(page(sealed=True))


if __name__ == "__main__":
    main()
