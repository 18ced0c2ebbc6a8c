"""The answer in sentences, chosen by the numbers: is the studied method ahead, how sure, and what does as well."""

from collections.abc import Mapping, Sequence
from typing import Any

from nids.detect import CLASSIFIERS, PAPERS, RULES
from nids.judge.comparison import STEPS
from nids.judge.statistics import MIN_SEEDS
from nids.methods import METHODS, STUDIED
from nids.show.pages.cells import counted, listed, number, p_text

_STUDIED = METHODS[STUDIED].name
TITLE = f"Does balancing with {_STUDIED} help?"
QUESTION = (
    f"{_STUDIED} adds synthetic records of the small classes to the training set. Does a classifier then recognise "
    "attacks better, and better than with simpler methods?"
)
# The methods that the studied one is to be ahead of, in both scores, at this level.
RIVALS = ("class_weight", "random", "smote")
JUDGED = {"weighted_f1": "weighted F1", "macro_f1": "macro F1"}
ALPHA = 0.05
_NUMBERS = ("none", "one", "two", "three", "four", "five", "six")


def in_text(method: str) -> str:
    """Return a method's name for the middle of a sentence."""
    return METHODS[method].in_text or METHODS[method].name


def outcome(comparison: Mapping[str, Any]) -> str:
    """Return whether the studied method is "ahead" or "behind" at p < ALPHA, or "open", or "untested"."""
    if comparison["p_holm"] is None:
        return "untested"
    if comparison["p_holm"] >= ALPHA or comparison["difference"] == 0:
        return "open"
    return "ahead" if comparison["difference"] > 0 else "behind"


def answer(found: Mapping[str, Any], seeds: int) -> list[str]:
    """Return the answer in a few sentences, the first of them short.

    found: ``{score: {"methods", "against_ae_flow", ...}}`` of one configuration, as in
    metrics/evidence/statistics.json; seeds: how many runs stand behind each mean.
    """
    against = {score: found[score]["against_ae_flow"] for score in JUDGED}
    if any(outcome(against[score][rival]) == "untested" for score in JUDGED for rival in RIVALS):
        return [
            f"This run cannot tell: it has {counted(seeds, 'seed')}, and a test of the differences needs at least "
            f"{MIN_SEEDS}.",
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
    better = "better" if kinds == {"ahead"} else "not clearly better"
    return [f"In {name} {_STUDIED} is {better} than {_rivals()} in {_both(found)}."]


def rows_sentence(steps: Mapping[str, Any]) -> str:
    """Return what the studied method's rows change where no row is left out; steps: metrics/evidence/steps.json."""
    after, before = STEPS["rows"]
    parts = []
    for score, name in JUDGED.items():
        found = steps[score]["rows"]
        p = "" if found["p_holm"] is None else f" ({_p(found)})"
        parts.append(f"{name} by {_points(found)} points{p}")
    return (
        f"Where no row is left out and every class weighs the same, {_STUDIED}'s rows change {listed(parts)}: "
        f"{in_text(after)} against {in_text(before)}."
    )


def _verdict(found: Mapping[str, Any], against: Mapping[str, Any]) -> list[str]:
    outcomes = {(rival, score): outcome(against[score][rival]) for rival in RIVALS for score in JUDGED}
    kinds = list(outcomes.values())
    if set(kinds) == {"ahead"}:
        largest = max(against[score][rival]["p_holm"] for rival, score in outcomes)
        return [
            f"Yes: {_STUDIED} is better than simpler methods in all {_NUMBERS[len(kinds)]} comparisons.",
            f"It is better than {_rivals()} in {_both(found)}; the largest Holm-adjusted p is {largest:.3f}.",
        ]
    phrases = {"ahead": "better in", "behind": "worse in", "open": "not clearly different in"}
    counts = [f"{phrase} {_NUMBERS[kinds.count(kind)]}" for kind, phrase in phrases.items() if kind in kinds]
    verdict = (
        f"{'Not clearly' if 'ahead' in kinds else 'No'}: of {_NUMBERS[len(kinds)]} comparisons with simpler methods, "
        f"{_STUDIED} is {listed(counts)}."
    )
    parts = []
    for kind, phrase in {"ahead": "better than", "behind": "worse than", "open": "not clearly different from"}.items():
        of_kind = [
            _compared(rival, scores, against)
            for rival in RIVALS
            if (scores := [score for score in JUDGED if outcomes[rival, score] == kind])
        ]
        if of_kind:
            parts.append(f"{phrase} {listed(of_kind)}")
    return [
        verdict,
        f"It is {'; '.join(parts)}. Differences are in points, and clear if p, Holm-adjusted, is below {ALPHA}.",
    ]


def _rivals() -> str:
    return listed([in_text(rival) for rival in RIVALS])


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


def _both(found: Mapping[str, Any]) -> str:
    return listed([f"{JUDGED[score]} ({_levels(found, score)})" for score in JUDGED])


def _levels(found: Mapping[str, Any], score: str) -> str:
    means = {method: 100 * of["mean"] for method, of in found[score]["methods"].items()}
    return f"{number(means[STUDIED], 1)}% against {listed([number(means[rival], 1) for rival in RIVALS])}"


def _values(found: Mapping[str, Any], score: str, seeds: int) -> str:
    means = {method: 100 * of["mean"] for method, of in found[score]["methods"].items()}
    rivals = listed([f"{in_text(rival)} {number(means[rival], 1)}" for rival in (*RIVALS, "raw")])
    with_what = "With this seed" if seeds == 1 else "In the mean of these seeds"
    return f"{with_what}, {_STUDIED} has {JUDGED[score]} {number(means[STUDIED], 1)}%; {rivals}."


def _against_raw(found: Mapping[str, Any], against: Mapping[str, Any]) -> str:
    parts = []
    for score, name in JUDGED.items():
        comparison = against[score]["raw"]
        low, high = (100 * found[score]["methods"][method]["mean"] for method in ("raw", STUDIED))
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
    return f"{helps}: against the raw training set {_STUDIED} changes {listed(parts)}."


def _what_else(against: Mapping[str, Any]) -> str:
    others = list(against["weighted_f1"])
    equal = [m for m in others if all(outcome(against[score][m]) != "ahead" for score in JUDGED)]
    better = [m for m in equal if any(outcome(against[score][m]) == "behind" for score in JUDGED)]
    if not equal:
        return (
            f"No other method here does as well: {_STUDIED} is better than each of them in at least one of the two "
            "scores."
        )
    them = "it" if len(equal) == 1 else "them"
    behind = ""
    if better:
        behind = f", and worse than {them if better == equal else listed([in_text(m) for m in better])} in at least one"
    do = "does" if len(equal) == 1 else "do"
    return (
        f"As far as these tests tell, {listed([in_text(m) for m in equal])} {do} as well or better: "
        f"{_STUDIED} is better than {them} in neither score{behind}."
    )


def chosen(decision: Mapping[str, Any], classifier: str) -> list[str]:
    """Return the methods with the highest validation macro recall under the decision rule (more than one if equal)."""
    recall = _validation(decision, classifier)
    return [method for method in recall if recall[method] == max(recall.values())]


def choice_sentence(
    decision: Mapping[str, Any], classifier: str, means: Mapping[str, Mapping[str, float]], test: str, held_out: str
) -> str:
    """Return which method one would choose on training rows, and what it and the studied one come to.

    decision: as metrics/evidence/decision.json; means: ``{method: {score: mean}}`` on ``test``;
    held_out: what validation holds out.
    """
    recall, best = _validation(decision, classifier), chosen(decision, classifier)
    place = 1 + sum(value > recall[STUDIED] for value in recall.values())
    text = (
        f"Without looking at {test} one can compare methods by their macro recall on {held_out} of "
        f"the training set. It is highest for {listed([in_text(m) for m in best])} "
        f"({number(100 * max(recall.values()), 1)}%)"
    )
    if STUDIED not in best:
        text += f"; {_STUDIED} has place {place} of {len(recall)} ({number(100 * recall[STUDIED], 1)}%)"
    results = [
        f"{listed([f'{number(100 * means[m][score], 1)}%' for score in JUDGED])} for {in_text(m)}"
        for m in dict.fromkeys([*best, STUDIED])
    ]
    return f"{text}. On {test} {listed(list(JUDGED.values()))} are {', '.join(results)}."


def _validation(decision: Mapping[str, Any], classifier: str) -> dict[str, float]:
    return {method: decision[method][classifier]["macro_recall"]["decided"] for method in METHODS}
