"""The hanging rule in the browser: the panes, series and windows in which a case opens are those of the viewer."""

from pathlib import Path

import numpy as np
import pytest

from bundle.hanging_file import hanging_on
from bundle.index.index import Catalog
from bundle.reading.form_file import read_form
from tests.browser import Browser
from tests.viewer.bundles import CORONAL, CaseSpec, SeriesSpec, StackSpec
from tests.web import opened
from tests.web.conftest import make_medium
from viewer.entries import all_entries, choose, first_of_prior, others_of_person

SHIFT, PAGE_DOWN, PAGE_UP = "\ue008", "\ue00f", "\ue00e"
# Titles and windows of the panes, as they stand on the screen.
SHOWN = """
return [...document.querySelectorAll('.port')].filter(port => !port.hidden && port.offsetWidth).map(port => {
  const lines = port.querySelector('.bottomRight').innerText.split('\\n');
  return [port.querySelector('.topLeft').innerText.split('\\n')[0], lines[1], lines[lines.length - 1]];
});
"""


def stack(spacing: float, slices: int = 6, orientation=None) -> StackSpec:
    values = np.arange(slices * 16 * 16).reshape(slices, 16, 16) % 200
    places = [(0.0, spacing * k, 0.0) if orientation else (0.0, 0.0, spacing * k) for k in range(slices)]
    return StackSpec(values, places, window=(40.0, 400.0), **({"orientation": orientation} if orientation else {}))


def case(date: str, person: str) -> CaseSpec:
    return CaseSpec(
        [
            SeriesSpec([stack(1.0, 1)], description="scout"),
            SeriesSpec([stack(5.0)], description="chest, axial 5 mm, lung"),
            SeriesSpec([stack(1.0)], description="chest, axial 1 mm, soft"),
            SeriesSpec([stack(1.0)], description="chest, axial 1 mm, lung"),
            SeriesSpec([stack(2.0, orientation=CORONAL)], description="chest, coronal 2 mm"),
        ],
        pseudonym=person,
        date=date,
    )


CASES = [case("20180102", "P-AAAA"), case("20180203", "P-BBBB"), case("20190304", "P-AAAA")]
RULES = {
    "two": '[[rule]]\nwords = ["lung"]\nspacing_to = 2\nwindow = "Lung"\nlayout = "two"\n[[rule]]\nplane = "coronal"\n',
    "four": '[[rule]]\nplane = "coronal"\nwindow = [10, 50]\nlayout = "four"\n[[rule]]\nwords = ["lung"]\n',
    "six": '[[rule]]\nmodality = "CT"\nspacing_from = 4\nlayout = "six"\n',
    "prior": '[[rule]]\nwords = ["lung"]\nlayout = "two"\nprior = true\nwindow = [-600, 1200]\n',
}
FORM = read_form('title = "F"\n[[question]]\nid = "q"\ntext = "Q"\ntype = "yesno"\n')


@pytest.fixture
def medium(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return make_medium(tmp_path / "stick", CASES, hanging=RULES[request.param])


def expected(root: Path, number: int) -> list[tuple[str, str, str]]:
    """The panes of a case as the viewer lays them out: case, title and window of each."""
    hanging = hanging_on(root)
    with Catalog(root) as catalog:
        entries = all_entries(catalog)
        first = choose(entries, hanging, case=f"CASE-{number:03d}")
        rule = hanging.rule_for(first.series, first.stack)
        prior = first_of_prior(entries, first, hanging) if rule is not None and rule.prior else None
        shown = [first, *([] if prior is None else [prior])]
        others = [entry for entry in others_of_person(entries, shown, hanging) if entry.study == first.study]
        shown = [*shown, *others][: min(rule.panes, 4) if rule else 1]
        windows = [hanging.window_for(entry.series, entry.stack) for entry in shown]
        return [
            (entry.study.case, entry.title, f"W {width:g}   C {center:g}".replace("-", "\u2212"))
            for entry, (center, width) in zip(shown, windows, strict=True)
        ]


def shown(browser: Browser) -> list[tuple[str, str, str]]:
    opened.see(browser)
    return [tuple(found) for found in browser.run(SHOWN)]


@pytest.mark.parametrize("medium", RULES, indirect=True)
def test_each_case_opens_in_the_panes_and_windows_of_the_viewer(browser, medium):
    browser.resize(1366, 768)
    opened.open_medium(browser, medium)
    assert shown(browser) == expected(medium, 1)
    for number in (2, 3):
        browser.chord(SHIFT, PAGE_DOWN)
        assert shown(browser) == expected(medium, number)
    six = 'layout = "six"' in (medium / "BUNDLE/HANGING.TXT").read_text()
    assert ("six panes" in browser.text("header")) is six


@pytest.mark.parametrize(("layout", "there"), [("mpr", ".plane"), ("3d", ".body, .stage canvas")])
def test_a_case_opens_as_planes_or_in_3d(browser, tmp_path, layout, there):
    root = make_medium(tmp_path / "stick", CASES[:1], hanging=f'[[rule]]\nlayout = "{layout}"\n')
    opened.open_page(browser, root)
    browser.fill("#folder", str(root))
    browser.wait("return [...document.querySelectorAll(arguments[0])].some(found => found.offsetWidth > 0)", there)
    assert browser.run("return document.querySelector('.panes').hidden || !document.querySelector('.port').offsetWidth")


def test_a_blinded_reader_sees_no_prior_and_the_list_does_not_say_whose_case_it_is(browser, tmp_path):
    root = make_medium(tmp_path / "stick", CASES, FORM, hanging=RULES["prior"])
    assert b'"before":"CASE' not in (root / "WEB/INDEX.JS").read_bytes()
    browser.open(root / "WEB/READER.HTM")
    browser.wait("return !!document.querySelector('#folder')")
    browser.fill("#folder", str(root))
    browser.wait("return !!document.querySelector('.who input')")
    browser.keys(*"R1", "\ue007")
    browser.wait("return !!document.querySelector('.form')")
    browser.run(
        "[...document.querySelectorAll('.form select option')].at(-1).selected = true;"
        "document.querySelector('.form select').dispatchEvent(new Event('change'))"
    )
    first, second = shown(browser)
    assert first == ("Case 3", *expected(root, 3)[0][1:])
    # The other series of the case, not the previous case.
    assert second[0] == "Case 3"
    assert second[1] != first[1]
    opened.forget_answers(browser, root)
