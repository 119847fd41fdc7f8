"""The policy in force: the Basic Profile, the chosen options, and the resulting action for each attribute."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache

from pydicom.datadict import dictionary_has_tag, keyword_for_tag
from pydicom.tag import BaseTag

from builder.deidentify import allowlist, retained
from builder.errors.build import OptionRefused


class Option(Enum):
    """An option of PS3.15 Annex E with its name on the command line and its code of CID 7050; ours have no code."""

    MODIFIED_DATES = "modified-dates", "113107", "Retain Longitudinal Temporal Information Modified Dates Option"
    FULL_DATES = "full-dates", "113106", "Retain Longitudinal Temporal Information Full Dates Option"
    # Part of the option below: no code of its own, and the code of the whole would say too much.
    SUV = "suv-inputs", "", "Weight, size and sex, from which PET viewers compute SUV"
    PATIENT = "patient-characteristics", "113108", "Retain Patient Characteristics Option"
    DEVICE = "device-identity", "113109", "Retain Device Identity Option"
    UIDS = "uids", "113110", "Retain UIDs Option"
    SAFE_PRIVATE = "safe-private", "113111", "Retain Safe Private Option"
    INSTITUTION = "institution-identity", "113112", "Retain Institution Identity Option"
    DESCRIPTORS = "clean-descriptors", "113105", "Clean Descriptors Option"
    PIXELS = "clean-pixel-data", "113101", "Clean Pixel Data Option"
    FACES = "clean-recognizable-visual-features", "113102", "Clean Recognizable Visual Features Option"

    def __init__(self, label: str, code: str, meaning: str) -> None:
        self.label, self.code, self.meaning = label, code, meaning


BASIC = ("113100", "Basic Application Confidentiality Profile")
# Not an option of the standard but the absence of both options that keep dates.
NO_DATES = "no-dates"
REFUSED = {
    "clean-graphics": "overlays, curves and icons are always left out",
    "clean-structured-content": "reports are always left out, and so is the acquisition context",
}


class Action(Enum):
    """The action on an attribute; `mkbundle explain` prints the text."""

    __hash__ = object.__hash__  # members are unique, and every element looks one up

    NUMBER = "kept if it is a valid number"
    WORDS = "kept where it is a known term, otherwise OTHER or removed"
    FORM = "kept if it has the expected form"
    FIXED = "always the same value"
    TEXT = "kept as it is"
    CLEANED_TEXT = "only words of the reviewed list are kept"
    UID = "replaced by a new UID; registered UIDs stay"
    KEPT_UID = "kept"
    MOVED = "moved by the patient's offset"
    KEPT_TIME = "kept if it is a valid date or time"
    ITEMS = "every item is cleaned by this table"
    REMOVED = "removed"


# If these drop a value, it was broken, or of a size or form that no measured value has.
JUDGED = frozenset({Action.NUMBER, Action.MOVED, Action.KEPT_TIME})


@dataclass(frozen=True)
class Policy:
    """The Basic Profile with a set of options; equal policies clean equally."""

    options: frozenset[Option] = frozenset({Option.MODIFIED_DATES})

    @classmethod
    def of(cls, names: Iterable[str]) -> "Policy":
        """The policy of these option names; modified dates unless another rule for dates is named.

        Raises OptionRefused.
        """
        chosen, wanted = set(), set(names)
        labels = {option.label: option for option in Option}
        for name in sorted(wanted - {NO_DATES}):
            if name not in labels:
                raise OptionRefused(name, REFUSED.get(name, "there is no such option"), [*labels, NO_DATES])
            chosen.add(labels[name])
        dated = chosen & {Option.MODIFIED_DATES, Option.FULL_DATES}
        if len(dated) + (NO_DATES in wanted) > 1:
            # PS3.15 E.3.6: the options for full and for modified dates exclude each other.
            raise OptionRefused(" and ".join(sorted(wanted)), "only one rule for dates can hold", [])
        if Option.SUV in chosen and NO_DATES in wanted:
            raise OptionRefused(f"{Option.SUV.label} and {NO_DATES}", "SUV is computed from times", [])
        if not dated and NO_DATES not in wanted:
            chosen.add(Option.MODIFIED_DATES)
        return cls(frozenset(chosen))

    @property
    def keeps_texts(self) -> bool:
        """Whether texts or UIDs of the source may stay, in which an identifier of the patient could be."""
        return bool(self.options & {Option.PATIENT, Option.DEVICE, Option.UIDS, Option.INSTITUTION, Option.DESCRIPTORS})

    @cached_property
    def kept_kinds(self) -> frozenset[str]:
        """The kinds of identifiers that stay anyway, so that texts may name them too."""
        kinds = {Option.DEVICE: "device", Option.INSTITUTION: "institution"}
        return frozenset(kind for option, kind in kinds.items() if option in self.options)

    @property
    def names(self) -> frozenset[str]:
        """The names from which `of` makes this policy again, in another process."""
        names = frozenset(option.label for option in self.options)
        return names if self.temporal != "REMOVED" else names | {NO_DATES}

    @property
    def methods(self) -> tuple[tuple[str, str], ...]:
        """(code, meaning) of the profile and of each option, for (0012,0064)."""
        return (BASIC, *sorted((option.code, option.meaning) for option in self.options if option.code))

    @cached_property
    def temporal(self) -> str:
        """Longitudinal Temporal Information Modified (0028,0303), as PS3.15 E.3.6 requires."""
        if Option.FULL_DATES in self.options:
            return "UNMODIFIED"
        return "MODIFIED" if Option.MODIFIED_DATES in self.options else "REMOVED"

    def action(self, tag: BaseTag) -> Action:
        """The action on a standard attribute, at any depth."""
        return _action(self, tag)


@lru_cache(maxsize=20_000)
def _action(policy: Policy, tag: BaseTag) -> Action:
    if tag.is_private or not dictionary_has_tag(tag):
        return Action.REMOVED
    keyword = keyword_for_tag(tag)
    if keyword in allowlist.ALL_TIMES:
        return _for_time(policy)
    retained_action = _retained(policy, keyword)
    if retained_action is not None:
        return retained_action
    if not allowlist.is_allowed(tag):
        return Action.REMOVED
    return _allowed(policy, tag, keyword)


def _for_time(policy: Policy) -> Action:
    kinds = {"UNMODIFIED": Action.KEPT_TIME, "MODIFIED": Action.MOVED, "REMOVED": Action.REMOVED}
    return kinds[policy.temporal]


def _retained(policy: Policy, keyword: str) -> Action | None:
    if Option.PATIENT in policy.options and keyword in retained.PATIENT:
        return _form_of(keyword)
    if Option.SUV in policy.options and keyword in retained.SUV:
        return _form_of(keyword)
    if Option.DEVICE in policy.options and keyword in retained.DEVICE:
        return Action.KEPT_UID if keyword.endswith("UID") else Action.TEXT
    if Option.INSTITUTION in policy.options and keyword in retained.INSTITUTION:
        return Action.TEXT
    if Option.DESCRIPTORS in policy.options and keyword in retained.DESCRIPTORS:
        return Action.CLEANED_TEXT
    return None


def _form_of(keyword: str) -> Action:
    if keyword in retained.FORMS:
        return Action.FORM
    return Action.TEXT if keyword in retained.PATIENT_TEXTS else Action.NUMBER


def _allowed(policy: Policy, tag: BaseTag, keyword: str) -> Action:
    if keyword in allowlist.FIXED:
        return Action.FIXED
    if keyword in allowlist.TEXTS:
        return Action.FORM
    vr = allowlist.standard_vr(tag)
    if vr == "UI":
        return Action.KEPT_UID if Option.UIDS in policy.options else Action.UID
    kinds = {"SQ": Action.ITEMS, "CS": Action.WORDS}
    if vr in kinds:
        return kinds[vr]
    return Action.NUMBER if any(part in allowlist.NUMBERS for part in vr.split(" or ")) else Action.REMOVED
