"""Stage tables: the paper's Tables 1-6 beside ours, and the summary of all scores."""

from pathlib import Path

import numpy as np

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, read_json, read_yaml, write_frame, write_json, write_text
from aeflow.base.params import load
from aeflow.evidence import tables
from aeflow.evidence.counts import class_counts
from aeflow.evidence.fidelity_summary import MEASURED, fidelity_markdown, fidelity_summary
from aeflow.evidence.methods import METHODS
from aeflow.evidence.summary import headline, mean_scores, summary


def main() -> None:
    seeds = load(Path("params.yaml")).seeds
    paper = read_yaml(Path("data/paper.yaml"))
    results = {test: read_json(Path(f"data/evaluation/{test}.json")) for test in ("test", "test_21")}
    means = {test: mean_scores(of_test) for test, of_test in results.items()}

    train = read_frame(Path("data/encoded/train.parquet"))["label"].to_numpy()
    rows = {"raw": class_counts([train])}
    for method in [m for m in METHODS if m != "raw"]:
        parts = []
        for seed in seeds:
            kept = read_frame(Path(f"data/cleaned/{method}/seed{seed}.parquet"))["row"].to_numpy()
            new = read_frame(Path(f"data/synthetic/{method}/seed{seed}.parquet"))["label"].to_numpy()
            parts.append(np.concatenate([train[kept], new]))
        rows[method] = class_counts(parts)

    support = results["test"]["raw"]["dt"][f"seed{seeds[0]}"]["support"]
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
    write_json(Path("metrics/headline.json"), headline(means["test"]))
    write_json(
        Path("metrics/diagnostics.json"),
        {
            "training_rows": rows,
            "lr": {method: read_json(Path(f"data/classifiers/{method}/lr.json")) for method in METHODS},
            "fits": {
                method: {seed: report["fits"] for seed, report in read_json(path).items()}
                for method, path in {m: Path(f"data/synthetic/{m}/report.json") for m in rows if m != "raw"}.items()
            },
        },
    )
    runs = {method: read_json(Path(f"data/fidelity/{method}.json")) for method in MEASURED}
    found = fidelity_summary(runs)
    write_json(Path("metrics/fidelity.json"), found)
    write_text(Path("metrics/tables/fidelity.md"), fidelity_markdown(found))


if __name__ == "__main__":
    run_stage(main)
