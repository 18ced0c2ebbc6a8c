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
from nids.detect.density import Density, part_path
from nids.methods import METHODS, of_arm
from nids.params import read_params
from nids.runs.folds import parts
from nids.runs.run import Settings, Shared
from nids.runs.validation import SPLIT_AT_RANDOM, random_split_scores


def main(arm: str) -> None:
    params = read_params()
    dataset = read_dataset()
    train = read_training(dataset)
    # The slowest first, so that no core idles at the end.
    methods = tuple(reversed(of_arm(arm)))
    settings = {method: Settings.of(method, params, dataset) for method in methods}
    *cuts, at_random = parts(train, dataset.class_of, params.decision.folds, params.decision.seeds)
    split = [method for method in methods if method in SPLIT_AT_RANDOM]
    used = [*cuts, at_random] if split else cuts
    # Found once for all methods of the arm.
    densities = [Density.load(part_path(part.name), train.encoder) for part in used]
    undersampled = [None] * len(used)
    if any(METHODS[method].undersampled for method in methods):
        fits = [(settings[methods[0]], train, part.known, part.seed) for part in used]
        undersampled = in_parallel("nids.runs.run:kept", fits, progress=f"K-means, {arm}")
    shared = {part.name: Shared(*of) for part, of in zip(used, zip(undersampled, densities, strict=True), strict=True)}
    runs = [(method, part) for method in methods for part in cuts]
    found = in_parallel(
        "nids.runs.validation:held_out_probabilities",
        [
            (method, settings[method], params.classifiers.voting, train, part.known, shared[part.name], part.seed)
            for method, part in [*runs, *((method, at_random) for method in split)]
        ],
        progress=f"held-out rows, {arm}",
    )
    n = len(cuts)
    held_out = np.concatenate([np.flatnonzero(~part.known) for part in cuts])
    labels, types = train.labels[held_out], train.types[held_out]
    normal = dataset.normal
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
    of_split = {
        method: random_split_scores(p, train.labels[~at_random.known], dataset.classes, normal)
        for method, p in zip(split, found[len(methods) * n :], strict=True)
    }
    classifier, decided = MAIN
    figures = {
        short: {method: of[classifier][name][decided] for method, of in rules.items()}
        for short, name in (("validation", "macro_recall"), ("alarms", "false_alarm_rate"))
    }
    write_json(Path(f"data/decision/{arm}/rules.json"), rules)
    write_json(Path(f"data/decision/{arm}/random_split.json"), of_split)
    # What experiments are chosen by, in names short enough for `dvc exp show`.
    write_json(Path(f"data/validation/{arm}.json"), figures)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
