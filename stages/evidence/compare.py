"""Stage compare: the comparison of methods, how sure it is, and every score."""

from pathlib import Path

from nids.base.files import read_frame, read_json, write_frame, write_json, write_text
from nids.base.stage import run_stage
from nids.base.yaml import read_yaml
from nids.data.dataset import read_dataset
from nids.detect import MAIN, PAPERS, WITH_DENSITY
from nids.judge.comparison import STEPS, comparison, comparison_markdown
from nids.judge.fidelity_summary import MEASURED, fidelity_markdown, fidelity_summary
from nids.judge.rules import read_rules
from nids.judge.statistics import of_pairs, of_steps, statistics
from nids.judge.summary import configuration, mean_scores, summary
from nids.methods import METHODS, of_arm
from nids.params import read_params


def main() -> None:
    params = read_params()
    dataset = read_dataset()
    paper = None if dataset.show.paper is None else read_yaml(Path(dataset.show.paper))
    folder = Path("metrics/evidence")
    arms = dict.fromkeys(method.arm for method in METHODS.values())
    rules = [read_rules(Path(f"data/decision/{arm}/rules.json"), of_arm(arm), dataset.classes) for arm in arms]
    decision = {method: of[method] for method in METHODS for of in rules if method in of}

    scores = read_frame(Path("data/scores/scores.parquet"))
    tests = [test for test in dataset.tests if test != "test_new"]
    means = {test: summary(mean_scores(scores, test, "argmax", dataset.classes)) for test in tests}
    configurations = {"/".join(key): configuration(scores, "test", *key) for key in (MAIN, PAPERS)}
    tested = ("weighted_f1", "macro_f1", *(f"recall_{name}" for name in dataset.watched))
    found = {name: statistics(of, tested) for name, of in configurations.items()}
    main_name = "/".join(MAIN)
    compared = comparison(configurations[main_name], found[main_name], decision, dataset.watched, paper)
    titles = dataset.train, dataset.test
    write_frame(folder / "scores.csv", scores.round(4))
    write_json(folder / "summary.json", means)
    write_json(folder / "statistics.json", found)
    write_json(folder / "decision.json", decision)
    without = configuration(scores, "test", WITH_DENSITY[MAIN[0]], MAIN[1])
    write_json(folder / "steps.json", of_steps(configurations[main_name], tested, STEPS))
    write_json(folder / "density.json", of_pairs(configurations[main_name], without, tested))
    write_frame(folder / "methods.csv", compared)
    write_text(
        folder / "methods.md",
        comparison_markdown(compared, len(params.all_seeds), dataset.watched, dataset.held_out, *titles),
    )

    split = _merged([Path(f"data/decision/{arm}/random_split.json") for arm in arms])
    write_json(folder / "random_split.json", {method: split[method] for method in METHODS if method in split})
    measured = _merged(sorted(Path("data/fidelity").glob("*.json")))
    fidelity = fidelity_summary({method: measured[method] for method in MEASURED}, dataset.measured)
    write_json(folder / "fidelity.json", fidelity)
    write_text(folder / "fidelity.md", fidelity_markdown(fidelity))

    papers = read_json(Path("metrics/diagnostics.json"))
    reports = _merged([Path(f"data/repeat/{arm}/reports.json") for arm in arms])
    diagnostics: dict[str, dict] = {
        "training_rows": {method: {seed: run["rows"] for seed, run in of.items()} for method, of in reports.items()}
    }
    samplers = [method for method, row in METHODS.items() if row.sampler]
    for kind, methods in {"lr": list(METHODS), "fits": samplers, "left_alone": samplers}.items():
        diagnostics[kind] = {
            method: papers[kind].get(method, {}) | {seed: run[kind] for seed, run in reports[method].items()}
            for method in methods
        }
    write_json(folder / "diagnostics.json", diagnostics)


def _merged(paths: list[Path]) -> dict:
    return {key: value for path in paths for key, value in read_json(path).items()}


if __name__ == "__main__":
    run_stage(main)
