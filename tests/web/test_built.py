"""What is shipped is what `webviewer/` makes, and what the builder puts onto a medium works there."""

import ast
from collections import Counter
import json
from pathlib import Path
import re
from xml.etree import ElementTree

import numpy as np
from pydicom import dcmread
import pytest

from builder.catalogue.web_files import fixed_size, web_files
from builder.pipeline.viewers import Viewers
from bundle import web
from bundle.hanging_file import read_hanging
from bundle.layout import INDEX
from bundle.presets import CT_PRESETS
from bundle.reading.form_file import read_form
from tests import scans, webviewer
from tests.conftest import Built, build_bundle
from tests.web import opened

LARGEST = 800_000
# What makes a text a program: names that could load, send or run something.
FORBIDDEN = re.compile(
    r"\beval\b|new Function|XMLHttpRequest|\bfetch\b|WebSocket|sendBeacon|https?:|import\(|innerHTML"
)


def test_the_shipped_script_and_page_are_those_of_the_source():
    assert (webviewer.SHIPPED / "READER.JS").read_bytes() == webviewer.script()
    assert (webviewer.SHIPPED / "READER.HTM").read_bytes() == webviewer.page()
    assert (webviewer.SHIPPED / "SEALREAD.HTM").read_bytes() == webviewer.page(sealed=True)


def test_the_types_are_right():
    assert webviewer.check_types() == ""


def test_the_script_is_small_and_has_no_word_that_could_load_send_or_run_anything():
    script = (webviewer.SHIPPED / "READER.JS").read_text("ascii")
    assert FORBIDDEN.findall(script) == []
    assert len(script) == (webviewer.SHIPPED / "READER.JS").stat().st_size < LARGEST


def test_what_both_viewers_say_they_say_in_the_same_german_words():
    translated = {}
    for message in ElementTree.parse(webviewer.ROOT / "viewer/ui/translations/viewer_de.ts").iter("message"):
        form = message.find("translation")
        translated[message.findtext("source")] = [part.text for part in form] or form.text
    texts = [webviewer.SOURCE / "src" / name for name in ("languages.ts", "form/german.ts", "sealed/german.ts")]
    source = "".join(path.read_text("utf-8").partition("GERMAN: ")[2] for path in texts)
    pairs = re.findall(r'^  ("(?:[^"\\]|\\.)*"):\s+("(?:[^"\\]|\\.)*"|\[[^\]]*\]),$', source, re.MULTILINE)
    own = {ast.literal_eval(key): ast.literal_eval(value) for key, value in pairs}
    shared = own.keys() & translated.keys()
    assert len(shared) > 80
    assert {text: own[text] for text in shared} == {text: translated[text] for text in shared}


def test_every_text_of_the_page_is_in_both_languages():
    source = "".join(path.read_text("utf-8") for path in sorted((webviewer.SOURCE / "src").rglob("*.ts")))
    german = "".join(part.partition("\n};")[0] for part in source.split("GERMAN: Texts = {")[1:])
    said = set(re.findall(r'\btrn?\(\s*"((?:[^"\\]|\\.)*)"', source)) - {""}
    constants = dict(re.findall(r'const ([A-Z_]+) =\s+"([^"]+)"', source))
    said |= {constants[name] for name in re.findall(r"\btrn?\(([A-Z_]+)\b", source) if name in constants}
    assert len(said) > 60
    assert [text for text in sorted(said) if f'"{text}":' not in german] == []


def test_the_windows_are_those_of_the_viewer():
    source = (webviewer.SOURCE / "src/presets.ts").read_text("utf-8")
    found = re.findall(r'key: "(\d?)", name: "([^"]+)", window: \[(-?\d+), (\d+)\]', source)
    assert [(key, name, (float(center), float(width))) for key, name, center, width in found] == [
        (preset.key, preset.name, preset.window) for preset in CT_PRESETS
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Two people, one of them with slices missing."""
    work = tmp_path_factory.mktemp("web")
    for name, left in (("one", range(6)), ("two", (0, 1, 4, 5))):

        def change(dataset, k, name=name, left=left):
            dataset.PatientID, dataset.StudyInstanceUID = f"MRN-{name}", f"1.2.3.{len(left)}"
            dataset.SeriesInstanceUID = f"1.2.3.{len(left)}.1"
            dataset.SOPInstanceUID = f"1.2.3.{len(left)}.1.{k + 1}"
            dataset.WindowCenter, dataset.WindowWidth = 100, 900

        folder = scans.write_series(work / "scans" / name, change=change, size=96, whole=True)
        for k in set(range(6)) - set(left):
            (folder / f"I{k:03d}").unlink()
    return build_bundle(work, work / "scans", look_into_pictures=False)


def test_a_build_has_the_reader_and_its_check_finds_nothing_wrong_with_it(built):
    assert sorted(path.name for path in (built.drive / "WEB").iterdir()) == sorted(
        path.rpartition("/")[2] for path in web.FILES
    )
    assert [found for found in built.outcome.findings if found.severity == "error"] == []
    listed = (built.drive / "BUNDLE/MANIFEST.TXT").read_text()
    assert Counter(path in listed for path in web.FILES) == {True: 4}
    assert sum((built.drive / path).stat().st_size for path in web.FIXED) == fixed_size() == Viewers().size


def test_equal_builds_have_an_equal_list(built, tmp_path):
    again = build_bundle(tmp_path, built.drive.parent / "scans", look_into_pictures=False)
    assert (again.drive / web.ROWS).read_bytes() == (built.drive / web.ROWS).read_bytes()


def test_nothing_in_the_list_tells_a_blinded_reader_who_or_when_a_patient_was(built):
    blinding = read_form('title = "F"\n[[question]]\nid = "q"\ntext = "Q"\ntype = "yesno"\n')
    hanging = read_hanging('[[rule]]\nlayout = "two"\nprior = true\n')
    files = dict(web_files((built.drive / INDEX).read_bytes(), blinding, hanging=hanging))
    text = files[web.ROWS].decode("ascii")
    for key in ("pseudonym", "date", "before", "acquired"):
        assert f'"{key}":""' in text and f'"{key}":"' not in text.replace(f'"{key}":""', "")
    assert '"number":0,"images"' in text and re.search(r'"number":[^0],"images"', text) is None
    for path in (built.drive / "DICOM").rglob("IM*"):
        image = dcmread(path, stop_before_pixels=True)
        for value in (image.PatientID, image.StudyInstanceUID, image.SOPInstanceUID, image.StudyDate):
            assert str(value) not in text


def test_the_page_of_the_medium_leads_to_the_reader_without_a_script(browser, built):
    browser.open(built.drive / "INDEX.HTM")
    assert browser.run("return document.scripts.length") == 0
    browser.click("a.web")
    browser.wait("return location.pathname.endsWith('/WEB/READER.HTM') && !!document.querySelector('#folder')")


def test_every_slice_of_a_built_medium_has_the_greys_of_its_file(browser, built):
    browser.resize(1366, 768)
    opened.open_medium(browser, built.drive)
    place = opened.fit_to(browser, 96 * 5)
    images = sorted(map(dcmread, (built.drive / "DICOM").rglob("IM*")), key=lambda image: image.ImagePositionPatient[2])
    above = Counter[str]()
    for image in images:
        opened.choose(browser, row_of(built, Path(image.filename)))
        # The last slice lies nearest to the feet.
        opened.press(browser, opened.END, *[opened.ARROW_UP] * above[image.SeriesInstanceUID])
        above[image.SeriesInstanceUID] += 1
        shown = opened.greys(browser)
        left = round(place[2] / 2 - 240)
        # In the middle of each pixel, five of the screen wide, no neighbour is mixed in.
        centres = shown[2::5, left + 2 : left + 480 : 5]
        grey = np.floor((((image.pixel_array - 99.5) / 899 + 0.5) * 255).clip(0, 255) + 0.5)
        assert np.abs(centres.astype(int) - grey).max() <= 1


def row_of(built: Built, image: Path) -> int:
    """The row of an image's series in the list, by the list itself."""
    text = (built.drive / web.ROWS).read_text("ascii")
    cases = json.loads(text[text.index("{") : text.rindex("}") + 1])["cases"]
    folders = [stack["frames"]["folder"] for case in cases for series in case["series"] for stack in series["stacks"]]
    return folders.index(image.parent.relative_to(built.drive).as_posix())
