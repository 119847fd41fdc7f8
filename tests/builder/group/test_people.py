"""Who is who: every spelling of one name is one patient, different people stay separate, and doubt is reported."""

from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from builder.group.people import people
from builder.group.same_name import same_name, spelled
from builder.plan import Person

BORN = "19530418"
# Letters with marks, and how they are written where there are none.
MARKS = {"ä": ("ae", "a"), "ö": ("oe", "o"), "ü": ("ue", "u"), "ß": ("ss",), "é": ("e",), "ø": ("oe", "o"), "ł": ("l",)}
WORD = st.text(st.sampled_from("bdfgklmnprst") | st.sampled_from([*MARKS, "i", "y"]), min_size=3, max_size=9)


def found(*persons: Person):
    """((key, persons) of each patient, kinds of the notices)."""

    def file_of(person):
        return SimpleNamespace(person=person, study_instance_uid="1.2", folder="")

    patients, notices = people(persons, file_of)
    return [(key, set(members)) for key, _, members in patients], [notice.kind for notice in notices]


@st.composite
def spellings(draw, family: str, first: str) -> str:
    def word(text: str) -> str:
        for mark, plain in MARKS.items():
            if draw(st.booleans()):
                text = text.replace(mark, draw(st.sampled_from(plain)))
        return draw(st.sampled_from([str.upper, str.title, str.lower]))(text)

    parts = [word(family), word(first)]
    if draw(st.booleans()):
        parts.reverse()
    parts += draw(st.sampled_from([[], ["B"], ["b."]]))
    name = draw(st.sampled_from(["^", ", ", " "])).join(parts)
    name += draw(st.sampled_from(["", "^", "^^^", "  ", "^^ "]))
    return name + draw(st.sampled_from(["", "=", "=山田^太郎", "==やまだ^たろう", "=山田^太郎=ヤマダ^タロウ"]))


@settings(max_examples=150)
@given(st.data(), WORD, WORD)
def test_spellings_of_one_name_are_one_patient_with_one_key(data, family, first):
    names = data.draw(st.lists(spellings(family, first), min_size=1, max_size=4))
    patients, kinds = found(*(Person("4711", name, BORN) for name in names))
    assert len(patients) == 1
    assert set(kinds) <= {"two spellings"}
    assert {found(Person("4711", name, BORN))[0][0][0] for name in names} == {patients[0][0]}


@settings(max_examples=150)
@given(st.data(), WORD, WORD, WORD)
def test_people_who_differ_stay_apart_and_are_reported(data, family, first, other):
    a = data.draw(spellings(family, first))
    b = data.draw(spellings(family, other))
    if same_name(f"{first}^X", f"{other}^X") or same_name(f"{family}^X", f"{other}^X"):
        return
    if same_name(f"{family}^X", f"{first}^X"):
        return
    for born in (BORN, ""):
        patients, kinds = found(Person("4711", a, BORN), Person("4711", b, born))
        assert len({key for key, _ in patients}) == 2
        assert "one Patient ID, several people" in kinds
    patients, kinds = found(Person("4711", a, BORN), Person("4711", a, "19611103"))
    assert len({key for key, _ in patients}) == 2
    assert kinds == ["one Patient ID, several people"]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Müller^Jürgen", "MUELLER^JUERGEN", True), ("Müller^Jürgen", "Jurgen Muller", True),
        ("Yamada^Tarou=山田^太郎", "Yamada^Tarou", True), ("Yamada^Tarou=山田^太郎", "山田^太郎", True),
        ("Yamada^Tarou=山田^太郎", "Yamada^Tarou=山田^花子", False), ("Yamada^Tarou", "山田^太郎", False),
        ("==ヤマダ^タロウ", "==やまだ^たろう", True), ("Meier^Anna^B", "Meier^Anna", True),
        ("Meier^Anna^B", "Meier^Anna^C", False), ("Meier^Anna^Beate", "Meier^Anna^B", True),
        ("Meier^Anna^Beate", "Meier^Anna", False), ("Meier^A", "Meier^Anna", True), ("Meier^A", "Meier^Beate", False),
        ("Meier^Anna", "Meier^Anna-Lena", False), ("Smith^John", "Smith^Joan", False), ("Smith", "Smith^John", False),
        ("Смит^Иван", "СМИТ^ИВАН^^", True), ("Смит^Иван", "Смит^Анна", False),
    ],
)  # fmt: skip
def test_what_is_one_name_and_what_is_not(a, b, same):
    assert same_name(a, b) is same
    assert same_name(b, a) is same
    patients, kinds = found(Person("4711", a, BORN), Person("4711", b, BORN))
    assert len({key for key, _ in patients}) == (1 if same else 2)
    assert ("one Patient ID, several people" in kinds) is not same


def test_another_spelling_without_a_birth_date_is_not_believed():
    patients, kinds = found(Person("4711", "Müller^Jürgen", BORN), Person("4711", "Mueller^Juergen", ""))
    assert (len(patients), kinds) == (2, ["one Patient ID, several people"])


def test_what_could_be_either_of_two_people_is_nobodys_and_reported():
    twins = Person("4711", "Meier^Anna", BORN), Person("4711", "Meier^Beate", BORN)
    patients, kinds = found(*twins, Person("4711", "", BORN))
    assert sorted(len(members) for _, members in patients) == [1, 1, 1]
    assert kinds == ["one Patient ID, several people"]
    patients, _ = found(twins[0], Person("4711", "", BORN), Person("4711", "MEIER^ANNA", ""))
    assert len(patients) == 1


def test_one_name_with_one_birth_date_under_two_patient_ids_is_reported_and_stays_two():
    patients, kinds = found(Person("1", "Müller^Jürgen", BORN), Person("2", "Juergen Mueller", BORN))
    assert (len(patients), kinds) == (2, ["one name, several Patient IDs"])
    assert found(Person("1", "Müller^Jürgen", BORN), Person("2", "Müller^Jürgen", "19611103"))[1] == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_a_name_is_it_is_compared_the_same_both_ways(a, b):
    assert spelled(a) == spelled(a)
    assert same_name(a, b) == same_name(b, a)
