"""Stage figures: the paper's Figs. 1-6, from the trained model, the graph of dvc.yaml and the results."""

from pathlib import Path

from aeflow.errors import InputError
from nids.base.files import read_frame, read_json, write_bytes
from nids.base.stage import run_stage
from nids.base.yaml import read_yaml
from nids.data.dataset import read_dataset
from nids.judge.tables import TOTAL, voting_from_paper, weighted_from_paper
from nids.methods import METHODS, STUDIED
from nids.params import read_params
from nids.show.figures import architecture, balance, comparison, pipeline
from nids.show.figures.style import to_png


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    paper = None if dataset.show.paper is None else read_yaml(Path(dataset.show.paper))
    models = read_json(Path("metrics/diagnostics.json"))["models"][STUDIED]
    of_seed = models[f"seed{params.seeds[0]}"]
    if not of_seed:
        raise InputError(
            f"{METHODS[STUDIED].name} could grow no class, so there is no model to draw; see balance.new_rows"
        )
    model = next(iter(of_seed.values()))
    summary = read_json(Path("metrics/summary.json"))
    table1, table2 = (
        read_frame(Path(f"metrics/tables/table{i}.csv")).set_index(["set", "class"])["ours"] for i in (1, 2)
    )
    test = dataset.test
    support = table1[test].drop(TOTAL).to_dict()
    rows = {name: table2[name].to_dict() for name in ("raw", "balanced")}
    figures = {
        "fig1": architecture.autoencoder(model),
        "fig2": pipeline.pipeline(pipeline.stage_graph(Path(), "dvc.yaml")),
        "fig3": architecture.ae_flow(model),
        "fig4": balance.shares(rows, dataset.shown, paper and paper["table2"]),
        "fig5": comparison.before_and_after(summary, test, paper and voting_from_paper(paper)),
        "fig6": comparison.methods(summary, test, paper and weighted_from_paper(paper, support)),
    }
    for name, figure in figures.items():
        write_bytes(Path(f"plots/{name}.png"), to_png(figure))


if __name__ == "__main__":
    run_stage(main)
