"""The check of media that this version did not make: foreign discs, and bundles of earlier and later versions."""

from pathlib import Path
import shutil
import subprocess

from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file
import pytest

from builder.check import Reach, check_bundle, inspect_bundle
from builder.cli.check_page import html_report
from builder.cli.report import check_lines
from tests import scans
from tests.builder.catalogue.test_other_readers import needs
from tests.builder.check.damaging import add_file, edit_bytes, edit_index
from tests.conftest import build_bundle

# Native CT and MR, JPEG, and a report without pixels, Study Date and Patient ID.
SOURCES = ("CT_small.dcm", "MR_small.dcm", "SC_rgb_jpeg_dcmtk.dcm", "test-SR.dcm")
BIG_ENDIAN = (b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.2\0")


def put_program(path: Path) -> None:
    path.write_bytes(b"\x7fELF" + path.read_bytes()[4:])


def make_directory(root: Path) -> None:
    make = [needs("dcmmkdir"), "--usb-and-flash-jpeg", "--no-xfer-check", "--recurse", "--invent", "IMAGES"]
    subprocess.run(make, cwd=root, check=True, capture_output=True)


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    """A disc with a viewer and a README, whose DICOMDIR DCMTK made."""
    root = tmp_path / "disc"
    (root / "IMAGES" / "A").mkdir(parents=True)
    for number, name in enumerate(SOURCES):
        shutil.copy(get_testdata_file(name), root / "IMAGES" / "A" / f"I{number}")
    make_directory(root)
    (root / "README.TXT").write_text("Scans of the hospital.\n")
    (root / "VIEWER.EXE").write_bytes(b"MZ viewer of others")
    (root / "HELP").mkdir()
    (root / "HELP" / "INDEX.HTM").write_text("<script>help()</script>")
    return root


def found(root: Path) -> list[str]:
    """The findings besides the one that the medium is foreign."""
    checks = [finding.check for finding in check_bundle(root)]
    assert checks.count("medium.others") == 1
    return [check for check in checks if check != "medium.others"]


def test_a_disc_of_another_maker_gets_only_the_checks_that_apply(disc):
    assert found(disc) == []
    report = inspect_bundle(disc)
    assert report.passed and {"identity.name", "index.absent", "manifest.absent"} <= set(report.not_made)
    assert {"directory.offsets", "dicom.meta", "files.missing"}.isdisjoint(report.not_made)
    assert (report.totals.dicom_files, report.totals.images, report.totals.frames, report.totals.series) == (4, 3, 3, 4)
    assert "by the general rules of DICOM and IHE PDI" in "\n".join(check_lines(report))
    assert "There is no index" in html_report(report)


def test_icons_and_names_in_other_scripts_are_no_fault_of_a_disc_of_others(disc):
    """Icons have pixels before those of the image, and a directory record names its own character set."""
    icon = Dataset()
    icon.Rows = icon.Columns = 4
    icon.add_new(0x7FE00010, "OB", bytes(16))
    dataset = dcmread(disc / "IMAGES/A/I0")
    dataset.SpecificCharacterSet, dataset.PatientName, dataset.IconImageSequence = "ISO_IR 100", "Mühl^Jörg", [icon]
    dataset.save_as(disc / "IMAGES/A/I0")
    make_directory(disc)
    assert "Mühl".encode("latin-1") in (disc / "DICOMDIR").read_bytes()
    assert found(disc) == []
    assert [finding.check for finding in inspect_bundle(disc, reach=Reach(0)).findings] == ["medium.others"]


def test_a_quick_check_of_a_disc_of_others(disc):
    (disc / "VIEWER.EXE").write_bytes(b"MZ" + bytes(10_000_000))
    report = inspect_bundle(disc, reach=Reach(0))
    assert report.passed and report.totals.bytes_read < 1_000_000


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        (lambda root: (root / "IMAGES/A/I0").unlink(), "files.missing"),
        (lambda root: shutil.copy(get_testdata_file("MR_truncated.dcm"), root / "IMAGES/X"), "dicom.structure"),
        (lambda root: scans.save(scans.ct_slice(scans.np.zeros((8, 8)), (0, 0, 0), 1), root / "MORE"), "dicom.meta"),
        (lambda root: (root / "README.TXT").unlink(), "pdi.readme"),
        (lambda root: (root / "AUTORUN.INF").write_text("[autorun]"), "layout.autorun"),
        (lambda root: (root / "DICOMDIR").write_bytes((root / "DICOMDIR").read_bytes()[:-9]), "directory.unreadable"),
        (lambda root: edit_bytes(root / "IMAGES/A/I0", *BIG_ENDIAN), "dicom.transfer_syntax"),
        (lambda root: put_program(root / "IMAGES/A/I1"), "dicom.preamble"),
    ],
)  # fmt: skip
def test_one_broken_thing_on_a_disc_of_others_is_one_finding(disc, damage, check):
    damage(disc)
    assert found(disc) == [check]
    assert not any("build the bundle" in finding.remedy for finding in check_bundle(disc))


def test_a_bundle_of_ours_without_its_lists_is_not_taken_for_a_disc_of_others(small_bundle, tmp_path):
    root = Path(shutil.copytree(small_bundle.drive, tmp_path / "stick"))
    shutil.rmtree(root / "BUNDLE")
    checks = {finding.check for finding in check_bundle(root) if finding.severity == "error"}
    assert checks == {"manifest.absent", "index.absent"}


# Other versions


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return build_bundle(tmp_path, scans.write_series(tmp_path / "scans"), check=False).drive


def errors(root: Path) -> list[str]:
    return [finding.check for finding in check_bundle(root) if finding.severity == "error"]


def test_a_later_version_is_said_and_what_is_known_is_checked(bundle):
    edit_index("UPDATE bundle SET value = '99' WHERE key = 'format_version'", "ALTER TABLE stack ADD COLUMN new")(
        bundle
    )
    add_file("BUNDLE/NEW.DB", b"of a later version")(bundle)
    assert errors(bundle) == ["index.newer"]
    image = next((bundle / "DICOM").rglob("IM000001"))
    image.write_bytes(image.read_bytes()[:-1] + b"x")
    (bundle / "README.TXT").unlink()
    assert errors(bundle) == ["manifest.missing", "manifest.changed", "index.newer"]


def test_a_bundle_from_before_the_table_of_digests_is_right(bundle):
    edit_index("DROP TABLE digest", "VACUUM")(bundle)
    report = inspect_bundle(bundle)
    assert report.passed and "index.digest" in report.not_made
