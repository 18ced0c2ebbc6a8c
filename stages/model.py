"""Stage model: a folder for each of the paper's methods, with all that `aeflow predict` needs to score flows."""

from pathlib import Path

from nids.base.files import read_json
from nids.base.stage import run_stage
from nids.data.dataset import read_dataset
from nids.data.description import read_description
from nids.methods import PRINTED
from nids.params import read_params
from nids.predict.package import folder_of, package
from nids.show.pages.provenance import provenance


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    summary = read_json(Path("metrics/summary.json"))
    made_of = provenance(params, read_description(params.dataset), read_json(Path("data/account.json"))["sha256"])
    for method in PRINTED:
        folder = Path("models") / folder_of(method)
        package(folder, method, params.seeds[0], params, dataset, summary[method], {}, made_of)


if __name__ == "__main__":
    run_stage(main)
