"""Values that many images share are searched once: wherever an original stands first, that image is found."""

from pathlib import Path
import pickle
import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian
import pytest

from builder.check import Original, Originals
from builder.check.originals.proof import pile
from builder.check.originals.proof.images import search_images

# Only the first of these numbers is an original; the others differ from it by one byte.
NUMBERS = tuple(f"MRN-7731{last}" for last in "012")
ORIGINALS = pickle.dumps(Originals(frozenset({Original("id", "PatientID", NUMBERS[0])})))
# Short and long values, private ones, nested ones, and the last before the pixels.
PLACES = ("StudyDescription", "SeriesDescription", 0x00191010, 0x00191011, "items", "ImageComments", 0x7FDF1010)


def write_image(path: Path, person: str, values: tuple[int, ...]) -> None:
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID, made.PatientID = CTImageStorage, "2.25.7", person
    for place, which in zip(PLACES, values, strict=True):
        if place == "items":
            made.RequestAttributesSequence = [Dataset(), Dataset()]
            made.RequestAttributesSequence[1].ScheduledProcedureStepDescription = NUMBERS[which]
        elif isinstance(place, int):
            made.add_new(place & 0xFFFF0000 | 0x10, "LO", "MAKER")
            made.add_new(place, "UT" if place % 2 else "LO", NUMBERS[which])
        else:
            setattr(made, place, NUMBERS[which])
    made.add_new(0x7FE00010, "OW", bytes(8))
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dcmwrite(path, made, enforce_file_format=True)


def first_with(images: list[tuple[str, tuple[int, ...]]]) -> set[int]:
    """The images that show an original in an element that no image of the person right before them had."""
    found, seen, last = set(), set(), ""
    for number, (person, values) in enumerate(images):
        seen = seen if person == last else set()
        new = {place for place, which in zip(PLACES, values, strict=True) if which == 0} - seen
        found |= {number} if new else set()
        seen, last = seen | new, person
    return found


VALUES = st.tuples(*[st.sampled_from([0, 1, 1, 1, 1, 2])] * len(PLACES))
IMAGES = st.lists(st.tuples(st.sampled_from("AAAB"), VALUES), min_size=2, max_size=7)


@pytest.mark.parametrize("kept", [pile._MOST_KEPT, 8], ids=["all known", "known ones forgotten"])
@settings(max_examples=60, deadline=None)
@given(images=IMAGES)
def test_an_original_is_found_in_the_first_image_that_has_it_whatever_the_images_share(kept, images):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(pile, "_MOST_KEPT", kept)
        patch.setattr(pile, "_LARGE", pile._LARGE if kept > 8 else 64)
        names = [str(number) for number in range(len(images))]
        for name, (person, values) in zip(names, images, strict=True):
            write_image(Path(folder, name), person, values)
        found = {int(path) for path in search_images(Path(folder), ORIGINALS, names, ()).found}
    assert first_with(images) <= found
    assert found <= {number for number, (_, values) in enumerate(images) if 0 in values}
