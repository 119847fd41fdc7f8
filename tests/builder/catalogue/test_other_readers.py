"""Orthanc and GDCM read a bundle of real scans, and find every instance that DCMTK and pydicom find (test_dicomdir)."""

from collections.abc import Callable, Iterator
import json
from pathlib import Path
import re
import shutil
import socket
import subprocess
import time
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from pydicom import dcmread
from pydicom.fileset import FileSet
import pytest

from tests import scans

SECONDS = 60
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def named(many_bundle) -> dict[str, Path]:
    """SOP Instance UID -> file, as the DICOMDIR names them."""
    file_set = FileSet(many_bundle.drive / "DICOMDIR")
    return {instance.ReferencedSOPInstanceUIDInFile: Path(instance.path) for instance in file_set}


def needs(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        if scans.in_ci():
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """A separate server with an empty store, queried over HTTP."""
    program, store = needs("Orthanc"), tmp_path_factory.mktemp("orthanc")
    port = free_port()
    settings = {
        "StorageDirectory": str(store), "IndexDirectory": str(store), "HttpPort": port, "DicomServerEnabled": False,
        "RemoteAccessAllowed": False, "AuthenticationEnabled": False, "Plugins": [], "OverwriteInstances": False,
    }  # fmt: skip
    (store / "settings.json").write_text(json.dumps(settings))

    def ask(path: str, content: bytes | None = None) -> Any:
        with urlopen(Request(f"http://127.0.0.1:{port}{path}", data=content), timeout=SECONDS) as answer:
            body = answer.read()
        return body if "/frames/" in path else json.loads(body)

    with subprocess.Popen(
        [program, str(store / "settings.json")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait_for(lambda: ask("/system"), server)
            yield ask
        finally:
            server.terminate()
            server.wait(SECONDS)


def wait_for(try_it: Callable[[], object], server: subprocess.Popen[bytes]) -> None:
    for _ in range(10 * SECONDS):
        try:
            try_it()
            return
        except URLError:
            assert server.poll() is None, "Orthanc ended"
            time.sleep(0.1)
    pytest.fail("Orthanc does not answer")


def test_orthanc_takes_every_instance_that_the_directory_names(orthanc, named, many_bundle):
    for uid, path in named.items():
        answer = orthanc("/instances", path.read_bytes())
        assert answer["Status"] == "Success", (uid, answer)
    stored = orthanc("/statistics")
    outcome = many_bundle.outcome
    masks = {path.parent for path in named.values() if dcmread(path, stop_before_pixels=True).Modality == "SEG"}
    instances, series = outcome.instances + outcome.segmentations, outcome.series + len(masks)
    assert (stored["CountInstances"], stored["CountSeries"]) == (instances, series)
    assert (stored["CountStudies"], stored["CountPatients"]) == (outcome.studies, outcome.patients)
    found = orthanc("/instances?expand")
    assert {instance["MainDicomTags"]["SOPInstanceUID"] for instance in found} == set(named)
    compare_pixels(orthanc, found, named)


def compare_pixels(orthanc: Ask, found: list[dict[str, Any]], named: dict[str, Path]) -> None:
    """Orthanc shows the content of each file: the first frame, byte by byte."""
    for instance in found:
        dataset = dcmread(named[instance["MainDicomTags"]["SOPInstanceUID"]])
        if dataset.Modality == "SEG":  # its bits come as bytes
            continue
        length = dataset.Rows * dataset.Columns * dataset.BitsAllocated // 8
        frame = orthanc(f"/instances/{instance['ID']}/frames/0/raw")
        assert frame[:length] == dataset.PixelData[:length]


def test_gdcm_finds_every_instance(named, many_bundle):
    scanner = [needs("gdcmscanner"), "-r", "-p", "-t", "0008,0018", "-d", str(many_bundle.drive / "DICOM")]
    told = subprocess.run(scanner, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"-> \[?(2\.25\.\d+)", told)) == set(named)


def test_gdcm_reads_the_directory(named, many_bundle):
    told = subprocess.run(
        [needs("gdcmdump"), str(many_bundle.drive / "DICOMDIR")], capture_output=True, text=True, check=True
    ).stdout
    ids = {line.split("[")[1].split("]")[0].strip() for line in told.splitlines() if "(0004,1500)" in line}
    assert ids == {path.relative_to(many_bundle.drive).as_posix().replace("/", "\\") for path in named.values()}
