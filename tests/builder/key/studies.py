"""Builds of small studies of invented people under one key, and what register, crosswalk and sticks say of them."""

from concurrent.futures import ThreadPoolExecutor
import contextlib
import csv
from pathlib import Path
import sqlite3
from typing import Any

from pydicom import Dataset

from builder.key.crosswalk import crosswalk_path
from builder.key.register import register_path
from builder.pipeline.build import build
from builder.pipeline.change import remove_cases
from builder.pipeline.outcome import BuildOptions, Outcome
from bundle.index.index import Catalog
from tests import scans
from tests.conftest import Silence


def write_study(folder: Path, patient: int, study: int = 1, images: int = 1, **attributes: Any) -> Path:
    """A study of its own UIDs, in a folder of its own."""
    uid = f"1.2.{patient}.{study}"

    def change(dataset: Dataset, k: int) -> None:
        dataset.update({
            "PatientID": f"MRN-{patient}", "PatientName": f"Lapwing{patient}^Ada", "StudyInstanceUID": uid,
            "SeriesInstanceUID": f"{uid}.1", "SOPInstanceUID": f"{uid}.1.{k + 1}", "StudyDate": f"202402{study:02d}",
            **attributes,
        })  # fmt: skip

    return scans.write_series(folder / f"p{patient}s{study}", images, change)


def build_stick(work: Path, name: str, *sources: Path, **options: Any) -> Outcome:
    """A bundle on work/NAME under the key in work/keys."""
    drive = work / name
    drive.mkdir(parents=True, exist_ok=True)
    given = {"look_into_pictures": False, "check": False, **options}
    with ThreadPoolExecutor(1) as executor:
        return build(BuildOptions(sources, drive, key_of(work), (), **given), executor, Silence())


def remove(work: Path, name: str, *cases: str) -> None:
    with ThreadPoolExecutor(1) as executor:
        remove_cases(work / name, cases, executor, Silence(), key=key_of(work), check=False)


def key_of(work: Path) -> Path:
    return work / "keys" / "study.key"


def on_stick(drive: Path) -> dict[str, str]:
    """Study Instance UID -> case, as the medium says."""
    with Catalog(drive) as catalog:
        return {study.study_instance_uid: study.case for study in catalog.studies()}


def ask(work: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the register says."""
    with contextlib.closing(sqlite3.connect(register_path(key_of(work)))) as register:
        return register.execute(query, values).fetchall()


def crosswalk(work: Path) -> list[dict[str, str]]:
    with crosswalk_path(key_of(work)).open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def check_sound(work: Path) -> None:
    """The database is whole, and no number was given to two studies."""
    assert ask(work, "PRAGMA integrity_check") == [("ok",)]
    given = ask(work, "SELECT number, count(DISTINCT study) FROM placed WHERE stick > 0 GROUP BY number")
    assert {count for _, count in given} <= {1}
