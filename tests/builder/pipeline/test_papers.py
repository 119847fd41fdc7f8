"""README.TXT, INDEX.HTM, MANUAL.PDF and the report say what was done, under every set of options."""

from itertools import product
from pathlib import Path
import re
import subprocess

from pydicom import dcmread
import pytest

from builder.catalogue.cleaning import CleaningStated, Method, cleaning_of, together
from builder.catalogue.template import CaseLine, languages, template_files
from builder.check import check_bundle, inspect_bundle
from builder.check.checks.papers.claims import CLAIMS
from builder.cli import report
from builder.cli.check_page import html_report
from builder.deidentify import NO_DATES, Identity, Option, Policy, clean
from builder.pipeline.catalogue_files import said_of_cleaning
from builder.plan import TimeShift
from builder.traits import Stated
from builder.write.stated import stated_in
from tests import scans
from tests.builder.catalogue.test_dicomdir import written
from tests.builder.key.studies import write_study
from tests.conftest import Built, build_bundle

DATES = {
    Option.MODIFIED_DATES.label: ("MODIFIED", "113107", "are shifted by an unknown amount", "verschoben"),
    Option.FULL_DATES.label: ("UNMODIFIED", "113106", "are kept as they were", "unverändert erhalten"),
    NO_DATES: ("REMOVED", None, "All dates and times are removed", "Alle Daten und Zeiten sind entfernt"),
}
# Option -> its code, what the papers say with it, and without it.
SAID = {
    Option.PATIENT.label: ("113108", "the like of patients are kept", "weight of patients are removed"),
    Option.DEVICE.label: ("113109", "numbers of devices are kept", "numbers of devices are removed"),
    Option.UIDS.label: ("113110", "(UIDs) of the scans are kept", "(UIDs) of the scans are replaced"),
    Option.SAFE_PRIVATE.label: ("113111", "numbers of a reviewed list are kept", "of manufacturers are removed"),
    Option.INSTITUTION.label: ("113112", "departments of hospitals are kept", "addresses of hospitals are removed"),
    Option.DESCRIPTORS.label: ("113105", "descriptions keep the words", "descriptions and other free text are removed"),
}
PLATFORMS = ("win64", "linux64")


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"(?m)^ *- ", " ", text))


def page_of(content: bytes) -> str:
    return flat(re.sub("<[^>]*>", " ", content.decode("utf-8-sig")))


def manual_of(content: bytes, folder: Path) -> str:
    """The text behind the manual's own page, as poppler reads it."""
    (folder / "manual.pdf").write_bytes(content)
    command = ["pdftotext", "-f", "2", "-layout", folder / "manual.pdf", "-"]
    return flat(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def papers(cleaning: CleaningStated, folder: Path, language: str = "en") -> dict[str, str]:
    """The papers of a medium whose images say this, in one line each."""
    lines = [CaseLine("CASE-001", "P-A", 1, 1)]
    files = template_files(lines, PLATFORMS, version="1", language=language, cleaning=cleaning)
    return {
        "README.TXT": flat(files["README.TXT"].decode("utf-8-sig")),
        "INDEX.HTM": page_of(files["INDEX.HTM"]),
        "MANUAL.PDF": manual_of(files["MANUAL.PDF"], folder),
    }


def papers_on(built: Built, folder: Path, language: str = "en") -> dict[str, str]:
    """Those on the medium, and the manual, which is only there beside a viewer and made of the same."""
    return papers(built.outcome.cleaning, folder, language) | {
        "README.TXT": flat((built.drive / "README.TXT").read_text("utf-8-sig")),
        "INDEX.HTM": page_of((built.drive / "INDEX.HTM").read_bytes()),
    }


EVERY = [
    (dates, frozenset(name for name, wanted in zip(SAID, chosen, strict=True) if wanted))
    for dates in DATES
    for chosen in product((False, True), repeat=len(SAID))
]
# With and without each option, under each rule for dates.
_HALF = set(list(SAID)[::2])
SOME = [(dates, chosen) for dates, chosen in EVERY if chosen in (set(), set(SAID), _HALF, set(SAID) - _HALF)]


def check_true(texts: dict[str, str], dates: str, chosen: frozenset[str]) -> set[str]:
    """Every paper says just what these options do; returns their codes."""
    _, code, said_of_dates, _ = DATES[dates]
    stated = {"113100", *filter(None, [code]), *(SAID[name][0] for name in chosen)}
    for name, text in texts.items():
        where = f"{name} with {dates} {sorted(chosen)}"
        assert set(re.findall(r"\b11310\d\b|\b11311\d\b", text)) == stated, where
        assert [said for said in (words[2] for words in DATES.values()) if said in text] == [said_of_dates], where
        for option, (_, kept, removed) in SAID.items():
            assert (kept in text, removed in text) == (option in chosen, option not in chosen), where
    return stated


@pytest.fixture(scope="module")
def one_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return scans.write_series(tmp_path_factory.mktemp("one image"), slices=1)


def test_the_papers_are_true_under_every_set_of_options(tmp_path):
    source = scans.ct_slice(scans.np.zeros((4, 4), "<i2"), (0, 0, 0), 1)
    for dates, chosen in EVERY:
        identity = Identity(
            "P-A", "2.25.1", "2.25.2", "2.25.3", TimeShift(86_400), b"secret", Policy.of({dates, *chosen})
        )
        image = written(1)[0]._replace(stated=stated_in(clean(source, identity)))
        check_true(papers(said_of_cleaning([image]), tmp_path), dates, chosen)


def test_weight_and_size_that_stay_for_suv_are_not_said_to_be_removed(tmp_path):
    """No code of CID 7050 stands for them: the attributes themselves tell."""
    source = scans.write_series(
        tmp_path / "scans", 1, lambda dataset, _: dataset.update({"PatientWeight": "71", "PatientSex": "F"})
    )
    built = build_bundle(tmp_path, source, deidentify=frozenset({Option.SUV.label}), look_into_pictures=False)
    for text in papers_on(built, tmp_path).values():
        assert "weight, size and sex of patients are kept, to compute SUV" in text
        assert "weight of patients are removed" not in text and "the like of patients" not in text
    assert [found.check for found in check_bundle(built.drive)] == ["viewer.none"]


def test_the_papers_on_a_medium_are_compared_with_its_files(one_image, tmp_path):
    """As pydicom reads them, and as the check does."""
    for number, (dates, chosen) in enumerate(SOME):
        work = tmp_path / str(number)
        built = build_bundle(work, one_image, deidentify=chosen | {dates}, look_into_pictures=False)
        (path,) = (built.drive / "DICOM").rglob("IM*")
        image = dcmread(path)
        stated = check_true(papers_on(built, work), dates, chosen)
        assert image.LongitudinalTemporalInformationModified == DATES[dates][0]
        assert {item.CodeValue for item in image.DeidentificationMethodCodeSequence} == stated
        assert [found.check for found in check_bundle(built.drive)] == ["viewer.none"]
        lines = "\n".join(report.lines(built.outcome, whole=False))
        assert set(re.findall(r"By (\d{6}) ", lines)) == stated
    assert number == 11


@pytest.mark.parametrize("dates", DATES)
def test_the_german_papers_speak_of_the_dates_in_force(one_image, tmp_path, dates):
    built = build_bundle(tmp_path, one_image, deidentify=frozenset({dates}), language="de")
    for text in papers_on(built, tmp_path, "de").values():
        said = [words[3] for words in DATES.values() if words[3] in text]
        assert said == [DATES[dates][3]]
    assert not [found for found in check_bundle(built.drive) if found.severity != "hint"]


def test_what_holds_for_some_images_is_said_with_their_number(one_image, tmp_path):
    """A stick to which scans were added under other options."""
    build_bundle(tmp_path, one_image, look_into_pictures=False)
    more = write_study(tmp_path / "more", patient=2, images=2)
    options = frozenset({Option.FULL_DATES.label, Option.INSTITUTION.label})
    built = build_bundle(tmp_path, more, add=True, deidentify=options, look_into_pictures=False)
    assert len(list((built.drive / "DICOM").rglob("IM*"))) == 3
    for text in papers_on(built, tmp_path).values():
        assert "In 1 of 3 images: All dates and times are shifted by an unknown amount" in text
        assert "In 2 of 3 images: All dates and times of the examinations are kept" in text
        assert "In 2 of 3 images: The names, addresses and departments of hospitals are kept." in text
        assert "113112 Retain Institution Identity Option (2 of 3 images)" in text
        assert "of 3 images: The names of physicians" not in text
    assert "By 113112 Retain Institution Identity Option (2 of 3 images)" in "\n".join(
        report.lines(built.outcome, whole=False)
    )
    assert [found for found in check_bundle(built.drive) if found.severity == "error"] == []


def test_a_build_that_would_be_made_says_which_methods_are_in_force(one_image, tmp_path):
    built = build_bundle(tmp_path, one_image, dry_run=True, deidentify=frozenset({NO_DATES, Option.UIDS.label}))
    lines = report.lines(built.outcome, whole=False)
    assert [line for line in lines if line.startswith("  By ")] == [
        "  By 113100 Basic Application Confidentiality Profile", "  By 113110 Retain UIDs Option",
    ]  # fmt: skip


@pytest.mark.parametrize("language", languages())
def test_the_checker_knows_every_sentence_that_a_paper_may_hold(language):
    """In its own words: the papers of all sentences at once hold no other."""
    claims = dict.fromkeys(_sentences(), 7)
    made = template_files([], PLATFORMS, version="1", language=language, cleaning=CleaningStated(7, (), claims))
    text = flat(made["README.TXT"].decode("utf-8-sig"))
    place = languages().index(language)
    known = [claim.words[place] for claim in CLAIMS if not claim.earlier]
    assert len(known) == len(claims) and [words for words in known if words not in text] == []


def _sentences() -> list[str]:
    import tomllib

    import bundle_template

    words = tomllib.loads((Path(bundle_template.__file__).parent / "WORDS.TOML").read_text("utf-8"))
    return [name for name in words["privacy"] if name != "some"]


@pytest.mark.parametrize("language", languages())
def test_pages_behind_the_manual_can_be_read_by_other_programs(tmp_path, language):
    methods = [Method("113100", "Basic (with brackets) and \\", 3)]
    many = CleaningStated(1234567, methods, dict.fromkeys(_sentences(), 3))
    made = template_files([], ["win64"], version="1", language=language, cleaning=many)["MANUAL.PDF"]
    text = manual_of(made, tmp_path)
    assert "Basic (with brackets) and \\" in text
    assert ("Gesichter sind nicht entfernt" in text) == (language == "de")
    facts = subprocess.run(["pdfinfo", tmp_path / "manual.pdf"], check=True, capture_output=True, text=True)
    assert "Pages:           2" in facts.stdout and not facts.stderr
    pictures = subprocess.run(
        ["pdftoppm", "-r", "20", "-gray", tmp_path / "manual.pdf"], check=True, capture_output=True
    )
    assert pictures.stdout.count(b"P5\n") == 2 and not pictures.stderr


def test_sums_over_several_media():
    first = CleaningStated(2, [Method("113100", "Basic", 2)], {"identity": 2, "masked": 1})
    second = CleaningStated(3, [Method("113100", "Basic", 3), Method("113101", "Pixels", 1)], {"identity": 3})
    both = together([first, second])
    assert (both.images, dict(both.claims)) == (5, {"identity": 5, "masked": 1})
    assert both.methods == [Method("113100", "Basic", 5), Method("113101", "Pixels", 1)]
    assert cleaning_of([], {}) == CleaningStated(0, [], {}) and Stated().methods == ()


@pytest.mark.parametrize("dates", DATES)
def test_the_page_of_a_check_says_of_dates_what_the_files_say(one_image, tmp_path, dates):
    built = build_bundle(tmp_path, one_image, deidentify=frozenset({dates}), look_into_pictures=False, check=False)
    page = html_report(inspect_bundle(built.drive))
    said = {"MODIFIED": "(moved)", "UNMODIFIED": "(not moved)", "REMOVED": ""}
    assert re.findall(r"\((?:not )?moved\)", page) == [*filter(None, [said[DATES[dates][0]]])]
