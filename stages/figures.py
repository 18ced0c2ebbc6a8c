"""Stage figures: the paper's Figs. 1-6 and those of the comparison, from the trained model and the results."""

from pathlib import Path

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, read_json, read_yaml, write_bytes
from aeflow.base.params import load
from aeflow.evidence.tables import WEIGHTED, weighted_from_paper
from aeflow.figures import (
    ablation,
    architecture,
    attacks,
    balance,
    calibration,
    comparison,
    encoding,
    fidelity,
    pipeline,
    ranks,
    rule,
)
from aeflow.figures.style import to_png
from aeflow.nsl_kdd.schema import MINORITY


def main() -> None:
    seed = load(Path("params.yaml")).seeds[0]
    paper = read_yaml(Path("data/paper.yaml"))
    model = read_json(Path("data/synthetic/ae_flow/report.json"))[f"seed{seed}"]["models"][MINORITY[0]]
    summary = read_json(Path("metrics/summary.json"))
    table1, table2 = (
        read_frame(Path(f"metrics/tables/table{i}.csv")).set_index(["set", "class"])["ours"] for i in (1, 2)
    )
    support = table1["KDDTest+"].drop("Total").to_dict()
    rows = {name: table2[name].to_dict() for name in ("raw", "balanced")}
    voting = {
        method: {score: values[WEIGHTED] for score, values in paper["table3"][name].items()}
        for method, name in (("raw", "before"), ("ae_flow", "after"))
    }
    scores, attack_types, reliability, cells = (
        read_frame(Path(f"data/evaluation/{name}.parquet")) for name in ("scores", "attacks", "calibration", "ablation")
    )
    figures = {
        "fig1": architecture.autoencoder(model),
        "fig2": pipeline.pipeline(pipeline.stage_graph(Path())),
        "fig3": architecture.ae_flow(model),
        "fig4": balance.shares(rows, paper["table2"]),
        "fig5": comparison.before_and_after(summary, voting),
        "fig6": comparison.methods(summary, weighted_from_paper(paper, support)),
        "fidelity": fidelity.fidelity(read_json(Path("metrics/fidelity.json"))),
        "ranks": ranks.ranks(read_json(Path("metrics/statistics.json"))),
        "rule": rule.rule(scores),
        "attacks": attacks.attacks(attack_types),
        "ablation": ablation.ablation(cells),
        "calibration": calibration.calibration(reliability, scores),
        "encoding": encoding.encoding(scores),
    }
    for name, figure in figures.items():
        write_bytes(Path(f"plots/{name}.png"), to_png(figure))


if __name__ == "__main__":
    run_stage(main)
