"""Stage report of the evidence: the page plots/evidence.html and its short form REPORT.md."""

from pathlib import Path

from nids.base.files import existing, read_frame, read_json, write_text
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.description import read_description
from nids.params import read_params
from nids.show.pages.evidence import build
from nids.show.pages.figures import evidence_captions
from nids.show.pages.provenance import provenance
from nids.show.pages.render import to_html, to_markdown


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    metrics = Path("metrics/evidence")
    diagnostics = read_json(metrics / "diagnostics.json")
    account = read_json(Path("data/account.json"))
    page = build(
        dataset=dataset,
        account=account,
        scores=read_frame(Path("data/scores/scores.parquet")),
        attacks=read_frame(Path("data/scores/attacks.parquet")),
        ablation=read_frame(Path("data/scores/ablation.parquet")),
        statistics=read_json(metrics / "statistics.json"),
        decision=read_json(metrics / "decision.json"),
        fidelity=read_json(metrics / "fidelity.json"),
        fits=diagnostics["fits"],
        left_alone=diagnostics["left_alone"],
        steps=read_json(metrics / "steps.json"),
        density=read_json(metrics / "density.json"),
        points=read_frame(Path("data/scores/detection.parquet")),
        random_split=read_json(metrics / "random_split.json"),
        pngs={name: existing(Path(f"plots/evidence/{name}.png")).read_bytes() for name in evidence_captions(dataset)},
        false_alarm_rate=params.decision.false_alarm_rate,
        provenance=provenance(params, read_description(params.dataset), account["sha256"]),
    )
    write_text(Path("plots/evidence.html"), to_html(page))
    write_text(Path("REPORT.md"), to_markdown(page))


if __name__ == "__main__":
    run_stage(main)
