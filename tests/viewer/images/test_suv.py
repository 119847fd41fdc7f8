"""SUV by body weight: by the formula, for all times and doses; and what lacks is named."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
import pytest

from bundle.index.records import NO_UPTAKE, Series, Stack, Uptake
from viewer.images.suv import suv_of

GIVEN = Uptake(71.5, 312e6, 6586.2, "20190304233000", "20190305003000.500000")
STACK = Stack(
    1, 1, 4, 4, 16, 16, 0, "MONOCHROME2", None, None, None, None, None, None, 0.0, False, "", "", (1.0, 2.0), 0,
    units="Bq/ml",
)  # fmt: skip


def series(uptake: Uptake, modality: str = "PT") -> Series:
    return Series(1, "2.25.1", modality, 1, "", 1, (), uptake=uptake)


def test_a_known_value():
    """80 kg, 400 MBq, two half-lives: the dose at the scan is 100 MBq, so that 1 Bq/ml is 0.0008 SUV."""
    uptake = Uptake(80.0, 400e6, 3600.0, "20190304080000", "20190304100000")
    assert suv_of(series(uptake), STACK).factor == pytest.approx(0.0008, rel=1e-12)


@given(st.floats(1, 300), st.floats(1e6, 1e10), st.floats(60, 1e6), st.integers(0, 86_399), st.integers(0, 80_000))
def test_the_formula_holds_over_midnight_with_and_without_dates(weight, dose, half_life, start, waited):
    def text(second: int, day: str = "") -> str:
        return f"{day}{second // 3600 % 24:02d}{second // 60 % 60:02d}{second % 60:02d}"

    end = start + waited
    left = dose * 0.5 ** (waited / half_life)
    if not left:
        late = Uptake(weight, dose, half_life, text(start), text(end % 86_400))
        assert suv_of(series(late), STACK).lacks == ("times that fit each other",)
        return
    wanted = 1000 * weight / left
    days = ("20240228", "20240229" if end >= 86_400 else "20240228")
    for one_day, other_day in (days, ("", days[1]), ("", "")):
        uptake = Uptake(weight, dose, half_life, text(start, one_day), text(end % 86_400, other_day))
        assert suv_of(series(uptake), STACK).factor == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"patient_weight": None}, "weight of the patient"), ({"injected_dose": None}, "injected dose"),
        ({"half_life": None}, "half-life"), ({"injected": ""}, "time of injection"),
        ({"decay_corrected_to": ""}, "time to which decay is corrected"),
        ({"injected": "20190306000000"}, "times that fit each other"),
        ({"injected": "20190231000000"}, "times that fit each other"),
    ],
)  # fmt: skip
def test_what_lacks_is_named_and_there_is_no_factor(change, word):
    found = suv_of(series(GIVEN._replace(**change)), STACK)
    assert (found.factor, found.lacks) == (None, (word,))


def test_the_inputs_are_said_as_the_files_state_them():
    assert suv_of(series(GIVEN), STACK).inputs == (
        "71.5 kg", "312 MBq", "injected 23:30:00", "decay corrected to 00:30:00", "half-life 109.8 min",
    )  # fmt: skip


def test_other_units_and_other_modalities_have_no_suv():
    assert suv_of(series(GIVEN), replace(STACK, units="counts")).lacks == ("values in Bq/ml",)
    assert suv_of(series(GIVEN), replace(STACK, units="g/ml")) is None
    assert suv_of(series(NO_UPTAKE, "CT"), STACK) is None
