"""Compares a medium with what the study's register keeps of it: its manifest, its answers, and who has which number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import hashlib

from builder.check.findings import Finding, finding
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium
from builder.check.places.place import Place, read_file
from bundle.index.records import Patient
from bundle.layout import INDEX, MANIFEST, READINGS_FOLDER

# No journal is longer.
_LONGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A medium as it was handed out, from the register beside the study key.

    `stick` is its number, None if the register has no stick that it may be, 0 if it is older than the register.
    `same`: the medium's manifest is the one with which it was handed out last; `before`: an earlier one. `listed` gives
    the SHA-256 of each file then, empty if nobody kept it; `readings` the size and SHA-256 of each file of answers.
    `cases` and `crosswalk` give the number and the pseudonym of each study.
    """

    stick: int | None
    moment: str = ""
    same: bool = False
    before: bool = False
    listed: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    cases: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    crosswalk: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of a medium since it was handed out: files of answers with their lines, and other files."""

    stick: int
    moment: str
    new_answers: tuple[tuple[str, int], ...]
    grown_answers: tuple[tuple[str, int], ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    added: tuple[str, ...]


def check_handed(medium: Medium, handed: HandedOut, patients: tuple[Patient, ...]) -> Iterator[Finding]:
    """The register's manifest, its answers and its numbers against those of the medium."""
    yield from _manifest(handed)
    for name, (size, digest) in sorted(handed.readings.items()):
        now = _read(medium.root / READINGS_FOLDER / name)
        if now is None or hashlib.sha256(now[:size]).hexdigest() != digest:
            text = "it is gone" if now is None else "its lines of then are not those of now"
            yield finding("register.answers", f"{READINGS_FOLDER}/{name}", text)
    here = {
        study.study_instance_uid: (study.case, patient.pseudonym) for patient in patients for study in patient.studies
    }
    for name, kept in (("the register", handed.cases), ("the crosswalk", handed.crosswalk)):
        wrong = sorted(case for uid, (case, who) in here.items() if kept.get(uid, (case, who)) != (case, who))
        if wrong:
            yield finding("register.case", INDEX, f"another number or pseudonym in {name}: {some(wrong)}")


def _manifest(handed: HandedOut) -> Iterator[Finding]:
    if handed.stick is None:
        yield finding("register.manifest", MANIFEST, "no stick of this study key has these cases: is it the right key?")
    elif handed.stick == 0:
        yield finding("register.earlier", MANIFEST, "it is older than the register, which has only its cases")
    elif handed.before:
        yield finding(
            "register.earlier", MANIFEST, f"it is stick {handed.stick} as it was before a later build changed it"
        )
    elif not handed.same:
        text = (
            f"stick {handed.stick} was handed out with another one, so files were changed, and a new one made to match"
        )
        yield finding("register.manifest", MANIFEST, text)


def returned(medium: Medium, handed: HandedOut) -> Returned | None:
    """The comparison in numbers and names; None if the register kept no list of the medium's files."""
    if not handed.stick or not handed.listed:
        return None
    now = {name: _lines(medium.root / READINGS_FOLDER / name) for name in _names(medium.root / READINGS_FOLDER)}
    grown = {
        name
        for name in now
        if name in handed.readings and _size(medium.root / READINGS_FOLDER / name) > handed.readings[name][0]
    }
    files = {path: file.digest for path, file in medium.files.items() if not path.startswith(f"{READINGS_FOLDER}/")}
    then = handed.listed
    return Returned(
        handed.stick,
        handed.moment,
        new_answers=tuple((name, lines) for name, lines in sorted(now.items()) if name not in handed.readings),
        grown_answers=tuple((name, now[name]) for name in sorted(grown)),
        changed=tuple(sorted(path for path, digest in files.items() if digest and then.get(path, digest) != digest)),
        gone=tuple(sorted(then.keys() - files.keys())),
        added=(*sorted(files.keys() - then.keys()), *medium.foreign),
    )


def _names(folder: Place) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def _read(path: Place) -> bytes | None:
    try:
        return read_file(path, _LONGEST) if path.is_file() and not path.is_symlink() else None
    except OSError:
        return None


def _size(path: Place) -> int:
    return path.stat().st_size


def _lines(path: Place) -> int:
    return (_read(path) or b"").count(b"\n")
