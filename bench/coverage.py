"""How often the 95 % intervals of a reader study hold the true figure: python -m bench.coverage [TRIALS].

Each trial is a study of 100 cases and three readers; what a figure really is comes from half a million cases.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
import sys

import numpy as np

from builder.collect.statistics import froc, kappa, numbers, reader_study, roc
from builder.collect.statistics.estimates import ANGLE, FISHER_Z, Estimate, jackknife
from builder.collect.statistics.proportions import share

_CASES, _READERS, _MANY, _POINTS = 100, 3, 500_000, 5
# Of the differences between cases, so much lies between patients; and so much as a case do readers differ.
_OF_PATIENTS, _OF_READERS = 0.5, 0.7
# Beyond which evidence a case is sick, and how many cases have a false mark.
_SICK, _FALSE = 0.2, 0.3
Draw = Mapping[str, np.ndarray]


def draw(chance: np.random.Generator, cases: int, per_patient: int) -> Draw:
    """A study: for each case its patient and truth, and what each reader says on a scale, as yes or no, and in mm."""
    patients = np.arange(cases) // per_patient
    common = chance.normal(size=patients[-1] + 1)[patients] * np.sqrt(_OF_PATIENTS)
    evidence = common + chance.normal(size=cases) * np.sqrt(1 - _OF_PATIENTS)
    sick = evidence > _SICK
    seen = evidence[:, None] + chance.normal(size=(cases, _READERS)) * _OF_READERS
    scale = np.clip(np.round(2 + seen * 1.2), 0, _POINTS - 1).astype(np.intp)
    sizes = 20 + 6 * seen + np.arange(_READERS)
    return {"patients": patients, "sick": sick, "seen": seen, "evidence": evidence, "scale": scale,
            "yes": (seen > 0.4).astype(np.intp), "rare": (seen > 1.8).astype(np.intp), "mm": sizes}  # fmt: skip


def figures(study: Draw, chance: np.random.Generator) -> Iterator[tuple[str, Estimate]]:
    """Every figure of a study with its interval."""
    clusters, sick = list(map(str, study["patients"])), study["sick"]
    yes, scale, mm, pair = study["yes"], study["scale"], study["mm"], slice(0, 2)
    yield "share alike", share(yes[:, 0] == yes[:, 1], clusters)
    yield "sensitivity", share(yes[sick, 0] == 1, [clusters[case] for case in np.flatnonzero(sick)])
    named: Mapping[str, Callable[[np.ndarray], float]] = {
        "Cohen's kappa": lambda kept: kappa.cohen(yes[kept, pair], 2),
        "weighted kappa": lambda kept: kappa.weighted(scale[kept, pair], _POINTS),
        "Fleiss' kappa": lambda kept: kappa.fleiss(yes[kept], 2),
        "ICC(2,1)": lambda kept: numbers.icc(mm[kept]),
    }
    yield from ((name, jackknife(statistic, clusters, scale=FISHER_Z)) for name, statistic in named.items())
    yield "Gwet's AC1, rare", jackknife(lambda kept: kappa.ac1(study["rare"][kept, pair], 2), clusters, scale=ANGLE)
    for name, statistic in {"bias": numbers.bias, "upper limit": numbers.upper_limit}.items():
        yield name, jackknife(partial(_of_pair, statistic, mm), clusters)
    yield "JAFROC merit", froc.merit(marked(study, chance), clusters)
    yield "ROC area", roc.auc(list(scale[:, 0]), list(sick), clusters)
    yield "difference in ROC area", roc.auc_difference(list(scale[:, 0]), list(scale[:, 1]), list(sick), clusters)


def _of_pair(statistic: Callable[[np.ndarray], float], values: np.ndarray, kept: np.ndarray) -> float:
    return statistic(values[kept, :2])


# Readers and cases as random samples: each reader of a study is drawn, too, and sees better in the second arm.
_OF_STUDY, _LEAST_NOISE, _MOST_NOISE, _BETTER = 4, 0.4, 1.2, 0.7


def gain_of_readers(chance: np.random.Generator, per_patient: int) -> Estimate:
    """The difference of two arms in a study of four readers, with the interval for other readers."""
    study = draw(chance, _CASES, per_patient)
    clusters, sick = list(map(str, study["patients"])), list(study["sick"])
    noise = chance.uniform(_LEAST_NOISE, _MOST_NOISE, _OF_STUDY)
    cells = [
        roc.Parts.of(list(study["evidence"] + chance.normal(size=_CASES) * of), sick, clusters)
        for of in (*noise, *(noise * _BETTER))
    ]
    areas = np.array([cell.area for cell in cells]).reshape(2, -1)
    spread = np.array([[roc.covariance(first, second) for second in cells] for first in cells])
    found = reader_study.difference(areas, spread)
    return Estimate(found.value, found.low, found.high, _CASES, len(set(clusters)))


def true_gain(chance: np.random.Generator, per_patient: int) -> float:
    """The same of all readers there can be: the mean over their noise."""
    study = draw(chance, _MANY, per_patient)
    areas = []
    for better in (1.0, _BETTER):
        noise = chance.uniform(_LEAST_NOISE, _MOST_NOISE, _MANY // 50) * better
        few = study["evidence"][: len(noise) * 50].reshape(-1, 50)
        seen = few + chance.normal(size=few.shape) * noise[:, None]
        areas.append(np.nanmean([_ranked(row, is_sick) for row, is_sick in zip(seen, few > _SICK, strict=True)]))
    return float(areas[1] - areas[0])


def _ranked(ratings: np.ndarray, sick: np.ndarray) -> float:
    """The area of ratings without ties, from the ranks (Mann and Whitney 1947); nan if all cases are alike."""
    well, ill = np.sort(ratings[~sick]), ratings[sick]
    return float(np.searchsorted(well, ill).mean() / len(well)) if len(well) and len(ill) else np.nan


def marked(study: Draw, chance: np.random.Generator) -> list[froc.RatedCase]:
    """What one reader marks: the lesion of a sick case where it is seen, and elsewhere what looks like one."""
    cases = len(study["sick"])
    wrong, rating = chance.random(cases) < _FALSE, chance.normal(size=cases)
    return [
        froc.RatedCase(
            (float(seen) if seen > 0 else froc.UNMARKED,) if is_sick else (), (float(other),) if is_wrong else ()
        )
        for is_sick, seen, is_wrong, other in zip(study["sick"], study["seen"][:, 0], wrong, rating, strict=True)
    ]


def true_merit(chance: np.random.Generator, per_patient: int) -> float:
    """Of each pair of a lesion and a case without any: how often the lesion is rated higher."""
    study = draw(chance, _MANY, per_patient)
    cases = marked(study, chance)
    sick = np.array([rating for case in cases for rating in case.lesions])
    well = np.sort([max(case.false, default=froc.UNMARKED) for case in cases if not case.lesions])
    below, above = np.searchsorted(well, sick, "left"), np.searchsorted(well, sick, "right")
    return float((below + above).mean() / 2 / len(well))


def true_figures(chance: np.random.Generator, per_patient: int) -> dict[str, float]:
    """The same figures of very many cases, without intervals."""
    study = draw(chance, _MANY, per_patient)
    yes, scale, mm, sick = study["yes"], study["scale"], study["mm"], study["sick"]
    areas = [_area(scale[:, reader], sick) for reader in (0, 1)]
    return {
        "share alike": float((yes[:, 0] == yes[:, 1]).mean()), "sensitivity": float(yes[sick, 0].mean()),
        "Cohen's kappa": kappa.cohen(yes[:, :2], 2), "Gwet's AC1, rare": kappa.ac1(study["rare"][:, :2], 2),
        "weighted kappa": kappa.weighted(scale[:, :2], _POINTS), "Fleiss' kappa": kappa.fleiss(yes, 2),
        "ICC(2,1)": numbers.icc(mm), "bias": numbers.bias(mm[:, :2]), "upper limit": numbers.upper_limit(mm[:, :2]),
        "ROC area": areas[0], "difference in ROC area": areas[1] - areas[0],
        "JAFROC merit": true_merit(chance, per_patient), "gain, other readers": true_gain(chance, per_patient),
    }  # fmt: skip


def _area(ratings: np.ndarray, sick: np.ndarray) -> float:
    """From the shares of each point of the scale: all pairs of half a million cases would not fit into the memory."""
    one, other = (np.bincount(ratings[of], minlength=_POINTS) / of.sum() for of in (sick, ~sick))
    return float(sum(one[point] * (other[:point].sum() + other[point] / 2) for point in range(_POINTS)))


def coverage(trials: int, per_patient: int) -> dict[str, tuple[float, int]]:
    """Figure -> (share of the trials whose interval holds the true figure, trials without an interval)."""
    chance = np.random.default_rng(11)
    true = true_figures(chance, per_patient)
    held: dict[str, list[bool]] = {name: [] for name in true}
    for _ in range(trials):
        given = figures(draw(chance, _CASES, per_patient), chance)
        for name, found in (*given, ("gain, other readers", gain_of_readers(chance, per_patient))):
            if np.isfinite(found.low):
                held[name].append(found.low <= true[name] <= found.high)
    return {name: (float(np.mean(hits)), trials - len(hits)) for name, hits in held.items()}


def main() -> None:
    """Print a line for each figure: with one case for each patient, and with four."""
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for per_patient in (1, 4):
        print(f"{_CASES} cases, {per_patient} for each patient, {trials} trials")
        for name, (hits, without) in coverage(trials, per_patient).items():
            print(f"  {name:24} {hits:.1%}" + (f", {without} without an interval" if without else ""))


if __name__ == "__main__":
    main()
