"""Stage evaluate: every classifier's scores on the test set, and Tables 1-6."""

from pathlib import Path

import pandas as pd

from nids.balance.training_set import class_counts
from nids.base.files import read_json, write_frame, write_json, write_text
from nids.base.stage import run_stage
from nids.base.yaml import read_yaml
from nids.data.dataset import read_dataset
from nids.data.sets import read_answers
from nids.detect import PAPERS
from nids.detect.predictions import read_probabilities
from nids.detect.voting import with_voting
from nids.judge.counts import mean_counts
from nids.judge.scores import argmax_scores
from nids.judge.summary import confusion, headline, mean_scores, recalls, summary, voting_markdown
from nids.judge.tables import captions, tables, to_markdown
from nids.methods import METHODS, PRINTED, STUDIED
from nids.params import read_params


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    paper = None if dataset.show.paper is None else read_yaml(Path(dataset.show.paper))
    answers = read_answers(dataset)
    scores, predicted = [], []
    for method in PRINTED:
        for seed in params.seeds:
            path = Path(f"data/probabilities/{METHODS[method].arm}/{method}/seed{seed}.parquet")
            found = with_voting(read_probabilities(path, dataset.classes), params.classifiers.voting)
            scores += [{"method": method, "seed": seed, **row} for row in argmax_scores(found, answers)]
            if method == STUDIED:
                predicted.append(found[PAPERS[0]][answers.sets["test"]].argmax(axis=1))
    means = mean_scores(pd.DataFrame(scores), "test", "argmax", dataset.classes)

    reports: dict[str, dict] = {}
    for arm in dict.fromkeys(METHODS[method].arm for method in PRINTED):
        reports |= read_json(Path(f"data/probabilities/{arm}/reports.json"))
    rows = {method: mean_counts([run["rows"] for run in reports[method].values()], dataset.shown) for method in PRINTED}
    titles, test = (dataset.train, dataset.test), answers.of("test")
    counts = {
        titles[0]: rows["raw"],
        titles[1]: mean_counts([class_counts(test.labels, dataset.classes)], dataset.shown),
    }
    training = {"raw": rows["raw"], "balanced": rows[STUDIED]}
    for name, table in tables(counts, training, means, dataset.shown, paper).items():
        write_frame(Path(f"metrics/tables/{name}.csv"), table)
        write_text(Path(f"metrics/tables/{name}.md"), to_markdown(name, table, captions(*titles)[name]))
    voting = voting_markdown(means, dataset.watched, dataset.test, len(params.seeds))
    write_text(Path("metrics/tables/voting.md"), voting)
    write_json(Path("metrics/summary.json"), summary(means))
    write_json(Path("metrics/headline.json"), headline(means))

    # Data plots: `dvc plots diff` shows how an experiment changes them.
    write_frame(Path("data/plots/recall.csv"), recalls(means, dataset.classes))
    write_frame(Path("data/plots/confusion.csv"), confusion(predicted, test.labels, dataset.classes))

    # What the runs say of themselves: training rows, convergence, collapse, and the models in the figures.
    diagnostics = {
        kind: {method: {seed: run[kind] for seed, run in reports[method].items()} for method in PRINTED}
        for kind in ("lr", "fits", "models", "left_alone")
    }
    write_json(Path("metrics/diagnostics.json"), {"training_rows": rows, **diagnostics})


if __name__ == "__main__":
    run_stage(main)
