"""Writes the software bill of materials of a pack: its components and files, as CycloneDX 1.6 in JSON."""

from collections.abc import Iterable
import hashlib
import json
from pathlib import Path
from typing import Any
import uuid

from builder.freeze.licences import Component
from builder.freeze.pyinstaller import TITLE
from bundle import __version__

SBOM = "SBOM.JSON"
# Makes the serial number of a pack from its digest: the same pack has the same number.
_NAMESPACE = uuid.UUID("6c5ab2c5-3f0e-4c0f-9d8a-2f8d41b7b9b4")


def write_sbom(components: Iterable[Component], root: Path, file: Path, digest: str) -> None:
    """List the components, and every file below `root` with its SHA-256; `digest` identifies the pack."""
    parts = [_component(component) for component in components]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, digest)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "viewer", "name": TITLE, "version": __version__}},
        "components": parts + _files(root, file),
    }
    _write(document, file)


def refresh(root: Path, file: Path) -> None:
    """Hash the files of a pack anew after some of them changed."""
    document = json.loads(file.read_text(encoding="utf-8"))
    parts = [component for component in document["components"] if component["type"] != "file"]
    document["components"] = parts + _files(root, file)
    document["version"] += 1
    _write(document, file)


def _files(root: Path, but: Path) -> list[dict[str, Any]]:
    return [_file(path, root) for path in sorted(root.rglob("*")) if path.is_file() and path != but]


def _write(document: dict[str, Any], file: Path) -> None:
    file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _component(component: Component) -> dict[str, Any]:
    listed: dict[str, Any] = {
        "type": "library",
        "bom-ref": f"component/{component.name}",
        "name": component.name,
        "version": component.version,
        "licenses": [{"license": {"name": component.licence}}],
    }
    return listed | ({"purl": component.purl} if component.purl else {})


def _file(path: Path, root: Path) -> dict[str, Any]:
    place = path.relative_to(root).as_posix()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "type": "file",
        "bom-ref": f"file/{place}",
        "name": place,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
