"""Assigns scanned files to patients: one person in many folders is one, two people under one Patient ID are two."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from builder.group.same_name import canonical, is_placeholder, may_be_same, normal_name, same_name, spelled
from builder.key.known_people import KnownPerson
from builder.plan import Notice, Person, ScannedFile

_Item = TypeVar("_Item")


def people(
    items: Iterable[_Item], file_of: Callable[[_Item], ScannedFile], known: Sequence[KnownPerson] = ()
) -> tuple[list[tuple[str, Person, list[_Item]]], list[Notice]]:
    """(key, person, files of that person), by key; and notices of cases that a researcher should review.

    Patients `known` from earlier builds keep their key, even if the spelling differs now.
    """
    by_identity: dict[str, dict[Person, list[_Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        file = file_of(item)
        by_identity[_identity(file)][file.person].append(item)
    earlier = _by_identity(known)
    found = []
    notices: list[Notice] = []
    for identity in sorted(by_identity):
        spellings = by_identity[identity]
        clusters = _clusters(spellings, earlier[identity])
        notices += _notices(clusters, spellings)
        for key, cluster in zip(_keys(identity, clusters), clusters, strict=True):
            members = [item for person in cluster.persons for item in spellings.get(person, ())]
            if members:
                found.append((key, cluster.fullest, members))
                notices += _nobody(cluster, [file_of(item) for item in members])
    notices += _under_several_ids([person for _, person, _ in found], [someone.persons[0] for someone in known])
    notices += _nameless([identity for identity in by_identity if _is_nameless(identity)], known)
    return found, notices


@dataclass(slots=True)
class _Cluster:
    """One human being in all spellings; `known` if an earlier build had this patient."""

    persons: list[Person]
    known: KnownPerson | None = None

    @property
    def fullest(self) -> Person:
        """The spelling that says most."""
        return max(self.persons, key=lambda person: (_completeness(person), *person))


def _by_identity(known: Iterable[KnownPerson]) -> dict[str, list[KnownPerson]]:
    """Without those that have neither ID nor name: their keys are the same each time."""
    found: dict[str, list[KnownPerson]] = defaultdict(list)
    for someone in known:
        for identity in {_identity_of(person) for person in someone.persons} - {""}:
            found[identity].append(someone)
    return found


def _identity(file: ScannedFile) -> str:
    """What a file says about who it shows; without ID and name only its study, or its folder, can tell."""
    nameless = f"study:{file.study_instance_uid}" if file.study_instance_uid else f"folder:{file.folder}"
    return _identity_of(file.person) or nameless


def _identity_of(person: Person) -> str:
    """By the ID, else by name and birth date together; empty where there is neither."""
    if person.patient_id:
        return f"id:{person.patient_id}"
    if normal_name(person.name) and person.birth_date:
        return f"name:{normal_name(person.name)}|{person.birth_date}"
    return ""


def _is_nameless(key: str) -> bool:
    return key.startswith(("study:", "folder:"))


def _clusters(persons: Iterable[Person], known: Sequence[KnownPerson]) -> list[_Cluster]:
    """One cluster for each human being in all spellings; known patients are clusters from the start.

    A spelling that fits several people stays apart from all of them: nobody can tell whose it is.
    """
    alike: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in sorted(persons, key=lambda person: (_completeness(person), *person), reverse=True):
        alike[normal_name(person.name), person.birth_date].append(person)
    clusters = [_Cluster([*person.persons], person) for person in known]
    for some in alike.values():
        fitting = [cluster for cluster in clusters if cluster.known and not set(some).isdisjoint(cluster.known.persons)]
        if not fitting:
            fitting = [
                cluster for cluster in clusters if all(_compatible(some[0], person) for person in cluster.persons)
            ]
        if len(fitting) == 1:
            fitting[0].persons.extend(person for person in some if person not in fitting[0].persons)
        else:
            clusters.append(_Cluster(some))
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


def _keys(identity: str, clusters: Sequence[_Cluster]) -> list[str]:
    """What pseudonyms are made from: the same for every spelling, and another one for everybody else."""
    keys = [
        _known_key(cluster) or _key(identity, cluster.persons[0], canonical(cluster.persons[0].name))
        for cluster in clusters
    ]
    if len(set(keys)) < len(keys):
        names = [cluster.persons[0] for cluster in clusters]
        exact = [_key(identity, person, normal_name(person.name)) for person in names]
        keys = [_known_key(cluster) or key for cluster, key in zip(clusters, exact, strict=True)]
    return keys


def _known_key(cluster: _Cluster) -> str:
    """Empty if it is unknown: for an old key folder it follows from the spelling, as it did then."""
    return "" if cluster.known is None else cluster.known.key


def _key(identity: str, person: Person, name: str) -> str:
    return f"{identity}|{name}|{person.birth_date}"


# Notices about people


def _notices(clusters: Sequence[_Cluster], here: Container[Person]) -> Iterable[Notice]:
    for cluster in clusters:
        names = sorted({person.name for person in cluster.persons if person.name})
        new = any(person in here and person not in _spelled_before(cluster) for person in cluster.persons)
        if new and len({normal_name(name) for name in names}) > 1:
            told = "; ".join(names)
            yield Notice("two spellings", f"Patient ID {cluster.persons[0].patient_id}: {told}: treated as one patient")
    if len(clusters) > 1:
        yield _kept_apart(clusters, here)


def _spelled_before(cluster: _Cluster) -> tuple[Person, ...]:
    return () if cluster.known is None else cluster.known.persons


def _kept_apart(clusters: Sequence[_Cluster], here: Container[Person]) -> Notice:
    fullest = [cluster.fullest for cluster in clusters]
    people_ = "; ".join(f"{person.name} ({person.birth_date or 'no birth date'})" for person in fullest)
    doubt = any(_in_doubt(a, b) for a, b in combinations(fullest, 2))
    earlier = sum(not any(person in here for person in cluster.persons) for cluster in clusters)
    told = f"Patient ID {fullest[0].patient_id}: {people_}: kept separate as {len(clusters)} patients"
    told += f", {earlier} of them in earlier builds" if earlier else ""
    return Notice("one Patient ID, several people", told + (", though some may be the same" if doubt else ""))


def _nobody(cluster: _Cluster, files: Sequence[ScannedFile]) -> Iterable[Notice]:
    """Several studies under an ID and a name that stand for nobody may be those of several people."""
    before = frozenset() if cluster.known is None else cluster.known.studies
    new = {file.study_instance_uid or file.folder for file in files}
    person, studies = cluster.fullest, len(new | before)
    if studies > 1 and is_placeholder(person.patient_id) and is_placeholder(person.name):
        named = (
            f"one Patient ID {person.patient_id}" if person.patient_id else f"one name {person.name} without Patient ID"
        )
        told = f"{named} stands for {studies} studies, perhaps several people: treated as one patient"
        told += f" ({len(before - new)} of them in earlier builds)" if before - new else ""
        yield Notice("nobody's name", f"{told}. If they are several, give each a separate ID and build again")


def _nameless(identities: Sequence[str], known: Iterable[KnownPerson]) -> Iterable[Notice]:
    """Studies without any name: nobody can tell which of them are of one person."""
    earlier = sum(_is_nameless(person.key) and person.key.partition("|")[0] not in identities for person in known)
    if identities and len(identities) + earlier > 1:
        told = f"{len(identities) + earlier} studies have neither a Patient ID nor a name with a birth date"
        told += f" ({earlier} of them in earlier builds)" if earlier else ""
        yield Notice("nobody's name", f"{told}: each is treated as a separate patient, perhaps wrongly")


def _in_doubt(a: Person, b: Person) -> bool:
    dates = {date for date in (a.birth_date, b.birth_date) if date}
    return len(dates) < 2 and may_be_same(a.name, b.name)


def _under_several_ids(persons: Sequence[Person], known: Iterable[Person]) -> Iterable[Notice]:
    """One name with one birth date under several Patient IDs may be one person."""
    alike: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in (*persons, *known):
        if person.birth_date and " " in canonical(person.name):
            alike[canonical(person.name), person.birth_date].append(person)
    for some in alike.values():
        ids = sorted({person.patient_id or "(none)" for person in some})
        here = {person.patient_id or "(none)" for person in some if person in persons}
        if len(ids) > 1 and here:
            told = f"{some[0].name} ({some[0].birth_date}): Patient IDs {', '.join(ids)}: may be the same person"
            told += f" ({', '.join(sorted({*ids} - here))} in earlier builds)" if {*ids} - here else ""
            yield Notice("one name, several Patient IDs", f"{told}; kept separate")
