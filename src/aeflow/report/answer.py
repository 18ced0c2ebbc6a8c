"""The answer in sentences, chosen by the numbers: is AE-Flow ahead, how sure, and what does as well."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from aeflow.evidence.methods import CLASSIFIERS, METHODS, PAPERS, RULES
from aeflow.evidence.statistics import MIN_SEEDS
from aeflow.report.cells import counted, listed, number, p_text

QUESTION = "Does balancing with AE-Flow help, how sure is that, and what else would have done the same?"
# The methods that AE-Flow is to be ahead of, in both scores, at this level.
RIVALS = ("class_weight", "random", "smote")
JUDGED = {"weighted_f1": "weighted F1", "macro_f1": "macro F1"}
ALPHA = 0.05
# Score: what it is called, and the goal.
GOALS = {
    "weighted_f1": ("Weighted F1", 0.86),
    "macro_f1": ("Macro F1", 0.76),
    "recall_R2L": ("R2L recall", 0.60),
    "recall_U2R": ("U2R recall", 0.60),
    "recall_Normal": ("Normal recall", 0.95),
}
_IN_TEXT = {"raw": "the raw training set", "class_weight": "class weights", "random": "random oversampling"}
_NUMBERS = ("none", "one", "two", "three", "four", "five")


def in_text(method: str) -> str:
    """Return a method's name for the middle of a sentence."""
    return _IN_TEXT.get(method, METHODS[method])


def outcome(comparison: Mapping[str, Any]) -> str:
    """Return whether AE-Flow is "ahead" or "behind" at p < ALPHA, or "open", or "untested"."""
    if comparison["p_holm"] is None:
        return "untested"
    if comparison["p_holm"] >= ALPHA or comparison["difference"] == 0:
        return "open"
    return "ahead" if comparison["difference"] > 0 else "behind"


def answer(found: Mapping[str, Any], seeds: int) -> list[str]:
    """Return the answer in two to four sentences.

    found: ``{score: {"methods", "against_ae_flow", ...}}`` of one configuration, as in
    metrics/statistics.json; seeds: how many runs stand behind each mean.
    """
    against = {score: found[score]["against_ae_flow"] for score in JUDGED}
    if any(outcome(against[score][rival]) == "untested" for score in JUDGED for rival in RIVALS):
        return [
            f"This run cannot tell: it has {counted(seeds, 'seed')}, and with fewer than {MIN_SEEDS} no test is made, "
            "so no difference below can be called sure.",
            *(_values(found, score, seeds) for score in JUDGED),
        ]
    return [*_verdict(found, against), _against_raw(found, against), _what_else(against)]


def in_the_papers(found: Mapping[str, Any]) -> list[str]:
    """Return a sentence on the paper's configuration, or none without tests; found: as in ``answer``."""
    against = {score: found[score]["against_ae_flow"] for score in JUDGED}
    kinds = {outcome(against[score][rival]) for score in JUDGED for rival in RIVALS}
    if "untested" in kinds:
        return []
    classifier, rule = PAPERS
    name = f"the paper's configuration ({CLASSIFIERS[classifier]}, {RULES[rule]})"
    both = listed([f"{JUDGED[score]} ({_levels(found, score)})" for score in JUDGED])
    ahead = "ahead" if kinds == {"ahead"} else "not ahead of all"
    rivals = listed([in_text(rival) for rival in RIVALS])
    return [f"In {name} AE-Flow, compared with {rivals}, is {ahead} in {both}."]


def _verdict(found: Mapping[str, Any], against: Mapping[str, Any]) -> list[str]:
    rivals = listed([in_text(rival) for rival in RIVALS])
    outcomes = {(rival, score): outcome(against[score][rival]) for rival in RIVALS for score in JUDGED}
    if set(outcomes.values()) == {"ahead"}:
        largest = max(against[score][rival]["p_holm"] for rival, score in outcomes)
        both = listed([f"{JUDGED[score]} ({_levels(found, score)})" for score in JUDGED])
        return [
            f"Yes: AE-Flow is ahead of {rivals} in {both}; the largest of the six Holm-adjusted p is {largest:.3f}."
        ]
    verdict = f"No: AE-Flow is not ahead of {rivals} in both weighted F1 and macro F1 at Holm-adjusted p < {ALPHA}."
    phrases = {"ahead": "ahead of", "behind": "behind", "open": "not told apart from"}
    parts = []
    for kind, phrase in phrases.items():
        of_kind = [
            _compared(rival, scores, against)
            for rival in RIVALS
            if (scores := [score for score in JUDGED if outcomes[rival, score] == kind])
        ]
        if of_kind:
            parts.append(f"{phrase} {listed(of_kind)}")
    return [verdict, f"It is {'; '.join(parts)}."]


def _compared(method: str, scores: Sequence[str], against: Mapping[str, Any]) -> str:
    found = {score: against[score][method] for score in scores}
    return f"{in_text(method)} in " + listed(
        [f"{JUDGED[score]} ({_points(comparison)}, {_p(comparison)})" for score, comparison in found.items()]
    )


def _points(comparison: Mapping[str, Any]) -> str:
    return number(100 * comparison["difference"], 1, signed=True)


def _p(comparison: Mapping[str, Any]) -> str:
    text = p_text(comparison["p_holm"])
    return (f"p {text}" if text.startswith("<") else f"p = {text}").replace(" ", "\N{NO-BREAK SPACE}")


def _levels(found: Mapping[str, Any], score: str) -> str:
    means = {method: 100 * of["mean"] for method, of in found[score]["methods"].items()}
    return f"{number(means['ae_flow'], 1)}% against {listed([number(means[rival], 1) for rival in RIVALS])}"


def _values(found: Mapping[str, Any], score: str, seeds: int) -> str:
    means = {method: 100 * of["mean"] for method, of in found[score]["methods"].items()}
    rivals = listed([f"{in_text(rival)} {number(means[rival], 1)}" for rival in (*RIVALS, "raw")])
    with_what = "With this seed" if seeds == 1 else "In the mean of these seeds"
    return f"{with_what}, AE-Flow has {JUDGED[score]} {number(means['ae_flow'], 1)}%; {rivals}."


def _against_raw(found: Mapping[str, Any], against: Mapping[str, Any]) -> str:
    parts = []
    for score, name in JUDGED.items():
        comparison = against[score]["raw"]
        low, high = (100 * found[score]["methods"][method]["mean"] for method in ("raw", "ae_flow"))
        parts.append(
            f"{name} by {_points(comparison)} points ({number(low, 1)} to {number(high, 1)}%, {_p(comparison)})"
        )
    kinds = {outcome(against[score]["raw"]) for score in JUDGED}
    helps = {
        frozenset({"ahead"}): "Balancing itself helps",
        frozenset({"ahead", "open"}): "Balancing itself helps in one score",
        frozenset({"open"}): "Whether balancing helps at all stays open",
        frozenset({"behind"}): "Balancing does harm",
        frozenset({"behind", "open"}): "Balancing does harm in one score",
        frozenset({"ahead", "behind"}): "Balancing helps in one score and does harm in the other",
    }[frozenset(kinds)]
    return f"{helps}: against the raw training set AE-Flow changes {listed(parts)}."


def _what_else(against: Mapping[str, Any]) -> str:
    others = list(against["weighted_f1"])
    equal = [m for m in others if all(outcome(against[score][m]) != "ahead" for score in JUDGED)]
    better = [m for m in equal if any(outcome(against[score][m]) == "behind" for score in JUDGED)]
    if not equal:
        return (
            "Nothing else here would have done the same: AE-Flow is ahead of each method in at least one of the two "
            "scores."
        )
    them = "it" if len(equal) == 1 else "them"
    behind = ""
    if better:
        behind = f", and behind {them if better == equal else listed([in_text(m) for m in better])} in at least one"
    return (
        f"As far as these tests tell, {listed([in_text(m) for m in equal])} would have done the same or better: "
        f"AE-Flow is ahead of {them} in neither score{behind}."
    )


def goals(values: Mapping[str, np.ndarray], printed: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return the goals beside ours and the paper's, in percent.

    values: AE-Flow's scores in the configuration that methods are compared in, one for each seed;
    printed: the paper's, in percent.
    """
    found = []
    for score, (name, goal) in GOALS.items():
        mean = float(np.mean(values[score]))
        std = f" ± {number(100 * float(np.std(values[score], ddof=1)), 2)}" if len(values[score]) > 1 else ""
        found.append(
            {
                "name": name,
                "goal": number(100 * goal, 0),
                "ours": number(100 * mean, 2),
                "std": std,
                "paper": number(printed[score], 1),
                "met": mean >= goal,
            }
        )
    return found


def goals_sentence(found: Sequence[Mapping[str, Any]]) -> str:
    """Return how many of the goals are met, and which."""
    met = [goal["name"] for goal in found if goal["met"]]
    total = _NUMBERS[len(found)]
    if not met:
        return f"AE-Flow meets none of the {total} goals."
    if len(met) == len(found):
        return f"AE-Flow meets all {total} goals."
    return f"AE-Flow meets {_NUMBERS[len(met)]} of the {total} goals: {listed(met)}."


def chosen(decision: Mapping[str, Any], classifier: str) -> list[str]:
    """Return the methods with the highest validation macro recall under the decision rule (more than one if equal)."""
    recall = _validation(decision, classifier)
    return [method for method in recall if recall[method] == max(recall.values())]


def choice_sentence(decision: Mapping[str, Any], classifier: str, means: Mapping[str, Mapping[str, float]]) -> str:
    """Return which method one would choose on training rows, and what it came to.

    decision: as metrics/decision.json; means: ``{method: {score: mean}}`` on KDDTest+.
    """
    recall, best = _validation(decision, classifier), chosen(decision, classifier)
    place = 1 + sum(value > recall["ae_flow"] for value in recall.values())
    text = f"Chosen on training rows alone, the method is {listed([in_text(m) for m in best], 'or')}"
    text += f" (macro recall on held-out attack types {number(100 * max(recall.values()), 1)}%"
    if "ae_flow" not in best:
        text += f"; AE-Flow {number(100 * recall['ae_flow'], 1)}%, place {place} of {len(recall)}"
    results = [
        f"weighted F1 {number(100 * means[m]['weighted_f1'], 1)}% and macro F1 {number(100 * means[m]['macro_f1'], 1)}%"
        for m in best
    ]
    return f"{text}); on KDDTest+ it has {listed(results, 'or')}."


def _validation(decision: Mapping[str, Any], classifier: str) -> dict[str, float]:
    return {method: decision[method][classifier]["macro_recall"]["decided"] for method in METHODS}
