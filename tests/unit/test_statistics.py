import json
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nids.judge.statistics import bootstrap_interval, friedman, holm, nemenyi, of_pairs, statistics, wilcoxon

TESTED = ("weighted_f1", "macro_f1", "recall_U2R")
MEANS = {"raw": 0.7, "smote": 0.75, "vae": 0.75, "ae_flow": 0.8}


def _scores(seeds: int) -> pd.DataFrame:
    """Methods that differ by far more than seeds do, but smote and vae, which are equal."""
    spread = np.random.default_rng(0).normal(0, 0.002, seeds)
    return pd.DataFrame(
        [
            {"method": method, "seed": seed, **dict.fromkeys(TESTED, mean + spread[seed])}
            for method, mean in MEANS.items()
            for seed in range(seeds)
        ]
    )


def test_ten_seeds_give_what_the_formulas_say() -> None:
    frame = _scores(10)
    frame.loc[frame["method"] == "raw", "macro_f1"] += np.linspace(0, 0.01, 10)
    found = statistics(frame, TESTED)
    assert tuple(found) == TESTED
    of_score = found["macro_f1"]
    assert list(of_score["methods"]) == list(MEANS)
    values = frame[frame["method"] == "raw"]["macro_f1"]
    raw = of_score["methods"]["raw"]
    assert raw["mean"] == pytest.approx(values.mean(), abs=1e-6)
    assert raw["std"] == pytest.approx(values.std(), abs=1e-6)
    assert raw["low"] < raw["mean"] < raw["high"]
    against = of_score["against_ae_flow"]
    assert list(against) == ["raw", "smote", "vae"]
    assert against["raw"]["difference"] == pytest.approx(0.1 - 0.005, abs=1e-6)
    assert against["raw"]["low"] < against["raw"]["difference"] < against["raw"]["high"]
    # The same sign ten times: 2 / 2 ** 10, and three times that for three methods.
    assert {(of["p"], of["p_holm"]) for of in against.values()} == {(0.001953, 0.005859)}
    # smote and vae tie in every seed, though their differences to AE-Flow are not the same bits.
    assert of_score["ranks"] == {"raw": 4, "smote": 2.5, "vae": 2.5, "ae_flow": 1}
    assert of_score["friedman_p"] < 0.0001
    assert of_score["critical_difference"] == pytest.approx(1.4832, abs=1e-4)


def test_pairs_are_made_by_seed_whatever_the_order_of_rows() -> None:
    frame = _scores(10)
    mixed = frame.sample(frac=1, random_state=0)
    names = ("macro_f1",)
    found, in_order = statistics(mixed, names)["macro_f1"], statistics(frame, names)["macro_f1"]
    assert found == in_order


def test_what_changes_between_two_configurations_is_paired_by_method_and_seed() -> None:
    before = _scores(10)
    after = before.copy()
    after["macro_f1"] += after["method"].map({"raw": 0.02, "smote": -0.01, "vae": 0.0, "ae_flow": 0.03})
    after.loc[after["method"] == "ae_flow", "macro_f1"] += np.linspace(0, 0.01, 10)
    found = of_pairs(after.sample(frac=1, random_state=0), before, TESTED)
    assert tuple(found) == TESTED
    assert {method: of["difference"] for method, of in found["macro_f1"].items()} == pytest.approx(
        {"raw": 0.02, "smote": -0.01, "vae": 0, "ae_flow": 0.035}
    )
    p = {method: (of["p"], of["p_holm"]) for method, of in found["macro_f1"].items()}
    # The smallest of four p by four, and no change at all is 1.
    assert p["raw"] == p["smote"] == p["ae_flow"] == (0.001953, 0.007812)
    assert p["vae"] == (1, 1)
    assert {of["difference"] for of in found["weighted_f1"].values()} == {0}
    few = of_pairs(after[after["seed"] < 3], before[before["seed"] < 3], ["macro_f1"])["macro_f1"]["raw"]
    assert (few["p"], few["p_holm"]) == (None, None)


def test_found_can_be_stored_and_found_again() -> None:
    found = statistics(_scores(6), TESTED)
    assert json.loads(json.dumps(found, allow_nan=False)) == found == statistics(_scores(6), TESTED)


@pytest.mark.parametrize("seeds", [1, 4])
def test_with_few_seeds_no_test_is_made_and_the_rest_stays(seeds: int) -> None:
    found = statistics(_scores(seeds), TESTED)["weighted_f1"]
    assert found["friedman_p"] is None
    assert found["critical_difference"] is None
    assert all(of["p"] is None and of["p_holm"] is None for of in found["against_ae_flow"].values())
    assert found["against_ae_flow"]["raw"]["difference"] == pytest.approx(0.1)
    assert found["ranks"]["ae_flow"] == 1
    if seeds == 1:
        assert all(of["std"] == 0 and of["low"] == of["mean"] == of["high"] for of in found["methods"].values())


def test_five_seeds_are_enough() -> None:
    assert statistics(_scores(5), TESTED)["weighted_f1"]["against_ae_flow"]["raw"]["p"] == 0.0625


def test_methods_that_never_differ_are_not_told_apart() -> None:
    frame = _scores(10).assign(**dict.fromkeys(TESTED, 0.0))
    found = statistics(frame, TESTED)["recall_U2R"]
    assert found["friedman_p"] == 1
    assert set(found["ranks"].values()) == {2.5}
    assert {(of["difference"], of["p"], of["p_holm"]) for of in found["against_ae_flow"].values()} == {(0, 1, 1)}


def test_rounding_errors_make_no_difference() -> None:
    # Recalls of 200 rows: ahead by 1, 1, 1 and 2 rows, behind by 1 row, equal once; not so in floating point.
    ours, theirs = np.array([162, 38, 22, 166, 8, 105]) / 200, np.array([161, 37, 21, 164, 9, 105]) / 200
    # Equal but for the last bit, and less by what is not shown.
    values = {"ae_flow": ours, "smote": theirs, "vae": theirs + np.spacing(theirs), "cgan": ours + 1e-9}
    assert (values["vae"] != theirs).all()
    assert wilcoxon(ours - theirs) == 0.125
    frame = pd.DataFrame(
        [
            {"method": method, "seed": seed, "recall_U2R": value}
            for method, of_method in values.items()
            for seed, value in enumerate(of_method)
        ]
    )
    found = statistics(frame, ("recall_U2R",))["recall_U2R"]
    assert found["against_ae_flow"]["smote"]["p"] == wilcoxon(np.array([1, 1, 1, 2, -1, 0])) == 0.3125
    assert found["ranks"]["smote"] == found["ranks"]["vae"]
    assert str(found["against_ae_flow"]["cgan"]["difference"]) == "0.0"


def test_missing_and_repeated_rows_are_refused() -> None:
    frame = _scores(5)
    with pytest.raises(ValueError, match="weighted_f1 is missing"):
        statistics(frame.drop(index=3), TESTED)
    with pytest.raises(ValueError, match="macro_f1 is missing"):
        statistics(frame.assign(macro_f1=frame["macro_f1"].where(frame.index != 2)), TESTED)
    with pytest.raises(ValueError, match="duplicate"):
        statistics(pd.concat([frame, frame.tail(1)]), TESTED)


@pytest.mark.parametrize(
    "differences",
    [
        [0.1] * 10,
        [0.3, -0.1, 0.2, 0.2, 0.5, -0.2, 0.4, 0.7, 0.9, 1.1],
        [0.0, 0.0, 0.1, 0.1, -0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        [0.0] * 9 + [0.1],
    ],
)
def test_wilcoxon_counts_all_signs_exactly(differences: list[float]) -> None:
    d = np.array(differences)
    ranks = pd.Series(np.abs(d[d != 0])).rank().to_numpy()
    sums = np.array([ranks @ np.array(signs) for signs in product([0, 1], repeat=len(ranks))])
    least = min(ranks @ (d[d != 0] > 0), ranks @ (d[d != 0] < 0))
    assert wilcoxon(d) == pytest.approx(min(1.0, 2 * (sums <= least).mean()))


def test_holm_is_step_down_and_monotone() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}) == pytest.approx(
        {"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02}
    )
    assert holm({"a": 0.6, "b": 0.9}) == {"a": 1.0, "b": 1.0}


def test_critical_difference_is_demsars() -> None:
    # His Sect. 3.2.2: four classifiers, fourteen data sets.
    assert nemenyi(4, 14) == pytest.approx(1.25, abs=0.005)


def test_friedman_as_by_hand() -> None:
    table = np.array([[1, 2, 3], [1, 3, 2], [2, 1, 3], [1, 2, 3]])
    # Rank sums 5, 8, 11; 12 / (4 * 3 * 4) * (25 + 64 + 121) - 3 * 4 * 4 = 4.5; p = exp(-4.5 / 2).
    assert friedman(table) == pytest.approx(np.exp(-2.25))


def test_bootstrap_interval_has_the_width_of_the_mean_and_is_repeatable() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.1, 400)
    low, high = bootstrap_interval(values)
    assert (low, high) == bootstrap_interval(values)
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.05)
    assert (low + high) / 2 == pytest.approx(values.mean(), abs=0.001)
    assert bootstrap_interval(np.array([0.3])) == (0.3, 0.3)


@pytest.mark.parametrize("n", [2, 3, 10])
def test_bootstrap_interval_is_scipys(n: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    found = stats.bootstrap(
        (values,), np.mean, confidence_level=0.95, method="percentile", n_resamples=10_000, rng=np.random.default_rng(0)
    ).confidence_interval
    assert bootstrap_interval(values) == pytest.approx((found.low, found.high), abs=1e-12)
