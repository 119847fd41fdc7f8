"""No option makes an image break its IOD: dciodvfy's errors in a written file are also in its source."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import shutil
import subprocess

from pydicom import dcmread
import pytest

from builder.check.checks.iod import VALIDATOR
from builder.deidentify.policy import NO_DATES, Option
from tests import scans
from tests.builder.write import enhanced
from tests.conftest import build_bundle

_KEPT = (Option.PATIENT, Option.DEVICE, Option.UIDS, Option.SAFE_PRIVATE, Option.INSTITUTION, Option.DESCRIPTORS)
_EVERYTHING = [option.label for option in _KEPT]


def errors(path: Path) -> frozenset[str]:
    """dciodvfy's errors: the attribute and the problem, without quoted values."""
    ran = subprocess.run([VALIDATOR, str(path)], capture_output=True, check=False)
    lines = (ran.stdout + ran.stderr).decode("utf-8", "replace").splitlines()
    return frozenset(line.partition(" = <")[0] for line in lines if line.startswith("Error - "))


@pytest.mark.parametrize("names", [[NO_DATES], [Option.FULL_DATES.label, *_EVERYTHING], [NO_DATES, *_EVERYTHING]])
def test_no_option_makes_an_image_break_its_iod(many_scans: Path, tmp_path: Path, names: list[str]):
    if shutil.which(VALIDATOR) is None:
        assert not scans.in_ci(), "dciodvfy is not installed"
        pytest.skip("dciodvfy is not installed")
    built = build_bundle(
        tmp_path, many_scans, deidentify=frozenset(names), check=False, look_into_pictures=False
    )  # fmt: skip
    one_of_each_folder = {source.parent: (source, built.drive / path) for path, source in built.outcome.written.items()}
    pairs = [*one_of_each_folder.values()]
    with ThreadPoolExecutor(2) as executor:
        before, after = (list(executor.map(errors, paths)) for paths in zip(*pairs, strict=True))
    assert len(pairs) > 20
    added = {pair[0].name: new - old for pair, old, new in zip(pairs, before, after, strict=True) if new - old}
    assert added == {}


@pytest.mark.parametrize(
    "names",
    [[], [NO_DATES], [Option.FULL_DATES.label, *_EVERYTHING], [Option.DEVICE.label]],
    ids=["default", "no dates", "everything", "device"],
)
@pytest.mark.parametrize(
    "write", [enhanced.write_mr, enhanced.write_asl, enhanced.write_metabolite_map, enhanced.write_ct]
)
def test_an_enhanced_object_keeps_what_its_macros_require(tmp_path: Path, write, names: list[str]):
    if shutil.which(VALIDATOR) is None:
        assert not scans.in_ci(), "dciodvfy is not installed"
        pytest.skip("dciodvfy is not installed")
    source = write(tmp_path / "scans" / "E1")
    built = build_bundle(tmp_path, tmp_path / "scans", deidentify=frozenset(names), look_into_pictures=False)
    (path,) = (built.drive / "DICOM").rglob("IM*")
    assert errors(path) - errors(source) == frozenset()
    content = path.read_bytes()
    assert not any(name in content for name in (b"Quillfeather", b"QUILLFEATHER", b"by Ivo", b"of Ivo"))


def test_what_replaces_a_required_text_says_so(tmp_path: Path):
    enhanced.write_mr(tmp_path / "scans" / "E1")
    built = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    (path,) = (built.drive / "DICOM").rglob("IM*")
    image = dcmread(path)
    shared = image.SharedFunctionalGroupsSequence[0]
    receive, transmit = shared.MRReceiveCoilSequence[0], shared.MRTransmitCoilSequence[0]
    assert (receive.ReceiveCoilName, receive.ReceiveCoilManufacturerName) == ("REMOVED", "")
    assert (transmit.TransmitCoilName, transmit.TransmitCoilManufacturerName) == ("REMOVED", "")
    assert [element.MultiCoilElementName for element in receive.MultiCoilDefinitionSequence] == ["REMOVED"] * 2
    rates = shared.MRTimingAndRelatedParametersSequence[0].SpecificAbsorptionRateSequence
    terms = [rate.SpecificAbsorptionRateDefinition for rate in rates]
    assert terms == ["IEC_WHOLE_BODY", "IEC_LOCAL", "SMR_B1RMS", "OTHER"]
    assert shared.MRDiffusionSequence[0].DiffusionDirectionality == "BMATRIX"
    index = image.DimensionIndexSequence[2]
    assert (index.DimensionIndexPointer, index.DimensionIndexPrivateCreator) == (
        0x2005106E,
        "Philips MR Imaging DD 001",
    )


def test_evidence_of_references_meets_what_it_refers_to(tmp_path: Path):
    enhanced.write_mr(tmp_path / "scans" / "E1")
    built = build_bundle(tmp_path, tmp_path / "scans", look_into_pictures=False)
    (path,) = (built.drive / "DICOM").rglob("IM*")
    image = dcmread(path)
    evidence = image.ReferencedImageEvidenceSequence[0]
    series = evidence.ReferencedSeriesSequence[0]
    referred = (
        evidence.StudyInstanceUID, series.SeriesInstanceUID, series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID,
    )  # fmt: skip
    assert referred == (image.StudyInstanceUID, image.SeriesInstanceUID, image.SOPInstanceUID)
