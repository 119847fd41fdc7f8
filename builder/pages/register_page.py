"""The register of a study as one page: which case is who, on which stick; for the researcher alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from builder.pages.render import render


@dataclass(frozen=True, slots=True)
class RegisterStick:
    """A stick: its name, the drive that it was written on, and its cases."""

    name: str
    drive: str
    cases: str


@dataclass(frozen=True, slots=True)
class RegisterCase:
    """A case: its number, its patient, its study, its sticks, and the folders of its images."""

    case: str
    pseudonym: str
    patient_id: str
    name: str
    birth_date: str
    study_date: str
    accession_number: str
    sticks: str
    images: int
    folders: Sequence[str]


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """The content of the page."""

    when: str
    register: str
    sticks: Sequence[RegisterStick]
    cases: Sequence[RegisterCase]


def register_page(page: RegisterPage) -> str:
    """The whole page."""
    return render("register.html", page)
