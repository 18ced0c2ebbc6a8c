"""Stage tables: the paper's Tables 1-6 beside ours, the comparison of methods, and all scores."""

from pathlib import Path

import numpy as np

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, read_json, read_yaml, write_frame, write_json, write_text
from aeflow.base.params import load
from aeflow.evidence import tables
from aeflow.evidence.comparison import comparison, comparison_markdown
from aeflow.evidence.counts import class_counts
from aeflow.evidence.fidelity_summary import MEASURED, fidelity_markdown, fidelity_summary
from aeflow.evidence.methods import MAIN, METHODS, PAPERS, WITHOUT_NEW_ROWS
from aeflow.evidence.statistics import statistics
from aeflow.evidence.summary import configuration, headline, mean_scores, summary


def main() -> None:
    seeds = load(Path("params.yaml")).seeds
    paper = read_yaml(Path("data/paper.yaml"))
    scores = read_frame(Path("data/evaluation/scores.parquet"))
    means = {test: mean_scores(scores, test, "argmax") for test in ("test", "test_21")}
    decision = {method: read_json(Path(f"data/decision/{method}.json")) for method in METHODS}

    train = read_frame(Path("data/encoded/train.parquet"))["label"].to_numpy()
    rows = {"raw": class_counts([train])}
    for method in [m for m in METHODS if m != "raw"]:
        parts = []
        for seed in seeds:
            parts.append(train[read_frame(Path(f"data/cleaned/{method}/seed{seed}.parquet"))["row"].to_numpy()])
            if method not in WITHOUT_NEW_ROWS:
                new = read_frame(Path(f"data/synthetic/{method}/seed{seed}.parquet"))["label"].to_numpy()
                parts[-1] = np.concatenate([parts[-1], new])
        rows[method] = class_counts(parts)

    support = {name: round(n) for name, n in means["test"]["raw"]["dt"]["support"].items()}
    frames = {
        "table1": tables.table1(paper, rows["raw"], support),
        "table2": tables.table2(paper, rows["raw"], rows["ae_flow"]),
        "table3": tables.table3(paper, means["test"]),
        **{name: tables.table4_to_6(paper, means["test"], name) for name in tables.SCORE_OF_TABLE},
    }
    for name, frame in frames.items():
        write_frame(Path(f"metrics/tables/{name}.csv"), frame)
        write_text(Path(f"metrics/tables/{name}.md"), tables.to_markdown(name, frame))
    write_json(Path("metrics/summary.json"), summary(means["test"]))
    write_json(Path("metrics/summary_test_21.json"), summary(means["test_21"]))
    write_frame(Path("metrics/scores.csv"), scores.round(4))

    configurations = {"/".join(key): configuration(scores, "test", *key) for key in (MAIN, PAPERS)}
    found = {name: statistics(of_configuration) for name, of_configuration in configurations.items()}
    write_json(Path("metrics/statistics.json"), found)
    write_json(Path("metrics/decision.json"), decision)
    write_json(Path("metrics/random_split.json"), read_json(Path("data/random_split.json")))
    write_json(Path("metrics/headline.json"), headline(mean_scores(scores, "test", MAIN[1]), decision))
    compared = comparison(configurations["/".join(MAIN)], found["/".join(MAIN)], decision, paper)
    write_frame(Path("metrics/tables/methods.csv"), compared)
    write_text(Path("metrics/tables/methods.md"), comparison_markdown(compared, len(seeds)))

    write_json(
        Path("metrics/diagnostics.json"),
        {
            "training_rows": rows,
            "lr": {method: read_json(Path(f"data/classifiers/{method}/lr.json")) for method in METHODS},
            "fits": {
                method: {seed: report["fits"] for seed, report in read_json(path).items()}
                for method, path in {
                    m: Path(f"data/synthetic/{m}/report.json") for m in METHODS if m not in WITHOUT_NEW_ROWS
                }.items()
            },
        },
    )
    fidelity = fidelity_summary({method: read_json(Path(f"data/fidelity/{method}.json")) for method in MEASURED})
    write_json(Path("metrics/fidelity.json"), fidelity)
    write_text(Path("metrics/tables/fidelity.md"), fidelity_markdown(fidelity))


if __name__ == "__main__":
    run_stage(main)
