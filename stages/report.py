"""Stage report: plots/paper.html, Tables 1-6 and Figs. 1-6 on one page."""

from pathlib import Path

from nids.base.files import existing, read_frame, read_json, write_text
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.description import read_description
from nids.judge.tables import ROWS
from nids.params import read_params
from nids.show.pages.figures import paper_captions
from nids.show.pages.paper import build
from nids.show.pages.provenance import provenance
from nids.show.pages.render import to_html


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    diagnostics = read_json(Path("metrics/diagnostics.json"))
    account = read_json(Path("data/account.json"))
    page = build(
        dataset=dataset,
        account=account,
        seeds=params.seeds,
        tables={name: read_frame(Path(f"metrics/tables/{name}.csv")) for name in ROWS},
        summary=read_json(Path("metrics/summary.json")),
        fits=diagnostics["fits"],
        left_alone=diagnostics["left_alone"],
        pngs={name: existing(Path(f"plots/{name}.png")).read_bytes() for name in paper_captions(dataset)},
        provenance=provenance(params, read_description(params.dataset), account["sha256"]),
    )
    write_text(Path("plots/paper.html"), to_html(page))


if __name__ == "__main__":
    run_stage(main)
