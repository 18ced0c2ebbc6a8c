"""Stage report: the page plots/report.html and its short form REPORT.md, from the results."""

from pathlib import Path

from aeflow.base.code import code_hash
from aeflow.base.errors import run_stage
from aeflow.base.files import existing, read_frame, read_json, read_yaml, write_text
from aeflow.base.params import load
from aeflow.evidence.tables import CAPTIONS as TABLES
from aeflow.evidence.tables import printed_scores
from aeflow.report import provenance
from aeflow.report.build import build
from aeflow.report.figures import CAPTIONS as FIGURES
from aeflow.report.render import to_html, to_markdown


def main() -> None:
    settings = load(Path("params.yaml"))
    content = build(
        scores=read_frame(Path("data/evaluation/scores.parquet")),
        attacks=read_frame(Path("data/evaluation/attacks.parquet")),
        ablation=read_frame(Path("data/evaluation/ablation.parquet")),
        statistics=read_json(Path("metrics/statistics.json")),
        decision=read_json(Path("metrics/decision.json")),
        fidelity=read_json(Path("metrics/fidelity.json")),
        fits=read_json(Path("metrics/diagnostics.json"))["fits"],
        paper={name: read_frame(Path(f"metrics/tables/{name}.csv")) for name in TABLES},
        printed=printed_scores(read_yaml(Path("data/paper.yaml"))),
        random_split=read_json(Path("metrics/random_split.json")),
        figures={name: existing(Path(f"plots/{name}.png")).read_bytes() for name in FIGURES},
        dataset=settings.dataset,
        false_alarm_rate=settings.decision.false_alarm_rate,
        provenance={
            "packages": provenance.package_versions(existing(Path("requirements.txt")).read_text(encoding="utf-8")),
            "data": provenance.data_hashes(settings),
            "params": provenance.params_hash(settings),
            "code": code_hash(Path()),
        },
    )
    write_text(Path("plots/report.html"), to_html(content))
    write_text(Path("REPORT.md"), to_markdown(content))


if __name__ == "__main__":
    run_stage(main)
