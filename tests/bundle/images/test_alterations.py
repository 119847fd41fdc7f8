"""The words for alterations of pixels, and indexes that know nothing of them."""

from pathlib import Path
import shutil

import pytest

from bundle.images import alterations
from bundle.index.index import Catalog
from bundle.index.schema import ADDED
from tests.builder.check.damaging import edit_index
from tests.conftest import Built


def test_every_alteration_is_found_again_in_what_a_file_says():
    done = [
        alterations.text_masked(312, 262144),
        alterations.kept_with_text(),
        alterations.bits_cleared(12),
        alterations.padding_rewritten((63536, 63536), (0, 0)),
        alterations.padding_rewritten((-2000, -3000), (-1024, -1030)),
    ]
    text = alterations.joined(done)
    assert alterations.split(text) == done
    assert text.endswith("padding -3000 to -2000 rewritten as -1030 to -1024")
    assert len(text) <= 1024  # PS3.5 6.2: ST


@pytest.mark.parametrize("text", ["text masked", "Quillfeather; text masked, 1 of 2 pixels", "; "])
def test_other_words_are_refused(text: str):
    with pytest.raises(ValueError):
        alterations.split(text)


def test_an_index_without_the_later_columns_opens(small_bundle: Built, tmp_path: Path):
    root = tmp_path / "stick"
    shutil.copytree(small_bundle.drive, root)
    edit_index(*(f"ALTER TABLE {table} DROP COLUMN {name}" for table, names in ADDED.items() for name in names))(root)
    with Catalog(root) as catalog:
        series = catalog.studies()[0].series[0]
        frames = catalog.frames(series.stacks[0].stack_id)
    assert (series.images_left_out, series.stacks[0].units, series.stacks[0].voi_lut_function) == (0, "", "LINEAR")
    assert {(frame.altered, frame.voi_lut_function, frame.pixel_padding_value) for frame in frames} == {("", "", None)}
