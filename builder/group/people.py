"""Decides who is who among scanned files: a person in many folders is one, two people under one Patient ID are two."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import TypeVar

from builder.group.same_name import canonical, is_placeholder, may_be_same, normal_name, same_name, spelled
from builder.plan import Notice, Person, ScannedFile

_Item = TypeVar("_Item")


def people(
    items: Iterable[_Item], file_of: Callable[[_Item], ScannedFile]
) -> tuple[list[tuple[str, Person, list[_Item]]], list[Notice]]:
    """(key, person, files of that person), by key; and notices of cases that a researcher should review."""
    by_identity: dict[str, dict[Person, list[_Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        file = file_of(item)
        by_identity[_identity(file)][file.person].append(item)
    found = []
    notices: list[Notice] = []
    for identity in sorted(by_identity):
        spellings = by_identity[identity]
        clusters = _clusters(spellings)
        notices += _notices(clusters)
        for key, cluster in zip(_keys(identity, clusters), clusters, strict=True):
            found.append((key, cluster[0], [item for person in cluster for item in spellings[person]]))
    notices += _under_several_ids([person for _, person, _ in found])
    notices += _nameless([identity for identity in by_identity if identity.startswith(("study:", "folder:"))])
    for _, person, members in found:
        notices += _nobody(person, [file_of(item) for item in members])
    return found, notices


def _identity(file: ScannedFile) -> str:
    """What a file says about its patient; without ID and name, only its study or its folder can tell."""
    person = file.person
    if person.patient_id:
        return f"id:{person.patient_id}"
    if normal_name(person.name) and person.birth_date:
        return f"name:{normal_name(person.name)}|{person.birth_date}"
    return f"study:{file.study_instance_uid}" if file.study_instance_uid else f"folder:{file.folder}"


def _clusters(persons: Iterable[Person]) -> list[list[Person]]:
    """Each cluster is one human being in all spellings, the fullest first.

    A spelling that fits several people stays apart from all of them: nobody can tell whose it is.
    """
    alike: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in sorted(persons, key=lambda person: (_completeness(person), *person), reverse=True):
        alike[normal_name(person.name), person.birth_date].append(person)
    clusters: list[list[Person]] = []
    for some in alike.values():
        fitting = [cluster for cluster in clusters if all(_compatible(some[0], member) for member in cluster)]
        if len(fitting) == 1:
            fitting[0].extend(some)
        else:
            clusters.append(some)
    return clusters


def _completeness(person: Person) -> tuple[int, int]:
    parts = spelled(person.name)
    words = sum(len(some) for _, some in parts.words)
    return bool(person.name) + bool(person.birth_date), 2 * words + len(parts.initials)


def _compatible(a: Person, b: Person) -> bool:
    """An empty name or birth date fits everybody; a different spelling requires everything else to agree."""
    if a.birth_date != b.birth_date and a.birth_date and b.birth_date:
        return False
    names = normal_name(a.name), normal_name(b.name)
    return "" in names or names[0] == names[1] or (a.birth_date == b.birth_date and same_name(a.name, b.name))


def _keys(identity: str, clusters: Sequence[Sequence[Person]]) -> list[str]:
    """The sources of pseudonyms: the same for every spelling of a person, and different for every other person."""
    keys = [_key(identity, cluster[0], canonical(cluster[0].name)) for cluster in clusters]
    if len(set(keys)) < len(keys):
        keys = [_key(identity, cluster[0], normal_name(cluster[0].name)) for cluster in clusters]
    return keys


def _key(identity: str, person: Person, name: str) -> str:
    return f"{identity}|{name}|{person.birth_date}"


# Notices about people


def _notices(clusters: Sequence[Sequence[Person]]) -> Iterable[Notice]:
    for cluster in clusters:
        names = sorted({person.name for person in cluster if person.name})
        if len({normal_name(name) for name in names}) > 1:
            told = "; ".join(names)
            yield Notice("two spellings", f"Patient ID {cluster[0].patient_id}: {told}: treated as one patient")
    if len(clusters) > 1:
        people_ = "; ".join(f"{someone.name} ({someone.birth_date or 'no birth date'})" for someone, *_ in clusters)
        doubt = any(_in_doubt(a, b) for (a, *_), (b, *_) in combinations(clusters, 2))
        told = f"Patient ID {clusters[0][0].patient_id}: {people_}: kept separate as {len(clusters)} patients"
        yield Notice("one Patient ID, several people", told + (", though some may be the same" if doubt else ""))


def _nobody(person: Person, files: Sequence[ScannedFile]) -> Iterable[Notice]:
    """Several studies under a placeholder ID and name may belong to several people."""
    studies = len({file.study_instance_uid or file.folder for file in files})
    if studies > 1 and is_placeholder(person.patient_id) and is_placeholder(person.name):
        named = (
            f"one Patient ID {person.patient_id}" if person.patient_id else f"one name {person.name} without Patient ID"
        )
        told = f"{named} stands for {studies} studies, perhaps several people: treated as one patient"
        yield Notice("nobody's name", f"{told}. If they are several, give each a separate ID and build again")


def _nameless(identities: Sequence[str]) -> Iterable[Notice]:
    """Nobody can say which studies without any name belong to one person."""
    if len(identities) > 1:
        told = f"{len(identities)} studies have neither a Patient ID nor a name with a birth date"
        yield Notice("nobody's name", f"{told}: each is treated as a separate patient, perhaps wrongly")


def _in_doubt(a: Person, b: Person) -> bool:
    dates = {date for date in (a.birth_date, b.birth_date) if date}
    return len(dates) < 2 and may_be_same(a.name, b.name)


def _under_several_ids(persons: Iterable[Person]) -> Iterable[Notice]:
    """The same name and birth date under several Patient IDs may be one person."""
    alike: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in persons:
        if person.birth_date and " " in canonical(person.name):
            alike[canonical(person.name), person.birth_date].append(person)
    for some in alike.values():
        ids = sorted({member.patient_id or "(none)" for member in some})
        if len(ids) > 1:
            told = f"{some[0].name} ({some[0].birth_date}): Patient IDs {', '.join(ids)}: may be the same person"
            yield Notice("one name, several Patient IDs", f"{told}; kept separate")
