"""Made-up reader studies with a known truth: sticks, journals of several readers and sessions, and the reference."""

from collections.abc import Sequence
import csv
from pathlib import Path

import numpy as np

from bundle.index.index import Catalog
from bundle.reading.form import Form
from bundle.reading.form_file import read_form
from bundle.reading.journal import first_data, format_line, new_name
from bundle.reading.order import slots_of
from bundle.reading.readings import name_of
from tests.viewer import bundles
from tests.viewer.bundles import CaseSpec, SeriesSpec, StackSpec

QUESTIONS = """
[order]
shuffle = true
seed = 5
repeat = 12
training = ["CASE-001"]
[[question]]
id = "lesion"
text = "Is there a lesion?"
type = "yesno"
[[question]]
id = "sure"
text = "How sure?"
type = "scale"
from = 1
to = 5
[[question]]
id = "organ"
text = "Organ"
type = "choice"
options = ["-", "liver", "spleen"]
[[question]]
id = "signs"
text = "Signs"
type = "choices"
options = ["fat", "gas", "stones"]
[[question]]
id = "size"
text = "Size"
type = "measurement"
unit = "cm"
[[question]]
id = "places"
text = "Where?"
type = "mark"
most = 3
rating = { from = 0, to = 100, text = "How sure are you of this place?" }
[[question]]
id = "chance"
text = "Chance of a lesion in per cent"
type = "slider"
"""
ARMS = {1: "without", 2: "with"}


def form_of(session: int, more: str = "") -> Form:
    return read_form(f'session = {session}\narm = "{ARMS[session]}"\nwashout = 28\n{more}\n{QUESTIONS}')


def make_stick(folder: Path, cases: int, per_patient: int, form: Form) -> Path:
    """A stick on which so many cases in a row are of one patient."""
    stored = np.zeros((1, 4, 4), int)
    specs = [CaseSpec([SeriesSpec([StackSpec(stored)])], f"P-{k // per_patient:04d}", "20240229") for k in range(cases)]
    root = bundles.make_bundle(folder, specs)
    (root / "BUNDLE/FORM.TXT").write_text(form.text, encoding="utf-8")
    return root


class Study:
    """What is true of each case, and what readers say of it: right the more often, the better the reader."""

    def __init__(self, root: Path, seed: int) -> None:
        with Catalog(root) as catalog:
            self.studies = catalog.studies()
        self.root, self.chance = root, np.random.default_rng(seed)
        self.cases = [study.case for study in self.studies]
        self.sick = {case: bool(self.chance.random() < 0.5) for case in self.cases}
        self.place = {case: self.chance.uniform(0, 200, 3) for case in self.cases}
        self.size = {case: float(self.chance.uniform(8, 60)) for case in self.cases}

    def answers(self, case: str, skill: float) -> dict[str, object]:
        chance, sick = self.chance, self.sick[case]
        evidence = (skill if sick else -skill) + chance.normal()
        size = {"value": round(self.size[case] + chance.normal() * 3, 2), "unit": "mm", "points": []}
        places = [(self.place[case] + chance.normal(size=3) * 3, 50 + 15 * evidence)] if evidence > 0 else []
        places += [(chance.uniform(300, 500, 3), chance.uniform(0, 80))] if chance.random() < 0.4 else []
        return {
            "lesion": evidence > 0,
            "sure": int(np.clip(round(3 + evidence), 1, 5)),
            "organ": str(chance.choice(["-", "liver", "spleen"], p=[0.2, 0.6, 0.2] if sick else [0.7, 0.2, 0.1])),
            "signs": [sign for sign in ("fat", "gas", "stones") if chance.random() < (0.6 if sick else 0.2)],
            "size": size,
            "places": [mark(*place) for place in places],
            "chance": int(np.clip(round(50 + 20 * evidence + 5 * chance.normal()), 0, 100)),
        }

    def read(
        self, reader: str, form: Form, skill: float, day: str, stop_after: int = 10_000, then: tuple[int, str] = (0, "")
    ) -> None:
        """A session of a reader; the times are made up, ten seconds for each entry, from a line on of another day."""
        session = form.sessions.of(reader)
        opening = {
            "bundle": name_of(form, self.studies), "form": form.digest, "form_text": form.text, "viewer": "0.2.0",
            "seen": {}, "time_zone": "+0100", **session.opening,
        }  # fmt: skip
        name, lines = new_name(reader), list[bytes]()
        uids = {study.case: study.study_instance_uid for study in self.studies}
        digest = ""

        def write(kind: str, data: dict[str, object]) -> None:
            nonlocal digest
            second = 10 * len(lines)
            today = then[1] if then[0] and len(lines) >= then[0] else day
            time = f"{today}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000Z"
            line, digest = format_line(len(lines) + 1, time, kind, data, digest)
            lines.append(line + b"\n")

        write("open", first_data(name, reader, opening))

        for slot in slots_of(form, self.cases, reader)[:stop_after]:
            place = {"case": slot.case, "occurrence": slot.occurrence}
            write("visit", {**place, "number": slot.number, "study": uids[slot.case], "training": slot.training})
            for question, value in self.answers(slot.case, skill).items():
                if value != []:
                    write("answer", {**place, "question": question, "series": "", "value": value})
            write("time", {**place, "seconds": round(float(self.chance.uniform(20, 90)), 1), "idle": 5})
            write("submit", place)
        (self.root / "READINGS").mkdir(exist_ok=True)
        (self.root / "READINGS" / name).write_bytes(b"".join(lines))

    def write_truth(self, path: Path) -> Path:
        with path.open("w", newline="", encoding="utf-8") as stream:
            table = csv.writer(stream)
            table.writerow(["case", "lesion", "sure>=4", "organ", "chance", "x", "y", "z"])
            for case, sick in self.sick.items():
                place: Sequence[object] = [f"{number:.3f}" for number in self.place[case]] if sick else ["", "", ""]
                organ = "liver" if sick else "-"
                table.writerow([case, "yes" if sick else "no", int(sick), organ, int(sick), *place])
        return path

    def write_patients(self, path: Path) -> Path:
        with Catalog(self.root) as catalog, path.open("w", newline="", encoding="utf-8") as stream:
            table = csv.writer(stream)
            table.writerow(["case", "patient"])
            table.writerows((study.case, catalog.patient_of(study).pseudonym) for study in catalog.studies())
        return path


def mark(place: np.ndarray, rating: float) -> dict[str, object]:
    return {"series": "1.2", "instance": "1.2.3", "frame": 0, "column": 1, "row": 1,
            "position": [round(float(number), 3) for number in place],
            "rating": int(np.clip(round(rating), 0, 100))}  # fmt: skip
