"""Who is who: every spelling of one name is one patient, different people stay separate, and doubt is reported."""

from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from builder.group.people import people
from builder.group.same_name import same_name, spelled
from builder.key.known_people import KnownPerson
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


# Across builds


def again(*known: KnownPerson, here: list[Person]):
    """As `found`, for people who are here while others are known from earlier builds."""

    def file_of(person):
        return SimpleNamespace(person=person, study_instance_uid="1.2", folder="")

    patients, notices = people(here, file_of, known)
    return [(key, set(members)) for key, _, members in patients], notices


def known(key: str, *persons: Person, studies: frozenset[str] = frozenset()) -> KnownPerson:
    return KnownPerson("P-1", key, persons, studies)


@settings(max_examples=100)
@given(st.data(), WORD, WORD)
def test_who_comes_again_in_another_spelling_has_the_key_of_the_first_time(data, family, first):
    names = data.draw(st.lists(spellings(family, first), min_size=2, max_size=4))
    ((key, _),), _ = found(Person("4711", names[0], BORN))
    persons = (Person("4711", names[0], BORN),)
    for name in names[1:]:
        patients, notices = again(known(key, *persons), here=[Person("4711", name, BORN)])
        assert [person_key for person_key, _ in patients] == [key]
        assert {notice.kind for notice in notices} <= {"two spellings"}
        persons = (*persons, Person("4711", name, BORN))


def test_who_was_nameless_once_is_the_same_person_when_the_name_is_known():
    ((key, _),), _ = found(Person("4711", "", ""))
    full = Person("4711", "Lapwing^Ada", BORN)
    assert [person_key for person_key, _ in again(known(key, Person("4711", "", "")), here=[full])[0]] == [key]
    ((other, _),), _ = found(full)
    assert [person_key for person_key, _ in again(known(other, full), here=[Person("4711", "", "")])[0]] == [other]


def test_another_person_with_the_id_of_an_earlier_one_is_another_and_reported():
    first, second = Person("4711", "Lapwing^Ada", BORN), Person("4711", "Umberleigh^Ivo", "19611103")
    ((key, _),), _ = found(first)
    patients, notices = again(known(key, first), here=[second])
    assert [members for _, members in patients] == [{second}]
    assert patients[0][0] != key
    (notice,) = notices
    assert notice.kind == "one Patient ID, several people"
    assert "Umberleigh^Ivo" in notice.text
    assert "1 of them in earlier builds" in notice.text


def test_who_was_kept_apart_stays_so_whatever_comes():
    two = [known("a", Person("4711", "Lapwing^Ada", "")), known("b", Person("4711", "Umberleigh^Ivo", ""))]
    patients, _ = again(*two, here=[Person("4711", "Lapwing^Ada", ""), Person("4711", "", "")])
    assert len(patients) == 2
    assert ("a", {Person("4711", "Lapwing^Ada", "")}) in patients
    assert "b" not in {key for key, _ in patients}


def test_one_name_under_another_id_than_in_an_earlier_build_is_reported():
    first, second = Person("4711", "Lapwing^Ada", BORN), Person("4712", "LAPWING^ADA", BORN)
    patients, (notice,) = again(known("a", first), here=[second])
    assert [members for _, members in patients] == [{second}]
    assert notice.kind == "one name, several Patient IDs"
    assert "Patient IDs 4711, 4712: may be the same person (4711 in earlier builds)" in notice.text
    assert again(known("a", first), known("b", second), here=[Person("99", "Wren^Ida", BORN)])[1] == []


@pytest.mark.parametrize("identity", [("ANON", "Anonymous"), ("0000", ""), ("Anonymous", "ANON^"), ("", "anonymous")])
def test_a_placeholder_with_another_study_in_an_earlier_build_is_reported(identity):
    person = Person(*identity, BORN if not identity[0] else "")
    ((key, _),), _ = found(person)
    patients, (notice,) = again(known(key, person, studies=frozenset({"1.99"})), here=[person])
    assert [person_key for person_key, _ in patients] == [key]
    assert notice.kind == "nobody's name"
    assert "2 studies, perhaps several people: treated as one patient (1 of them in earlier builds)" in notice.text
    assert again(known(key, person, studies=frozenset({"1.2"})), here=[person])[1] == []


def test_studies_without_any_name_in_several_builds_are_reported():
    nameless = Person("", "", "")
    ((key, _),), notices = found(nameless)
    assert notices == []
    patients, (notice,) = again(known("study:1.99||", nameless), here=[nameless])
    assert [person_key for person_key, _ in patients] == [key]
    assert notice.text.startswith(
        "2 studies have neither a Patient ID nor a name with a birth date (1 of them in earlier"
    )
    assert again(known(key, nameless), here=[nameless])[1] == []
