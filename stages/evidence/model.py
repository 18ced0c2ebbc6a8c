"""Stage model: the same model folders with the decision rules that the stage validate has chosen."""

from pathlib import Path

from nids.base.files import read_json
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.description import read_description
from nids.judge.rules import read_rules
from nids.methods import METHODS, PRINTED, of_arm
from nids.params import read_params
from nids.predict.package import folder_of, package
from nids.show.pages.provenance import provenance


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    summary = read_json(Path("metrics/summary.json"))
    made_of = provenance(params, read_description(params.dataset), read_json(Path("data/account.json"))["sha256"])
    for method in PRINTED:
        arm = METHODS[method].arm
        rules = read_rules(Path(f"data/decision/{arm}/rules.json"), of_arm(arm), dataset.classes)[method]
        folder = Path("models/evidence") / folder_of(method)
        package(folder, method, params.seeds[0], params, dataset, summary[method], rules, made_of)


if __name__ == "__main__":
    run_stage(main)
