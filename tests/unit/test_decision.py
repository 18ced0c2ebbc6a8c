"""Multipliers of the predicted probabilities, and what a stored rule says of them."""

from itertools import product

import numpy as np
import pytest

from nids.detect.decision import MULTIPLIERS, _decisions, choose_multipliers, decide, recalls
from nids.judge.rule import rule

CLASSES = ("Dos", "Normal", "Probe", "R2L", "U2R")


def _rows(*groups: tuple[int, int, list[float]]) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities and labels of groups (rows, label, powers of ten of the probabilities)."""
    powers = np.array([of_group for n, _, of_group in groups for _ in range(n)])
    probabilities = 10.0**powers
    labels = np.array([label for n, label, _ in groups for _ in range(n)])
    return probabilities / probabilities.sum(axis=1, keepdims=True), labels


def _alarms_and_recall(multipliers: np.ndarray, p: np.ndarray, labels: np.ndarray, types: np.ndarray) -> list[float]:
    """Return the share of rows of class 0 taken for others, and the mean recall of the others, from their words."""
    predicted = np.array([int(np.argmax([m * q for m, q in zip(multipliers, row, strict=True)])) for row in p])
    alarms = np.mean(predicted[labels == 0] != 0)
    of_classes = []
    for label in sorted(set(labels) - {0}):
        of_types = [np.mean(predicted[types == t] == label) for t in sorted(set(types[labels == label]))]
        of_classes.append(np.mean(of_types))
    return [float(alarms), float(np.mean(of_classes))]


def test_the_class_taken_has_the_largest_product() -> None:
    p = np.array([[0.9, 0.08, 0.02], [0.5, 0.3, 0.2], [0.98, 0.02, 0.0]])
    assert decide(p, np.array([1.0, 1.0, 1.0])).tolist() == [0, 0, 0]
    assert decide(p, np.array([1.0, 10.0, 100.0])).tolist() == [2, 2, 0]
    assert decide(p, np.array([1.0, 10.0, 1.0])).tolist() == [0, 1, 0]


def test_recalls_are_means_over_types() -> None:
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2])
    # Types 2 and 6 are of no row; class 1 has types 3 (four rows) and 5 (one).
    types = np.array([0, 0, 1, 1, 3, 3, 3, 3, 5, 4, 4])
    predicted = np.array([0, 1, 0, 0, 1, 0, 1, 1, 2, 2, 2])
    assert recalls(predicted, labels, types) == pytest.approx(
        {0: (1 / 2 + 2 / 2) / 2, 1: (3 / 4 + 0 / 1) / 2, 2: 2 / 2}
    )


def test_multipliers_find_what_arg_max_misses() -> None:
    """Attacks are caught from 10 ** 1.25 up, one of twenty Normal rows from 10 ** 0.5, the others from 10 ** 2.25."""
    p, labels = _rows((19, 0, [0, -2.1]), (1, 0, [0, -0.4]), (5, 1, [0, -1.1]))
    assert decide(p, np.ones(2)).tolist() == [0] * 25
    found = choose_multipliers(p, labels, labels, normal=0, false_alarm_rate=0.06)
    assert found[0] == 1
    assert found[1] * 1.00001 >= 10**1.25
    assert found[1] <= 100
    assert _alarms_and_recall(found, p, labels, labels) == [0.05, 1.0]
    # No exponent catches an attack without that alarm.
    none = choose_multipliers(p, labels, labels, normal=0, false_alarm_rate=0.04)
    assert _alarms_and_recall(none, p, labels, labels) == [0.0, 0.0]


def test_normal_can_have_any_code() -> None:
    p, labels = _rows((19, 2, [-2.1, -9, 0]), (5, 0, [-1.1, -9, 0]), (3, 1, [-9, 0, -3]))
    found = choose_multipliers(p, labels, labels, normal=2, false_alarm_rate=0.01)
    assert found[2] == 1
    np.testing.assert_array_equal(decide(p, found), labels)


@pytest.mark.parametrize("by_type", [True, False])
def test_what_is_maximised_is_the_mean_over_types(by_type: bool) -> None:
    """One row of a type of its own is worth four of ten rows of another class, but only as a type."""
    p, labels = _rows(
        (4, 0, [0, -9, -9]),
        (10, 1, [-9, 0, -9]),
        (1, 1, [-9, -1.1, 0]),  # found where class 1 is multiplied by 10 ** 1.25 times what class 2 is
        (6, 2, [-9, -9, 0]),
        (4, 2, [-9, -0.6, 0]),  # lost there
    )
    types = np.array([0] * 4 + [1] * 10 + [2 if by_type else 1] + [3] * 10)
    found = decide(p, choose_multipliers(p, labels, types, normal=0, false_alarm_rate=0.1))
    assert (found[14], set(found[-4:])) == ((1, {1}) if by_type else (2, {2}))


@pytest.mark.parametrize("seed", [0, 8, 27])
@pytest.mark.parametrize("budget", [0.1, 0.3])
def test_no_multipliers_do_better_within_the_budget(seed: int, budget: float) -> None:
    """Coordinate ascent may stop short of the best; for these rows it does not."""
    rng = np.random.default_rng(seed)
    labels = np.repeat([0, 1, 2], [17, 12, 9])
    types = np.repeat([0, 1, 2, 3, 4], [17, 10, 2, 6, 3])
    p = 10 ** (rng.normal(0, 0.7, size=(38, 3)) + [2.5, 1, 0] + 1.2 * np.eye(3)[labels])
    p /= p.sum(axis=1, keepdims=True)
    found = choose_multipliers(p, labels, types, normal=0, false_alarm_rate=budget)
    assert found[0] == 1
    assert np.isin(found, MULTIPLIERS).all()
    alarms, recall = _alarms_and_recall(found, p, labels, types)
    assert alarms <= budget
    trials = [_alarms_and_recall(np.array([1, a, b]), p, labels, types) for a, b in product(MULTIPLIERS, MULTIPLIERS)]
    assert recall == pytest.approx(max(of_trial for alarms, of_trial in trials if alarms <= budget))
    assert recall > _alarms_and_recall(np.ones(3), p, labels, types)[1]


def test_a_budget_that_cannot_be_met_gives_the_fewest_alarms() -> None:
    """Two of eight Normal rows look like attacks whatever the multipliers; two more only from 10 ** -1 up."""
    p, labels = _rows(
        (4, 0, [0, -6, -6]), (2, 0, [0, 1.1, -6]), (1, 0, [0, 3, -6]), (1, 0, [0, -6, 3]), (3, 1, [0, 1.05, -6])
    )
    labels = np.append(labels, 2)
    p = np.vstack([p, [[0.1, 0.1, 0.8]]])
    assert _alarms_and_recall(np.ones(3), p, labels, labels)[0] == 0.5
    found = choose_multipliers(p, labels, labels, normal=0, false_alarm_rate=0.1)
    assert _alarms_and_recall(found, p, labels, labels)[0] == 0.25
    assert found[0] == 1


def test_a_budget_may_be_met_exactly() -> None:
    """Three of ten Normal rows: 1 - 0.7 is more than 0.3 in floating point."""
    p, labels = _rows((7, 0, [0, -6]), (3, 0, [0, -0.4]), (5, 1, [0, -1.1]))
    found = choose_multipliers(p, labels, labels, normal=0, false_alarm_rate=0.3)
    assert _alarms_and_recall(found, p, labels, labels) == [0.3, 1.0]


def test_two_classes_that_must_be_lowered_together() -> None:
    """Half of the Normal rows look like either of two attacks: to lower one leaves the alarms as they are."""
    p, labels = _rows((5, 0, [0, -6, -6]), (5, 0, [0, 0.9, 0.9]), (4, 1, [-6, 0, -6]), (4, 2, [-6, -6, 0]))
    found = choose_multipliers(p, labels, labels, normal=0, false_alarm_rate=0.1)
    assert _alarms_and_recall(found, p, labels, labels) == [0.0, 1.0]


@pytest.mark.parametrize("codes", [[0, 1], [1, 0]])
def test_ties_fall_in_the_search_as_in_the_decision(codes: list[int]) -> None:
    """Equal products go to the lower code; were it otherwise in the search, it would find no way to the attack."""
    rng = np.random.default_rng(0)
    normal, attack = codes
    labels = rng.choice(2, 200)
    p = np.where(labels == attack, 0.25, 0.02)[:, None] * np.ones(2)
    p[:, normal] = 0.25
    found = choose_multipliers(p, labels, labels, normal=normal, false_alarm_rate=0.0)
    np.testing.assert_array_equal(decide(p, found), labels)
    for label in range(2):
        for multiplier, predicted in _decisions(p, found, label):
            changed = found.copy()
            changed[label] = multiplier
            np.testing.assert_array_equal(predicted, decide(p, changed))


def test_a_probability_of_zero_is_no_obstacle() -> None:
    p, labels = np.array([[1.0, 0.0], [1.0, 0.0], [0.9, 0.1]]), np.array([0, 0, 1])
    found = choose_multipliers(p, labels, labels, normal=0, false_alarm_rate=0.1)
    assert decide(p, found).tolist() == [0, 0, 1]


def test_a_rule_tells_what_it_does_to_the_rows() -> None:
    normal = CLASSES.index("Normal")
    attacks = np.array(
        ["normal"] * 20 + ["neptune"] * 3 + ["satan"] * 3 + ["guess_passwd"] * 9 + ["warezmaster"] + ["rootkit"] * 3
    )
    labels = np.repeat([normal, 0, 2, 3, 4], [20, 3, 3, 10, 3])
    p = np.full((39, 5), 1e-6)
    p[np.arange(39), labels] = 1.0
    p[19, 4], p[19, normal] = 0.08, 1.0  # an alarm from 10 ** 1.25 up
    p[35, 3], p[35, normal] = 0.008, 1.0  # the only warezmaster, missed below 10 ** 2.25
    p[-2:, 4], p[-2:, normal] = 0.04, 1.0  # two of three rootkits, missed below 10 ** 1.5
    p /= p.sum(axis=1, keepdims=True)
    found = rule(p, labels, attacks, CLASSES, "Normal", 0.06)
    assert list(found["multipliers"]) == list(CLASSES)
    assert found["multipliers"]["Normal"] == 1
    assert found["classes"] == {
        "Dos": {"argmax": 1, "decided": 1},
        "Normal": {"argmax": 1, "decided": 0.95},
        "Probe": {"argmax": 1, "decided": 1},
        "R2L": {"argmax": 0.5, "decided": 1},
        "U2R": {"argmax": 0.3333, "decided": 1},
    }
    assert found["false_alarm_rate"] == {"argmax": 0, "decided": 0.05}
    assert found["macro_recall"] == {"argmax": 0.7083, "decided": 1}
    multipliers = np.array(list(found["multipliers"].values()))
    np.testing.assert_array_equal(np.flatnonzero(decide(p, multipliers) != labels), [19])
    strict = rule(p, labels, attacks, CLASSES, "Normal", 0.04)
    assert strict["false_alarm_rate"]["decided"] == 0
    assert strict["classes"]["R2L"]["decided"] == 1
    assert strict["classes"]["U2R"]["decided"] == 0.3333
