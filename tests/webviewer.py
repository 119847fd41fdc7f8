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


def script() -> bytes:
    """READER.JS: one classic script, plain ASCII, with the one of its workers as a text in it."""
    worker = _bundled("src/body/worker.ts")
    return _bundled("src/main.ts", f"--define:WORKER={json.dumps(worker.decode('ascii'))}")


def _bundled(source: str, *more: str) -> bytes:
    return subprocess.run(["esbuild", source, *OPTIONS, *more], cwd=SOURCE, capture_output=True, check=True).stdout


def page() -> bytes:
    """READER.HTM: its style is part of it, and the page names the digest of the one style that it may have."""
    css = (SOURCE / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    return Template((SOURCE / "page.html").read_text("utf-8")).substitute(css=css, style=f"sha256-{digest}").encode()


def check_types() -> str:
    """What TypeScript finds wrong; empty if nothing is."""
    return subprocess.run(["tsc", "-p", "."], cwd=SOURCE, capture_output=True, text=True, check=False).stdout


def main() -> None:
    LOOKS.write_bytes(looks())
    wrong = check_types()
    if wrong:
        sys.exit(wrong)
    (SHIPPED / "READER.JS").write_bytes(script())
    (SHIPPED / "READER.HTM").write_bytes(page())


if __name__ == "__main__":
    main()
