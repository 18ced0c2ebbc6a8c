"""Stage model: the model folders of an arm with the decision rules that the stage validate has chosen."""

import sys
from pathlib import Path

from nids.base.files import read_json
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.description import read_description
from nids.judge.rules import read_rules
from nids.methods import of_arm
from nids.params import read_params
from nids.predict.package import package
from nids.show.pages.provenance import provenance


def main(arm: str) -> None:
    params = read_params()
    dataset = read_dataset()
    summary = read_json(Path("metrics/summary.json"))
    rules = read_rules(Path(f"data/decision/{arm}/rules.json"), of_arm(arm), dataset.classes)
    made_of = provenance(params, read_description(params.dataset), read_json(Path("data/account.json"))["sha256"])
    for method in of_arm(arm):
        folder = Path("models/evidence", arm) if method == arm else Path("models/evidence", arm, method)
        package(folder, method, params.seeds[0], params, dataset, summary[method], rules[method], made_of)


if __name__ == "__main__":
    run_stage(main, *sys.argv[1:])
