"""The kinds of content: which SOP Classes they are, by the standard's names, and that every step knows every kind."""

import ast
from pathlib import Path
import re

import numpy as np
from pydicom import dcmread
from pydicom.uid import RTStructureSetStorage, SecondaryCaptureImageStorage, SegmentationStorage, UID_dictionary
import pytest

import builder
from builder.content import ENHANCED, PET, ContentKind, content_of, modality_of
from builder.write.readback import read_written
from tests import scans

ROOT = Path(builder.__file__).parent
STEPS = {"scan/scan.py", "write/write.py", "write/readback.py", "catalogue/index.py"}
NAME = re.compile("(Enhanced|LegacyConvertedEnhanced)?(CT|MR|PET|PositronEmissionTomography)ImageStorage")
MODALITIES = {"CT": "CT", "MR": "MR", "PET": "PT", "PositronEmissionTomography": "PT"}  # PS3.3 C.7.3.1.1.1


def test_images_are_the_sop_classes_of_ct_mr_and_pet_as_the_standard_names_them():
    named = {uid: NAME.fullmatch(about[4]) for uid, about in UID_dictionary.items()}
    images = {uid: found for uid, found in named.items() if found}
    assert len(images) == 9
    assert {uid: modality_of(uid) for uid in UID_dictionary if modality_of(uid)} == {
        uid: MODALITIES[found[2]] for uid, found in images.items()
    } | {SegmentationStorage: "SEG", RTStructureSetStorage: "SEG"}
    assert {uid: content_of(uid) for uid in UID_dictionary if content_of(uid)} == dict.fromkeys(
        images, ContentKind.IMAGES
    ) | dict.fromkeys((SegmentationStorage, RTStructureSetStorage), ContentKind.SEGMENTATIONS)
    assert {uid for uid, found in images.items() if found[1]} == ENHANCED
    assert images[PET][0] == "PositronEmissionTomographyImageStorage"


def matches(path: Path) -> list[ast.Match]:
    """The places of a module that treat the kinds differently."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return [node for node in nodes if isinstance(node, ast.Match) and "ContentKind." in ast.unparse(node)]


def test_every_step_that_treats_kinds_differently_is_checked_for_all_of_them_and_named_in_the_recipe():
    found = {path.relative_to(ROOT).as_posix(): matches(path) for path in ROOT.rglob("*.py")}
    steps = {path: places for path, places in found.items() if places}
    assert set(steps) == STEPS
    for place in (place for places in steps.values() for place in places):
        assert ast.unparse(place.cases[-1]).endswith("assert_never(content)")
    recipe = next(line for line in Path("CONTRIBUTING.md").read_text().splitlines() if "builder/content.py" in line)
    architecture = Path("docs/architecture.md").read_text()
    assert [step for step in STEPS if f"`{step}`" not in recipe or f"`{step}`" not in architecture] == []


def header_of(path: Path) -> bytes:
    """Everything of a file up to its pixels."""
    pixels = dcmread(path).PixelData
    return path.read_bytes()[: -len(pixels)]


def test_no_record_is_made_of_a_file_of_a_kind_that_is_never_written(tmp_path):
    dataset = scans.ct_slice(np.zeros((2, 2)), (0, 0, 0), 1)
    header = header_of(scans.save(dataset, tmp_path / "ct", whole=True))
    assert read_written("DICOM/A", header, 1000, "digest").content is ContentKind.IMAGES
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    with pytest.raises(ValueError, match="no bundle has"):
        read_written("DICOM/A", header_of(scans.save(dataset, tmp_path / "capture", whole=True)), 1000, "digest")
