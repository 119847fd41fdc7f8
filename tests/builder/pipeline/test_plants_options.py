"""Identifiers are planted everywhere, and under every option nothing is found that the option does not keep."""

from collections.abc import Iterable
import os
from pathlib import Path
import random

import pytest

from builder.check import Originals, inspect_bundle
from builder.deidentify import Policy
from builder.deidentify.policy import NO_DATES, Option
from builder.deidentify.retained import DEVICE, INSTITUTION, PATIENT_TEXTS
from builder.dicom import byte_walker
from builder.key.originals import read_originals
from builder.pipeline.cleaner import Cleaner
from tests.builder.pipeline.plant_folder import Planted, plant
from tests.builder.pipeline.plant_search import Hit, search
from tests.builder.pipeline.test_plants import but_by_chance
from tests.conftest import build_bundle

_DATES = (Option.MODIFIED_DATES.label, Option.FULL_DATES.label, NO_DATES)
_OTHERS = [option.label for option in Option if option.label not in _DATES]
# Faces in pictures of noise take ten times as long as all else: they are looked for twice.
_QUICK = [name for name in _OTHERS if name != Option.FACES.label]
# By hand, other ones: PLANT_SEED draws the folder, PLANT_ROUNDS is the number of drawn sets of options.
_DRAWN = int(os.environ.get("PLANT_SEED", "1"))
_ROUNDS = int(os.environ.get("PLANT_ROUNDS", "1"))


def _some(seed: int) -> list[str]:
    """Options drawn anew: about half of them, and one rule for dates."""
    drawn = random.Random(seed)
    return _with(drawn.choice(_DATES), [name for name in _QUICK if drawn.random() < 0.5])


def _with(dates: str, names: list[str]) -> list[str]:
    """SUV is computed from times."""
    return [dates, *(name for name in names if (dates, name) != (NO_DATES, Option.SUV.label))]


_SETS = [
    *([name] for name in (*_DATES[1:], *_OTHERS)), [_DATES[0], *_OTHERS], [_DATES[1], *_QUICK],
    _with(_DATES[2], _QUICK),
    *(_some(_DRAWN + k) for k in range(_ROUNDS)),
]  # fmt: skip


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return plant(tmp_path_factory.mktemp("planted") / "scans", _DRAWN)


@pytest.mark.parametrize("names", _SETS, ids=" ".join)
def test_nothing_is_found_that_the_options_do_not_keep(planted: Planted, names: list[str], tmp_path: Path):
    policy = Policy.of(names)
    mask, deface = Option.PIXELS in policy.options, Option.FACES in policy.options
    built = build_bundle(tmp_path, planted.folder, deidentify=frozenset(names), mask=mask, deface=deface)
    assert not [found for found in built.outcome.findings if found.severity == "error"]
    originals = Originals.kept(read_originals(built.key))
    found = inspect_bundle(built.drive, originals=originals).findings  # a search of our own, which must not cry wolf
    assert not [finding for finding in found if finding.check == "identity.original"], f"seed {_DRAWN}"
    hits = list(_not_kept(but_by_chance(search(built.drive, planted.tokens), built), policy, planted))
    assert not hits, f"seed {_DRAWN}, {len(hits)} found:\n" + "\n".join(map(str, hits[:20]))


@pytest.mark.parametrize("names", [[_DATES[0]], [_DATES[0], *_QUICK]], ids=["default", "everything"])
def test_the_same_holds_where_pydicom_does_all_of_the_work(planted: Planted, names, tmp_path: Path, monkeypatch):
    def unsure(*_: object) -> None:
        raise byte_walker.Unsure

    monkeypatch.setattr(byte_walker, "read_header", unsure)
    monkeypatch.setattr(Cleaner, "from_bytes", unsure)
    test_nothing_is_found_that_the_options_do_not_keep(planted, names, tmp_path)


def _not_kept(hits: Iterable[Hit], policy: Policy, planted: Planted) -> Iterable[Hit]:
    """Valid UIDs and dates stay under their options, and texts in the attributes that an option names."""
    texts: set[str] = set()
    texts |= DEVICE if Option.DEVICE in policy.options else set()
    texts |= INSTITUTION if Option.INSTITUTION in policy.options else set()
    texts |= PATIENT_TEXTS if Option.PATIENT in policy.options else set()
    uids = "\n".join(token.text for token in planted.tokens if token.kind == "uid")
    for hit in hits:
        in_uids = hit.token.kind == "uid" or hit.token.text in uids
        kept = any(f" {word} " in f"{hit.token.place} " or f">{word} " in f"{hit.token.place} " for word in texts)
        kept |= in_uids and bool({Option.UIDS, Option.DEVICE} & policy.options)
        kept |= hit.token.kind == "date" and Option.FULL_DATES in policy.options
        if not kept:
            yield hit
