"""Stage score: every run's scores on the test sets, the second and last use of the test labels."""

from pathlib import Path

import pandas as pd

from nids.base.files import write_frame
from nids.base.parallel import in_parallel
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.sets import read_answers, read_encoder, read_test
from nids.detect import DETECTOR
from nids.detect.density import density_path
from nids.judge.rules import read_rules
from nids.methods import METHODS, of_arm
from nids.params import read_params
from nids.runs.ablation import OVERSAMPLING, PARTS
from nids.runs.results import cell_path, path


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    answers, encoder, test = read_answers(dataset), read_encoder(), read_test()
    arms = dict.fromkeys(method.arm for method in METHODS.values())
    rules = {
        method: of
        for arm in arms
        for method, of in read_rules(Path(f"data/decision/{arm}/rules.json"), of_arm(arm), dataset.classes).items()
    }
    multipliers = {method: {name: rule["multipliers"] for name, rule in of.items()} for method, of in rules.items()}
    voting = params.classifiers.voting
    runs = [
        ({"method": method, "seed": seed}, (path(method, seed, params.seeds), answers, voting, multipliers[method]))
        for method in METHODS
        for seed in params.all_seeds
    ]
    cells = [
        (
            {"oversampling": oversampling, "kmeans": kmeans, "oss": oss, "seed": seed},
            (cell_path(oversampling, kmeans, oss, seed, params.seeds), answers, voting),
        )
        for oversampling in OVERSAMPLING
        for kmeans, oss in PARTS
        for seed in params.all_seeds
    ]
    detectors = [
        ({"method": DETECTOR, "seed": seed}, (density_path(seed, params.seeds), encoder, test, answers))
        for seed in params.all_seeds
    ]
    found = in_parallel("nids.judge.evaluation:evaluate_file", [arguments for _, arguments in runs], progress="scores")
    of_cells = in_parallel("nids.judge.evaluation:cell_scores", [arguments for _, arguments in cells], progress="cells")
    of_detectors = in_parallel(
        "nids.judge.evaluation:density_file", [arguments for _, arguments in detectors], progress="detectors"
    )
    rows: dict[str, list] = {"ablation": []}
    for (names, _), of_run in zip([*runs, *detectors], [*found, *of_detectors], strict=True):
        for kind, of_kind in of_run.items():
            rows.setdefault(kind, []).extend(names | row for row in of_kind)
    for (names, _), of_cell in zip(cells, of_cells, strict=True):
        rows["ablation"] += [names | row for row in of_cell]
    for kind, of_kind in rows.items():
        write_frame(Path(f"data/scores/{kind}.parquet"), pd.DataFrame(of_kind))


if __name__ == "__main__":
    run_stage(main)
