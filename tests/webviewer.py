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
from viewer.scene import cast, raycast, render_presets, sampling, tissue
from viewer.scene.body import _SHARE

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
LOOKS = SOURCE / "src/body/looks.json"
# What differs in the pages of a plain medium and of an encrypted one.
_PLAIN = {"medium": "", "scripts": '<script src="INDEX.JS"></script>\n<script src="FORM.JS"></script>\n'}
_SEALED = {"medium": ' data-medium="sealed"', "scripts": ""}


def looks() -> bytes:
    """looks.json: how the viewer shows a body in 3D, by the viewer's own modules."""
    from vtkmodules.vtkRenderingCore import vtkLight

    window = render_presets.look_of_window((0.0, 1.0))
    # VTK's lights have a colour of their own for what reaches every surface: none, unless it is set.
    ambient = cast._AMBIENT * vtkLight().GetAmbientColor()[0]
    shown = {
        "ct": [
            {"name": look.name, "points": look.points, "maximum": look.maximum, "gloss": look.gloss}
            for look in render_presets.CT_LOOKS
        ],
        "window": [point[1:] for point in window.points],
        "tissue": tissue._POINTS,
        "gloss": window.gloss,
        "sides": [{"letter": side.letter, "toward": side.toward, "up": side.up} for side in render_presets.SIDES],
        "lights": raycast._LIGHTS,
        "material": {"ambient": ambient, "diffuse": cast._DIFFUSE, "sharpness": cast._SHARPNESS_OF_GLOSS},
        "of_mean": sampling._OF_MEAN,
        "of_least": sampling._OF_LEAST,
        "most": sampling._MOST,
        "faces": {
            "of_light": sampling._OF_LIGHT,
            "least": sampling._LEAST,
            "seen": sampling._SEEN,
            "few": sampling._FEW,
            "densest": sampling._DENSEST,
            "looked_at": sampling._LOOKED_AT,
        },
        "share": _SHARE,
    }
    return json.dumps(shown, indent=1).encode() + b"\n"


def packages() -> None:
    """Get the package, if it is not there yet."""
    if not (SOURCE / "node_modules/@noble/hashes/argon2.js").is_file():
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=SOURCE, capture_output=True, check=True
        )


def bundled(source: Path | str) -> bytes:
    """A script and all that it imports, as one classic script in plain ASCII."""
    return _bundled(str(source), *options())


def _bundled(source: str, *options: str) -> bytes:
    return subprocess.run(["esbuild", source, *options], cwd=SOURCE, capture_output=True, check=True).stdout


@cache
def options() -> list[str]:
    """With the scripts of the workers, which the page has as texts."""
    packages()
    workers = {"WORKER": "src/body/worker.ts", "STRETCHER": "src/sealed/stretch.ts"}
    texts = {name: _bundled(source, *OPTIONS).decode("ascii") for name, source in workers.items()}
    return [*OPTIONS, *(f"--define:{name}={json.dumps(text)}" for name, text in texts.items())]


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
    LOOKS.write_bytes(looks())
    wrong = check_types()
    if wrong:
        sys.exit(wrong)
    (SHIPPED / "READER.JS").write_bytes(script())
    (SHIPPED / "READER.HTM").write_bytes(page())
    (SHIPPED / "SEALREAD.HTM").write_bytes(page(sealed=True))


if __name__ == "__main__":
    main()
