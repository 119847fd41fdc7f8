"""Reads the patients of earlier builds from the register, so that a later build recognizes them."""

from pathlib import Path
from typing import NamedTuple

from builder.key.crosswalk import is_known, read_crosswalk
from builder.key.private_files import register_path
from builder.key.register import connect
from builder.key.safekeeping.lock import has_register
from builder.plan import Person


class KnownPerson(NamedTuple):
    """A patient in every spelling so far, the fullest first, with the original UIDs of the studies.

    The pseudonym is made from `key`; it is empty if an old key folder did not keep it.
    """

    pseudonym: str
    key: str
    persons: tuple[Person, ...]
    studies: frozenset[str]


_PEOPLE = "SELECT pseudonym, person_key, patient_id, name, birth_date FROM patient ORDER BY pseudonym"
_SPELLINGS = (
    "SELECT patient_id, name, birth_date FROM spelling WHERE pseudonym = ? ORDER BY patient_id, name, birth_date"
)
_STUDIES = "SELECT original_study_uid FROM study WHERE pseudonym = ? AND original_study_uid <> ''"


def read_known_people(key: Path) -> list[KnownPerson]:
    """All patients; none without a register. Raises RegisterDamaged, RegisterFailed, RegisterTooNew."""
    if not has_register(key):
        return _of_old_folder(key) if is_known(key) else []
    with connect(register_path(key), lambda _: None, make=False) as register:
        if register.is_empty():  # another build is just making it
            return []
        register.check_version()
        with register.reading() as connection:
            found = []
            for pseudonym, person_key, *fullest in connection.execute(_PEOPLE).fetchall():
                spellings = [Person(*row) for row in connection.execute(_SPELLINGS, (pseudonym,))]
                persons = tuple(dict.fromkeys([Person(*fullest), *spellings]))
                studies = frozenset(uid for (uid,) in connection.execute(_STUDIES, (pseudonym,)))
                found.append(KnownPerson(pseudonym, person_key, persons, studies))
    return found


def _of_old_folder(key: Path) -> list[KnownPerson]:
    found: dict[str, KnownPerson] = {}
    for row in read_crosswalk(key):
        person = Person(row.original_patient_id, row.original_patient_name, row.original_birth_date)
        known = found.setdefault(row.pseudonym, KnownPerson(row.pseudonym, "", (), frozenset()))
        persons = tuple(dict.fromkeys([*known.persons, person]))
        studies = known.studies | {row.original_study_instance_uid}
        found[row.pseudonym] = known._replace(persons=persons, studies=studies)
    return list(found.values())
