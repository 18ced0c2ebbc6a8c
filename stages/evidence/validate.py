"""Stage validate: what one would choose without a test set: scores and decision rules on held-out attack types."""

import sys
from pathlib import Path

import numpy as np

from nids.base.files import write_json
from nids.base.parallel import in_parallel
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_training
from nids.detect import DECIDED, MAIN
from nids.methods import of_arm
from nids.params import read_params
from nids.runs.folds import folds
from nids.runs.run import Settings
from nids.runs.validation import SPLIT_AT_RANDOM, random_part, random_split_scores


def main(arm: str) -> None:
    params = read_params()
    dataset = read_dataset()
    train = read_training(dataset)
    # The slowest first, so that no core idles at the end.
    methods, n_folds = tuple(reversed(of_arm(arm))), params.decision.folds
    cuts = {seed: folds(train, dataset.class_of, n_folds, seed) for seed in params.decision.seeds}
    settings = {method: Settings.of(method, params, dataset) for method in methods}
    parts = [(seed, cuts[seed] != fold) for seed in cuts for fold in range(n_folds)]
    # Found once for all methods of the arm.
    fits = [(methods[0], settings[methods[0]], train, known, seed) for seed, known in parts]
    undersampled = in_parallel("nids.runs.run:kept", fits, progress=f"K-means, {arm}")
    runs = [(method, *part, kept) for method in methods for part, kept in zip(parts, undersampled, strict=True)]
    # As large a part as is held out to choose the decision rules.
    first = params.decision.seeds[0]
    at_random = random_part(len(train.labels), n_folds, first)
    runs += [(method, first, at_random, None) for method in methods if method in SPLIT_AT_RANDOM]
    found = in_parallel(
        "nids.runs.validation:held_out_probabilities",
        [
            (method, settings[method], params.classifiers.voting, train, known, kept, seed)
            for method, seed, known, kept in runs
        ],
        progress=f"held-out rows, {arm}",
    )
    held_out = np.concatenate([np.flatnonzero(cuts[seed] == fold) for seed in cuts for fold in range(n_folds)])
    labels, types = train.labels[held_out], train.types[held_out]
    normal = dataset.normal
    n = len(parts)
    of_method = {method: found[i * n : (i + 1) * n] for i, method in enumerate(methods)}
    pairs = [(method, name) for method in methods for name in DECIDED]
    chosen = in_parallel(
        "nids.judge.rule:rule",
        [
            (
                np.concatenate([of_fold[name] for of_fold in of_method[method]]),
                labels,
                types,
                dataset.classes,
                normal,
                params.decision.false_alarm_rate,
            )
            for method, name in pairs
        ],
        progress=f"decision rules, {arm}",
    )
    rules: dict[str, dict] = {method: {} for method in of_arm(arm)}
    for (method, name), rule in zip(pairs, chosen, strict=True):
        rules[method][name] = rule
    split = {
        method: random_split_scores(p, train.labels[~at_random], dataset.classes, normal)
        for method, p in zip([m for m in methods if m in SPLIT_AT_RANDOM], found[len(methods) * n :], strict=True)
    }
    classifier, decided = MAIN
    figures = {
        short: {method: of[classifier][name][decided] for method, of in rules.items()}
        for short, name in (("validation", "macro_recall"), ("alarms", "false_alarm_rate"))
    }
    write_json(Path(f"data/decision/{arm}/rules.json"), rules)
    write_json(Path(f"data/decision/{arm}/random_split.json"), split)
    # What experiments are chosen by, in names short enough for `dvc exp show`.
    write_json(Path(f"data/validation/{arm}.json"), figures)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
