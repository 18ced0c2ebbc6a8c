"""Stage figures: the paper's Figs. 1-6 from the trained model, dvc.yaml and the metrics."""

from pathlib import Path

from aeflow.base.errors import run_stage
from aeflow.base.files import read_frame, read_json, read_yaml, write_bytes
from aeflow.base.params import load
from aeflow.evidence.tables import WEIGHTED, weighted_from_paper
from aeflow.figures import architecture, balance, comparison, fidelity, pipeline
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
    figures = [
        architecture.autoencoder(model),
        pipeline.pipeline(pipeline.stage_graph(Path())),
        architecture.ae_flow(model),
        balance.shares(rows, paper["table2"]),
        comparison.before_and_after(summary, voting),
        comparison.methods(summary, weighted_from_paper(paper, support)),
    ]
    for number, figure in enumerate(figures, start=1):
        write_bytes(Path(f"plots/fig{number}.png"), to_png(figure))
    write_bytes(Path("plots/fidelity.png"), to_png(fidelity.fidelity(read_json(Path("metrics/fidelity.json")))))


if __name__ == "__main__":
    run_stage(main)
