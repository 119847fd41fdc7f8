"""The originals that may not stand in a place: all of them, or what an option does not keep there.

Where an option keeps a value, it stands there for the device, the institution or the study, and is compared with the
identifiers of its own patient: among those of thousands of others, something short would agree by chance.
"""

from collections.abc import Iterable, Iterator, Set
from functools import cache
from importlib import resources
import re

from builder.check.originals.headers import Kinds
from builder.check.originals.kept import kinds_in_lists
from builder.check.originals.matcher import Matcher
from builder.check.originals.originals import Original, Originals, words_of
from builder.check.originals.spellings import Wanted
from bundle.layout import INDEX_PAGE, README

# WORDS.TOML has the sentences that fill the other two.
_OUR_TEXTS = (README, INDEX_PAGE, "WORDS.TOML")


class Matchers:
    """The matcher for each place of one medium."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self._days = frozenset(
            original.text for original in originals.identifiers if original.kind == "date" and not original.of_birth
        )
        self.everywhere = self._of_all(frozenset())
        self._own: dict[tuple[frozenset[str], str], Matcher] = {}

    def in_lists(self, codes: Set[str]) -> Matcher:
        """For the lists of a medium whose files state these codes of CID 7050."""
        kinds = kinds_in_lists(codes)
        return self._of_all(kinds) if kinds else self.everywhere

    def at(self, kinds: Kinds, pseudonym: str) -> Matcher:
        """For a value of this person's file in which originals of these `kinds` may stand; None: none of any kind."""
        if kinds is None:
            return self.everywhere
        key = (kinds, pseudonym if pseudonym in self._originals.own else "")
        if key not in self._own:
            own = self._originals.own.get(key[1])
            self._own[key] = self._of_all(kinds) if own is None else self._of_person(own, kinds)
        return self._own[key]

    def _of_all(self, kinds: frozenset[str]) -> Matcher:
        wanted = self._sought(self._originals.identifiers, kinds)
        return Matcher(Wanted(wanted, vocabulary(), look_into_uids="uid" not in kinds))

    def _of_person(self, own: Iterable[Original], kinds: frozenset[str]) -> Matcher:
        return Matcher(Wanted(self._sought(own, kinds), vocabulary(), inside_uids=True))

    def _sought(self, originals: Iterable[Original], kinds: frozenset[str]) -> Iterator[Original]:
        """Dates of birth are removed under every option; if somebody was scanned on that day, it may stay as a date."""
        for original in originals:
            kept = original.kind in kinds or not original.sought
            if original.of_birth and original.kind == "date":
                kept = "date" in kinds and original.text in self._days
            if not kept:
                yield original


@cache
def vocabulary() -> frozenset[str]:
    """The words of the standard and of our own texts, which occur in every bundle."""
    from pydicom._dicom_dict import DicomDictionary
    from pydicom._uid_dict import UID_dictionary
    from pydicom.sr._concepts_dict import concepts

    texts = [row[2] for row in DicomDictionary.values()] + [row[0] for row in UID_dictionary.values()]
    texts += [keyword for scheme in concepts.values() for keyword in scheme]
    texts += [resources.files("bundle_template").joinpath(name).read_text("utf-8") for name in _OUR_TEXTS]
    return frozenset(
        word for text in texts for part in re.findall(r"[A-Z]?[a-z]+|\w+", text) for word in words_of(part)
    )
